"""celebrations schedule, recap: a room looks back on what was shipped together, in its own hours and rhythm."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from handlers.acting import place_of, write
from handlers.celebrations import recap_cards
from handlers.celebrations.feature import SCHEDULE_USAGE
from handlers.celebrations.looking import RecapContent, recap_content
from handlers.days import parse_day
from handlers.errors import BadInput, NotAllowed
from handlers.feature import Request
from handlers.opening import hours_at
from handlers.rhythms import RHYTHMS, CalendarPeriod, period_before, quarter_of
from handlers.toolbox import AppContext
from integrations.ports.cards import context
from integrations.ports.inbound import Attachment, Reply
from storage import celebrations, places
from storage.directory import directory
from storage.store import Session
from storage.values.company import Permission
from storage.values.post import Place

_QUARTER = re.compile(r"(?:(\d{4})-?)?q([1-4])(?:[ -](\d{4}))?", re.IGNORECASE)


# ── what a room wants ────────────────────────────────────────────────────────────────────────────────────────────────


async def schedule(box: AppContext, asked: Request) -> Reply:
    """`celebrations schedule weekly`: this room looks back on Mondays, or on the first working day after."""
    rhythm = asked.args.first().casefold()
    if rhythm not in (*RHYTHMS, "off"):
        raise BadInput("Say how often.", SCHEDULE_USAGE)
    async with write(box, asked, rhythm=rhythm) as session:
        place = await _own_room(session, asked)
        wanted = "" if rhythm == "off" else rhythm
        await celebrations.set_recap(
            session, place.id, rhythm=wanted, paused_until=None, skip_next=False, by=asked.person.id
        )
    return Reply(recap_cards.recap_scheduled(wanted), facts={"rhythm": wanted})


async def auto(box: AppContext, asked: Request) -> Reply:
    """`celebrations auto on|off`: whether what ships is posted here without asking whoever shipped it."""
    said = asked.args.first().casefold()
    if said not in {"on", "off"}:
        raise BadInput("Say on or off.", "celebrations auto on")
    async with write(box, asked, auto=said) as session:
        place = await _own_room(session, asked, Permission.ADMIN if said == "on" else Permission.CONTRIBUTOR)
        await celebrations.set_recap(session, place.id, automatic=said == "on")
    return Reply(recap_cards.automatic(on=said == "on"), facts={"automatic": said == "on"})


async def pause(box: AppContext, asked: Request) -> Reply:
    """`celebrations pause until DATE`, or `celebrations skip next`."""
    said = asked.args.rest().removeprefix("until").strip()
    if not said:
        raise BadInput("Say until when.", "celebrations pause until 1 March")
    until = parse_day(said, today=asked.today)
    async with write(box, asked) as session:
        place = await _own_room(session, asked)
        await celebrations.set_recap(session, place.id, paused_until=until)
    return Reply(recap_cards.recap_paused(until), facts={"paused_until": until.isoformat()})


async def skip_next(box: AppContext, asked: Request) -> Reply:
    """`celebrations skip next`: the next recap is left out."""
    async with write(box, asked) as session:
        place = await _own_room(session, asked)
        await celebrations.set_recap(session, place.id, skip_next=True)
    return Reply(recap_cards.recap_skipped(), facts={"skip_next": True})


async def _own_room(session: Session, asked: Request, needed: Permission = Permission.CONTRIBUTOR) -> Place:
    """The room it is said in, for who may decide about it. Raises NotAllowed."""
    place = await place_of(session, asked)
    if place.external and not asked.person.permission.covers(Permission.ADMIN):
        raise NotAllowed("This room is shared with another organisation; an admin has to do that.")
    if not place.direct and not asked.person.permission.covers(needed):
        raise NotAllowed(f"That takes {'an admin' if needed is Permission.ADMIN else 'a contributor'}; ask one.")
    if place.direct:
        await places.set_members(session, place.id, [asked.person.id], known=True, external=False)
    return place


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def preview(box: AppContext, asked: Request) -> Reply:
    """`celebrations preview [weekly]`: what this room would read next."""
    said = asked.args.first().casefold()
    async with box.store.reading() as session:
        known = (await celebrations.recaps(session)).get(asked.place.id) if asked.place else None
        rhythm = said if said in RHYTHMS else (known.frequency if known else "") or "weekly"
        today = (await hours_at(session, box.policy, asked.place)).local_day(asked.now) if asked.place else asked.today
        ahead = {"weekly": 7, "monthly": 28, "quarterly": 91}[rhythm]
        period = period_before(rhythm, today + timedelta(days=ahead))
        audience = await places.audience(session, asked.place) if asked.place else asked.audience
        names = (await directory(session)).with_public_names()
        looked = await recap_content(session, period, audience, names, room=asked.place)
    return Reply(recap_cards.recap(looked, rhythm, preview=True), facts=_facts(looked))


async def recap(box: AppContext, asked: Request) -> Reply:
    """`recap [week|month|quarter|Q4 2026] [md|png]`: what was shipped together, as a card, Markdown or a picture."""
    *said, last = asked.args.positional or ("",)
    form = last.casefold() if last.casefold() in {"md", "png"} else ""
    period = _period(" ".join(said if form else asked.args.positional), asked.today)
    async with box.store.reading() as session:
        looked = await recap_content(session, period, asked.audience, (await directory(session)).with_public_names())
    card = recap_cards.recap(looked, "", preview=False)
    file = await _file(looked, form) if form else None
    if file and file.alt:  # where a picture carries no words of its own, they stand beside it
        card = replace(card, blocks=(*card.blocks, context(file.alt)))
    return Reply(card, asked.private, _facts(looked), file=file)


def _period(said: str, today: date) -> CalendarPeriod:
    """The period that is meant; the running quarter when nothing is said."""
    words = said.strip().casefold().removeprefix("last ")
    if not words or (words in {"this quarter", "quarter"} and not said.casefold().startswith("last")):
        return quarter_of(today)
    for rhythm, known in (("weekly", "week"), ("monthly", "month"), ("quarterly", "quarter")):
        if words == known:
            return period_before(rhythm, today)
    found = _QUARTER.fullmatch(words)
    if not found:
        raise BadInput("Say which time: week, month, quarter, or Q4 2026.", "recap", "recap Q4 2026 png")
    year = int(found[1] or found[3] or today.year)
    return quarter_of(date(year, 3 * int(found[2]) - 2, 1))


async def _file(looked: RecapContent, form: str) -> Attachment:
    name = f"recap-{looked.period.first.isoformat()}.{form}"
    if form == "md":
        return Attachment(name, recap_cards.markdown(looked).encode())
    import asyncio

    from handlers.celebrations.picture import (
        alt_text,
        timeline_png,  # matplotlib takes a second to load
    )

    drawn = await asyncio.to_thread(timeline_png, looked.items, looked.period, looked.names)
    return Attachment(name, drawn, alt_text(looked.items, looked.period, looked.names))


def _facts(looked: RecapContent) -> dict[str, object]:
    return {
        "period": looked.period.words,
        "items": [item.key for item in looked.items],
        "thanks": len(looked.thanks),
    }
