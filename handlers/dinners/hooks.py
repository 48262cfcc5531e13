"""What dinners hold of a person, when that person exports or deletes their data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from handlers.context import AppContext, PersonTraces
from handlers.dinners.notices.queue import refresh_needs
from storage import dinner_seats, dinners
from storage.store import Session
from storage.values.company import Person


async def export_person(session: Session, person: Person, _decrypt: Callable[[str], str]) -> Mapping[str, Any]:
    return {
        "dinners": await dinners.of_person(session, person.id),
        "dinners_kept_apart_from": await dinner_seats.count_kept_apart(session, person.id),
    }


async def forget_person(ctx: AppContext, session: Session, traces: PersonTraces) -> Mapping[str, int]:
    """Delete it, and take it out of what the hosts were sent about diet and access."""
    told = await dinners.with_needs_of(session, traces.person.id)
    await dinners.forget_person(session, traces.person.id)
    for dinner in told:
        await refresh_needs(session, dinner, ctx.clock.now())
    return {}
