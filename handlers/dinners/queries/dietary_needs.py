"""Diet and access: encrypted in the store, decrypted for the host only."""

from __future__ import annotations

import json
from collections.abc import Mapping

from handlers.context import AppContext
from handlers.dinners.rules.seating_input import SeatingInput
from storage import dinners
from storage.store import Session

LONGEST_NEEDS = 600  # characters


def encrypt_needs(ctx: AppContext, needs: Mapping[str, str]) -> str:
    """Encrypt diet and access; "" if there is nothing to store."""
    kept = {name: text.strip()[:LONGEST_NEEDS] for name, text in needs.items() if text.strip()}
    return ctx.cipher.encrypt(json.dumps(kept, ensure_ascii=False)) if kept else ""


def decrypt_needs(ctx: AppContext, encrypted: str) -> tuple[str, str]:
    """Decrypt to (diet, access). Raises Refusal if the key is gone."""
    kept = json.loads(ctx.cipher.decrypt(encrypted)) if encrypted else {}
    return str(kept.get("diet", "")), str(kept.get("access", ""))


async def needs_for_host(session: Session, inputs: SeatingInput) -> dict[str, str]:
    """Person -> encrypted needs: those given for this dinner, else the diet of their profile."""
    from storage import people

    own = {
        person_id: await people.encrypted_diet(session, person_id)
        for person_id in inputs.coming
        if person_id in inputs.diets
    }
    for_dinner = await dinners.encrypted_needs(session, inputs.dinner.id)
    return {person_id: encrypted for person_id, encrypted in (own | dict(for_dinner)).items() if encrypted}
