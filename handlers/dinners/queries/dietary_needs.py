"""TODO: say what this module is for."""

from __future__ import annotations

import json
from collections.abc import Mapping

from handlers.context import AppContext
from handlers.dinners.queries.seating_input import SeatingInput
from storage import dinners
from storage.store import Session

LONGEST_NEEDS = 600  # characters


def encrypt_needs(ctx: AppContext, said: Mapping[str, str]) -> str:
    """Diet and access, unreadable without the key; "" when there is nothing to keep."""
    kept = {name: each.strip()[:LONGEST_NEEDS] for name, each in said.items() if each.strip()}
    return ctx.cipher.encrypt(json.dumps(kept, ensure_ascii=False)) if kept else ""


def decrypt_needs(ctx: AppContext, closed: str) -> tuple[str, str]:
    """(diet, access) of what `sealed` made. Raises Refusal when the key is gone."""
    kept = json.loads(ctx.cipher.decrypt(closed)) if closed else {}
    return str(kept.get("diet", "")), str(kept.get("access", ""))


async def needs_for_host(session: Session, found: SeatingInput) -> dict[str, str]:
    """Person -> sealed: what they told for this dinner, else the diet of their row."""
    from storage import people

    own = {each: await people.encrypted_diet(session, each) for each in found.coming if each in found.diets}
    told = await dinners.encrypted_needs(session, found.dinner.id)
    return {each: closed for each, closed in (own | dict(told)).items() if closed}
