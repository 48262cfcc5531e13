"""`hours`: when a room, or a person, is spoken to unprompted."""

from __future__ import annotations

from difflib import get_close_matches
from zoneinfo import available_timezones

from handlers.acting import place_of, write
from handlers.errors import BadInput, NotAllowed
from handlers.feature import Request
from handlers.hours import parse_quiet_hours, parse_working_days
from handlers.notices import cards
from handlers.notices.feature import HOURS_USAGE
from handlers.opening import UNKNOWN_ZONE, zone_of
from handlers.private import recipient
from handlers.toolbox import AppContext
from integrations.ports.inbound import Reply
from storage import places
from storage.store import Session
from storage.values.company import Permission
from storage.values.post import Place


async def show_or_set_hours(box: AppContext, asked: Request) -> Reply:
    """`hours`: shows them; `hours zone=… quiet=… days=…` sets them for this room, or for you in a direct conversation."""
    if not asked.args.named:
        async with box.store.reading() as session:
            place = asked.place or Place(0, asked.where.platform, "", "", asked.where.name, asked.where.direct)
            return await _shown(box, session, place)
    wanted = _requested_columns(asked)
    async with write(box, asked) as session:
        place = await place_of(session, asked)
        if not place.direct and not asked.person.permission.covers(Permission.CONTRIBUTOR):
            raise NotAllowed(
                "Setting a room's hours takes a contributor; your own you set in a direct conversation with me."
            )
        own = {"timezone": place.timezone, "quiet": place.quiet, "days": place.days} | wanted
        await places.set_hours(session, place.id, **own)
        [place] = await places.with_ids(session, [place.id])
        return await _shown(box, session, place)


def _requested_columns(asked: Request) -> dict[str, str]:
    """The columns to set. Raises BadInput."""
    said = {name: value.strip() for name, value in asked.args.named.items()}
    if zone := said.get("zone"):
        known = available_timezones()
        if zone not in known:
            near = get_close_matches(zone, known, 1)
            meant = f" Did you mean {near[0]}?" if near else ""
            raise BadInput(f"“{zone}” is no time zone.{meant}", HOURS_USAGE)
    try:
        parse_quiet_hours(said.get("quiet", ""))
        parse_working_days(said.get("days", ""))
    except ValueError as error:
        raise BadInput(f"{str(error)[:1].upper()}{str(error)[1:]}.", HOURS_USAGE) from None
    columns = {"zone": "timezone", "quiet": "quiet", "days": "days"}
    return {columns[name]: value for name, value in said.items()}


async def _shown(box: AppContext, session: Session, place: Place) -> Reply:
    person = await recipient(session, place) if place.direct and place.id else None
    zone = zone_of(box.policy, place, person)
    quiet, days = place.quiet or box.policy.quiet_hours, place.days or box.policy.working_days
    known = zone != UNKNOWN_ZONE or bool(place.quiet or place.days)
    facts = {"zone": zone, "quiet": quiet, "days": days, "known": known}
    return Reply(cards.hours(place, zone, quiet, days, known=known), facts=facts)
