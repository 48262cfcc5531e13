"""What the audit and sent cards hold of a person, when that person exports or deletes their data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from handlers.context import AppContext, PersonTraces
from handlers.shared.card_parts import redacted_card
from integrations.ports.cards import to_json
from storage import audit, console, deliveries
from storage.store import Session
from storage.values.company import Person


async def export_person(session: Session, person: Person, _decrypt: Callable[[str], str]) -> Mapping[str, Any]:
    return {"audit": list(await audit.of_person(session, person.id))}


async def forget_person(_ctx: AppContext, session: Session, traces: PersonTraces) -> Mapping[str, int]:
    """Cards that name them become blank, and what the console said to them alone is deleted.

    The audit keeps what was done under the opaque id, but no longer from where.
    """
    await audit.forget_person(session, traces.person.id)
    private = await console.delete_all(session, f"@{traces.person.email}")
    in_rooms = await console.blank_messages(session, traces.words, to_json(redacted_card()))
    return {"cards": private + in_rooms + await deliveries.blank_cards(session, traces.words)}
