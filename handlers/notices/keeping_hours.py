"""`hours`: when a room, or a person, is spoken to unprompted."""

from __future__ import annotations

from difflib import get_close_matches
from zoneinfo import available_timezones

from handlers.acting import acting, place_of
from handlers.errors import BadInput, NotAllowed
from handlers.feature import Asked
from handlers.hours import read_days, read_quiet
from handlers.notices import cards
from handlers.notices.feature import HOURS
from handlers.opening import UNKNOWN, zone_of
from handlers.private import reader
from handlers.toolbox import Toolbox
from integrations.ports.inbound import Reply
from storage import places
from storage.store import Session
from storage.values import Permission, Place


async def hours(box: Toolbox, asked: Asked) -> Reply:
    """`hours`: shows them; `hours zone=… quiet=… days=…` sets them for this room, or for you in a direct conversation."""
    if not asked.words.named:
        async with box.store.reading() as session:
            place = asked.place or Place(0, asked.where.platform, "", "", asked.where.name, asked.where.direct)
            return await _shown(box, session, place)
    wanted = _wanted(asked)
    async with acting(box, asked) as session:
        place = await place_of(session, asked)
        if not place.direct and not asked.person.permission.covers(Permission.CONTRIBUTOR):
            raise NotAllowed(
                "Setting a room's hours takes a contributor; your own you set in a direct conversation with me."
            )
        own = {"timezone": place.timezone, "quiet": place.quiet, "days": place.days} | wanted
        await places.set_hours(session, place.id, **own)
        [place] = await places.with_ids(session, [place.id])
        return await _shown(box, session, place)


def _wanted(asked: Asked) -> dict[str, str]:
    """The columns to set. Raises BadInput."""
    said = {name: value.strip() for name, value in asked.words.named.items()}
    if zone := said.get("zone"):
        known = available_timezones()
        if zone not in known:
            near = get_close_matches(zone, known, 1)
            meant = f" Did you mean {near[0]}?" if near else ""
            raise BadInput(f"“{zone}” is no time zone.{meant}", HOURS)
    try:
        read_quiet(said.get("quiet", ""))
        read_days(said.get("days", ""))
    except ValueError as error:
        raise BadInput(f"{str(error)[:1].upper()}{str(error)[1:]}.", HOURS) from None
    columns = {"zone": "timezone", "quiet": "quiet", "days": "days"}
    return {columns[name]: value for name, value in said.items()}


async def _shown(box: Toolbox, session: Session, place: Place) -> Reply:
    person = await reader(session, place) if place.direct and place.id else None
    zone = zone_of(box.policy, place, person)
    quiet, days = place.quiet or box.policy.quiet_hours, place.days or box.policy.working_days
    known = zone != UNKNOWN or bool(place.quiet or place.days)
    facts = {"zone": zone, "quiet": quiet, "days": days, "known": known}
    return Reply(cards.hours(place, zone, quiet, days, known=known), facts=facts)
