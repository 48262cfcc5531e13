"""What dinners hold of a person who exports or deletes their data, and the seats of one who left."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from handlers.context import AppContext, PersonTraces
from handlers.dinners import workflow
from handlers.dinners.notices.queue import refresh_needs, refresh_rooms
from handlers.dinners.rules import hosts, waiting_list
from handlers.feature import OpenWork
from integrations.ports.cards import Button
from storage import dinner_seats, dinners
from storage.directory import directory
from storage.store import Session
from storage.values.company import Person
from storage.values.dinners import Dinner, RsvpAnswer


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


async def on_left(ctx: AppContext, session: Session, person: Person, at: datetime) -> None:
    """Free their seat for the waiting list, and take back their votes and their roles, at every dinner to come."""
    for listed in await dinners.ongoing(session):
        dinner = await dinners.lock_dinner(session, listed.id)
        if dinner.is_over:
            continue
        await dinners.vote(session, dinner.id, person.id, {})
        for role, people in (await dinners.roles(session, dinner.id)).items():
            if person.id in people:
                await dinners.set_role(session, dinner.id, role, people - {person.id})
        rsvps = await dinners.rsvps(session, dinner.id)
        if person.id in rsvps:
            queued = waiting_list.next_queue_time(rsvps.values(), at)
            declined = waiting_list.with_answer(rsvps[person.id], RsvpAnswer.NO, queued)
            await dinners.save_rsvps(session, dinner.id, [declined])
            await dinners.save_needs(session, dinner.id, person.id, "")
            await workflow.update_seats(ctx, session, dinner, at)
        await refresh_rooms(session, dinner, at)


async def open_work(session: Session, person: Person) -> Sequence[OpenWork]:
    """The dinners to come that they host: somebody else has to."""
    names, every = await directory(session), await dinners.all_dinners(session)
    work = []
    for dinner in await dinners.ongoing(session):
        if dinner.host != person.id or dinner.is_over:
            continue
        next_host = hosts.next_host(names, [past for past in every if past.key != dinner.key])
        work.append(OpenWork(f"host of the dinner {dinner.key}", _host_buttons(dinner, next_host)))
    return work


def _host_buttons(dinner: Dinner, next_host: Person | None) -> tuple[Button, ...]:
    if next_host is None:
        return ()
    value = f"{dinner.key} {next_host.email}"
    return (Button(f"Make {next_host.name} the host", "dinner host", value, words=f"dinner host {value}"),)
