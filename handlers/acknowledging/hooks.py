"""What acknowledging does when a person exports or deletes their data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from handlers.context import AppContext, PersonTraces
from storage import acknowledgements, reminders
from storage.store import Session
from storage.values.company import Person


async def export_person(session: Session, person: Person, _decrypt: Callable[[str], str]) -> Mapping[str, Any]:
    acknowledged = await acknowledgements.of_person(session, person.id)
    return {
        "acknowledgements": [
            {"revision": ack.revision, "at": ack.at.isoformat(), "platform": ack.platform, "account": ack.account}
            for ack in acknowledged
        ],
        "reminders": await reminders.of_person(session, person.id),
    }


async def forget_person(_ctx: AppContext, session: Session, traces: PersonTraces) -> Mapping[str, int]:
    """Acknowledgements stay under the opaque id, because coverage counts them."""
    await acknowledgements.forget_accounts(session, traces.person.id)
    await reminders.forget_person(session, traces.person.id)
    return {}
