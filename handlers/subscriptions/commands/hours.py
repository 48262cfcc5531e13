"""`hours`: when notices are sent to a room or a person."""

from __future__ import annotations

from zoneinfo import available_timezones

from handlers.context import AppContext, Request
from handlers.errors import BadInput
from handlers.shared.audited_transaction import write
from handlers.shared.conversations import place_of, recipient
from handlers.shared.room_rights import check_may_change_room
from handlers.shared.rules.quiet_hours import parse_quiet_hours, parse_working_days
from handlers.shared.rules.similarity import most_similar
from handlers.shared.sending_hours import UNKNOWN_ZONE, zone_of
from handlers.subscriptions import HOURS_USAGE, cards
from integrations.ports.inbound import Reply
from storage import places
from storage.store import Session
from storage.values.places import Place


async def show_or_set_hours(ctx: AppContext, request: Request) -> Reply:
    """`hours`: shows them; with `zone= quiet= days=` sets them for the room, or in a direct conversation for the asker."""
    if not request.args.named:
        async with ctx.store.reading() as session:
            place = request.place or Place(0, request.where.platform, "", "", request.where.name, request.where.direct)
            return await _shown(ctx, session, place)
    wanted = _requested_columns(request)
    async with write(ctx, request) as session:
        place = await place_of(session, request)
        await check_may_change_room(session, request, place)
        own = {"timezone": place.timezone, "quiet": place.quiet, "days": place.days} | wanted
        await places.set_hours(session, place.id, **own)
        [place] = await places.with_ids(session, [place.id])
        return await _shown(ctx, session, place)


def _requested_columns(request: Request) -> dict[str, str]:
    """The columns to set. Raises BadInput."""
    given = {name: value.strip() for name, value in request.args.named.items()}
    if zone := given.get("zone"):
        known = available_timezones()
        if zone not in known:
            near = most_similar(zone.casefold(), {name: name.casefold() for name in sorted(known)}, most=1)
            meant = f" Did you mean {near[0]}?" if near else ""
            raise BadInput(f"“{zone}” is no time zone.{meant}", HOURS_USAGE)
    try:
        parse_quiet_hours(given.get("quiet", ""))
        parse_working_days(given.get("days", ""))
    except ValueError as error:
        raise BadInput(f"{str(error)[:1].upper()}{str(error)[1:]}.", HOURS_USAGE) from None
    columns = {"zone": "timezone", "quiet": "quiet", "days": "days"}
    return {columns[name]: value for name, value in given.items()}


async def _shown(ctx: AppContext, session: Session, place: Place) -> Reply:
    person = await recipient(session, place) if place.direct and place.id else None
    zone = zone_of(ctx.policy, place, person)
    quiet, days = place.quiet or ctx.policy.quiet_hours, place.days or ctx.policy.working_days
    known = zone != UNKNOWN_ZONE or bool(place.quiet or place.days)
    facts = {"zone": zone, "quiet": quiet, "days": days, "known": known}
    return Reply(cards.hours(place, zone, quiet, days, known=known), facts=facts)
