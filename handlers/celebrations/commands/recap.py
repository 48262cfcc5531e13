"""`recap`, `celebrations schedule`, `auto`, `pause`, `skip next`, `preview`: recaps and the settings of a room."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from handlers.celebrations import SCHEDULE_USAGE, cards
from handlers.celebrations.queries import recap_content
from handlers.celebrations.rules.recognition import RecapContent
from handlers.context import AppContext, Request
from handlers.errors import BadInput
from handlers.shared.audited_transaction import write
from handlers.shared.conversations import place_of
from handlers.shared.room_rights import check_may_change_room
from handlers.shared.rules.dates import format_day, parse_day
from handlers.shared.rules.periods import RHYTHMS, CalendarPeriod, parse_quarter, period_before, quarter_of
from handlers.shared.sending_hours import hours_at
from integrations.ports.cards import context
from integrations.ports.inbound import Attachment, Reply
from storage import celebrations, places
from storage.directory import directory
from storage.store import Session
from storage.values.company import Permission
from storage.values.places import NO_PLACE, Place


async def schedule(ctx: AppContext, request: Request) -> Reply:
    """`celebrations schedule weekly`: this room gets a recap on Mondays, or the first working day after."""
    rhythm = request.args.first().casefold()
    if rhythm not in (*RHYTHMS, "off"):
        raise BadInput("Say how often.", SCHEDULE_USAGE)
    async with write(ctx, request, rhythm=rhythm) as session:
        place = await _own_room(session, request)
        frequency = "" if rhythm == "off" else rhythm
        await celebrations.set_recap(
            session, place.id, frequency=frequency, paused_until=None, skip_next=False, by=request.person.id
        )
    return Reply(cards.recap.recap_scheduled(frequency), facts={"rhythm": frequency})


async def auto(ctx: AppContext, request: Request) -> Reply:
    """`celebrations auto on|off`: whether finished items are announced here without asking their owner."""
    switch = request.args.first().casefold()
    if switch not in {"on", "off"}:
        raise BadInput("Say on or off.", "celebrations auto on")
    async with write(ctx, request, auto=switch) as session:
        place = await _own_room(session, request, Permission.ADMIN if switch == "on" else Permission.CONTRIBUTOR)
        await celebrations.set_recap(session, place.id, automatic=switch == "on")
    return Reply(cards.recap.automatic(on=switch == "on"), facts={"automatic": switch == "on"})


async def pause(ctx: AppContext, request: Request) -> Reply:
    """`celebrations pause until DATE`: no recap here before that day."""
    day_text = request.args.rest().casefold().removeprefix("until").strip()
    if not day_text:
        raise BadInput("Say until when.", "celebrations pause until 1 March")
    until = parse_day(day_text, today=request.today)
    if until <= request.today:
        raise BadInput(
            f"{format_day(until)} is not in the future. Nothing was changed.", "celebrations pause until 1 March"
        )
    async with write(ctx, request) as session:
        place = await _own_room(session, request)
        await celebrations.set_recap(session, place.id, paused_until=until)
    return Reply(cards.recap.recap_paused(until), facts={"paused_until": until.isoformat()})


async def skip_next(ctx: AppContext, request: Request) -> Reply:
    """`celebrations skip next`: skip the next recap."""
    async with write(ctx, request) as session:
        place = await _own_room(session, request)
        await celebrations.set_recap(session, place.id, skip_next=True)
    return Reply(cards.recap.recap_skipped(), facts={"skip_next": True})


async def _own_room(session: Session, request: Request, needed: Permission = Permission.CONTRIBUTOR) -> Place:
    """The room of the request, if the person may change its settings. Raises NotAllowed."""
    place = await place_of(session, request)
    await check_may_change_room(session, request, place, needed=needed)
    if place.direct:
        await places.set_members(session, place.id, [request.person.id], known=True, external=False)
    return place


async def preview(ctx: AppContext, request: Request) -> Reply:
    """`celebrations preview [weekly]`: the next recap of this room."""
    word = request.args.first().casefold()
    async with ctx.store.reading() as session:
        settings = (await celebrations.recaps(session)).get(request.place.id) if request.place else None
        rhythm = word if word in RHYTHMS else (settings.frequency if settings else "") or "weekly"
        today = (
            (await hours_at(session, ctx.policy, request.place)).local_day(request.now)
            if request.place
            else request.today
        )
        ahead = {"weekly": 7, "monthly": 28, "quarterly": 91}[rhythm]
        period = period_before(rhythm, today + timedelta(days=ahead))
        audience = await places.audience(session, request.place) if request.place else request.audience
        names = (await directory(session)).with_public_names()
        content = await recap_content(session, period, audience, names, room=request.place)
    return Reply(cards.recap.recap(content, rhythm, preview=True), facts=_facts(content))


async def recap(ctx: AppContext, request: Request) -> Reply:
    """`recap [week|month|quarter|Q4 2026] [md|png]`: finished items as a card, Markdown or a picture."""
    *words, last = request.args.positional or ("",)
    form = last.casefold() if last.casefold() in {"md", "png"} else ""
    period = _period(" ".join(words if form else request.args.positional), request.today)
    async with ctx.store.reading() as session:
        names = (await directory(session)).with_public_names()
        room = None if request.private else request.place or NO_PLACE
        content = await recap_content(session, period, request.audience, names, room=room, with_anniversaries=False)
    card = cards.recap.recap(content, "", preview=False)
    file = await _file(content, form) if form else None
    if file and file.alt:  # for platforms that cannot attach alt text to a picture
        card = replace(card, blocks=(*card.blocks, context(file.alt)))
    return Reply(card, request.private, _facts(content), file=file)


def _period(text: str, today: date) -> CalendarPeriod:
    """The requested period; the current quarter by default. Raises BadInput."""
    words = text.strip().casefold().removeprefix("last ")
    if not words or (words in {"this quarter", "quarter"} and not text.casefold().startswith("last")):
        return quarter_of(today)
    for rhythm, word in (("weekly", "week"), ("monthly", "month"), ("quarterly", "quarter")):
        if words == word:
            return period_before(rhythm, today)
    named = parse_quarter(words)
    if named is None:
        raise BadInput("Say which time: week, month, quarter, or Q4 2026.", "recap", "recap Q4 2026 png")
    number, year = named
    return quarter_of(date(year or today.year, 3 * number - 2, 1))


async def _file(content: RecapContent, form: str) -> Attachment:
    name = f"recap-{content.period.first.isoformat()}.{form}"
    if form == "md":
        return Attachment(name, cards.recap.markdown(content).encode())
    import asyncio

    from handlers.celebrations.cards.picture import alt_text, timeline_png

    drawn = await asyncio.to_thread(timeline_png, content.items, content.period, content.names)
    return Attachment(name, drawn, alt_text(content.items, content.period, content.names))


def _facts(content: RecapContent) -> dict[str, object]:
    return {
        "period": content.period.words,
        "items": [item.key for item in content.items],
        "thanks": len(content.thanks),
    }
