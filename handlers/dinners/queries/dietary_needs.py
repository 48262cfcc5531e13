"""TODO: say what this module is for."""

from __future__ import annotations

import json
from collections.abc import Mapping

from handlers.context import AppContext
from handlers.dinners.rules.seating_input import SeatingInput
from storage import dinners
from storage.store import Session

LONGEST_NEEDS = 600  # characters


def encrypt_needs(ctx: AppContext, needs: Mapping[str, str]) -> str:
    """Diet and access, unreadable without the key; "" when there is nothing to keep."""
    kept = {name: text.strip()[:LONGEST_NEEDS] for name, text in needs.items() if text.strip()}
    return ctx.cipher.encrypt(json.dumps(kept, ensure_ascii=False)) if kept else ""


def decrypt_needs(ctx: AppContext, closed: str) -> tuple[str, str]:
    """(diet, access) of what `sealed` made. Raises Refusal when the key is gone."""
    kept = json.loads(ctx.cipher.decrypt(closed)) if closed else {}
    return str(kept.get("diet", "")), str(kept.get("access", ""))


async def needs_for_host(session: Session, inputs: SeatingInput) -> dict[str, str]:
    """Person -> sealed: what they told for this dinner, else the diet of their row."""
    from storage import people

    own = {
        person_id: await people.encrypted_diet(session, person_id)
        for person_id in inputs.coming
        if person_id in inputs.diets
    }
    for_dinner = await dinners.encrypted_needs(session, inputs.dinner.id)
    return {person_id: closed for person_id, closed in (own | dict(for_dinner)).items() if closed}
