"""Who is told what about a dinner. Every card finds its words when it is sent, so it says what is true then.

Rooms get a card when somebody who runs the dinner puts it there; everybody else is spoken to in private.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime

from handlers import mail
from handlers.dinners.rules import places
from handlers.opening import next_sending_time
from handlers.private import conversation_with
from handlers.toolbox import AppContext
from storage import deliveries, dinners, people
from storage import places as all_places
from storage.directory import directory
from storage.store import Session
from storage.values.company import Directory, Person
from storage.values.dinners import Dinner, Rsvp, RsvpAnswer, SeatStatus

DINNER_CARD = "dinner"  # the poll or the invitation, for a room or a person
OFFER, REMINDER, MOVED, STUCK = "dinner offer", "dinner reminder", "dinner moved", "dinner stuck"
TABLE, CHANGED_TABLE, NEEDS = "dinner table", "dinner changed table", "dinner needs"
THANKS, RESULTS = "dinner thanks", "dinner results"
EDIT_INTERVAL_S, EDIT_DELAY_S = 10, 5


def notice_key(dinner: Dinner, *what: object) -> str:
    return ":".join(["dinner", str(dinner.id), *map(str, what)])


def notice_payload(dinner: Dinner, **more: object) -> dict[str, object]:
    return {"dinner": dinner.key, **more}


async def notify_people(
    ctx: AppContext,
    session: Session,
    ids: Iterable[str],
    kind: str,
    payload: dict[str, object],
    *,
    notice: str,
    at: datetime,
) -> int:
    """The same kind of card to each of these people, in private. Returns how many are new."""
    known = [await people.with_id(session, each) for each in sorted(set(ids))]
    direct = sorted({await conversation_with(session, ctx.policy, each) for each in known if each})
    return await mail.queue_notice(session, direct, kind, payload, key=notice, at=at) if direct else 0


def invited(names: Directory) -> list[Person]:
    """Everybody who belongs to a team."""
    return [each for each in names.people if each.team]


async def notify_invited(ctx: AppContext, session: Session, dinner: Dinner, what: str, at: datetime) -> int:
    """The poll (`poll`) or the invitation (`invitation`), to everybody. Returns how many are asked."""
    names = await directory(session)
    everybody = [each.id for each in invited(names)]
    notice = _invitation_key(dinner, what, dinner.sequence)
    return await notify_people(
        ctx, session, everybody, DINNER_CARD, notice_payload(dinner, what=what), notice=notice, at=at
    )


def _invitation_key(dinner: Dinner, what: str, sequence: int) -> str:
    # Days that are given up, and others that are asked about later, are two polls and two invitations.
    return notice_key(dinner, what, sequence)


# ── what stands already ──────────────────────────────────────────────────────────────────────────────────────────────


async def refresh_rooms(session: Session, dinner: Dinner, now: datetime) -> None:
    """Bring the cards in rooms up to date: the one tally, soon, and once for many answers that come together.

    A card is worded when it is edited, so everything that is said until then is in it.
    """
    number = int(now.timestamp()) // EDIT_INTERVAL_S + 1
    soon = datetime.fromtimestamp(number * EDIT_INTERVAL_S + EDIT_DELAY_S, UTC)
    standing: dict[int, int] = {}
    for place, notice in (await dinners.card_notices(session, dinner.id)).items():
        standing |= {at: each for at, each in (await deliveries.of_notice(session, notice)).items() if at == place}
    await _edit(session, dinner, standing, notice_key(dinner, "tally", number), soon)


async def refresh_all(session: Session, dinner: Dinner, now: datetime) -> None:
    """Bring every card of the dinner up to date, in rooms and in private: something about it changed for good."""
    await refresh_rooms(session, dinner, now)
    for notice in [
        _invitation_key(dinner, what, each) for what in ("poll", "invitation") for each in range(dinner.sequence + 1)
    ]:
        standing = await deliveries.of_notice(session, notice)
        mark = notice_key(dinner, "now", notice, dinner.state, dinner.day or "", dinner.sequence)
        await _edit(session, dinner, standing, mark, now)


async def _edit(session: Session, dinner: Dinner, standing: dict[int, int], notice: str, at: datetime) -> None:
    if standing:
        payload = notice_payload(dinner, what="edit")
        await mail.queue_update(session, DINNER_CARD, payload, key=notice, targets=standing, newest={}, at=at)


# ── seats that come free, days that move ─────────────────────────────────────────────────────────────────────────────


async def offer_free_seats(ctx: AppContext, session: Session, dinner: Dinner, now: datetime) -> dict[str, Rsvp]:
    """Give free seats and lapsed offers to those who wait, and tell them. Returns the answers that changed."""
    rsvps = await dinners.rsvps(session, dinner.id)
    changed = places.seat_changes(
        rsvps, cap=dinner.cap, first=await seated_first(session, dinner), now=now, starts_at=dinner.starts_at
    )
    changed = {each.person: await _with_offer_end(ctx, session, dinner, each, now) for each in changed.values()}
    await dinners.save_rsvps(session, dinner.id, changed.values())
    for each in changed.values():
        if each.seat_status is SeatStatus.OFFERED and each.offered_until:
            notice = notice_key(dinner, "offer", each.person, each.offered_until.isoformat())
            await notify_people(ctx, session, [each.person], OFFER, notice_payload(dinner), notice=notice, at=now)
    return changed


async def _with_offer_end(ctx: AppContext, session: Session, dinner: Dinner, rsvp: Rsvp, now: datetime) -> Rsvp:
    """An offer that is made at night is held from the morning on: nobody hears of it before."""
    person = await people.with_id(session, rsvp.person)
    if rsvp.seat_status is not SeatStatus.OFFERED or person is None:
        return rsvp
    [place] = await all_places.with_ids(session, [await conversation_with(session, ctx.policy, person)])
    opens = await next_sending_time(session, ctx.policy, place, now)
    return replace(rsvp, offered_until=opens + places.offer_window(opens, dinner.starts_at))


async def seated_first(session: Session, dinner: Dinner) -> frozenset[str]:
    """Those who are served before the waiting list: the host, whoever takes a table, whoever has to be there."""
    roles = await dinners.roles(session, dinner.id)
    return roles["host"] | roles["must"] | ({dinner.host} - {""})


async def required_people(session: Session, dinner: Dinner) -> frozenset[str]:
    """Those without whom there is no dinner on a day: the host, and whoever was named so."""
    return (await dinners.roles(session, dinner.id))["must"] | ({dinner.host} - {""})


async def notify_moved(ctx: AppContext, session: Session, dinner: Dinner, now: datetime) -> int:
    """Tell those who said that they come, or have it in their calendar, that time or place is another, or that it is off."""
    rsvps = await dinners.rsvps(session, dinner.id)
    guests = [
        each.person for each in rsvps.values() if each.calendar_sequence is not None or each.answer is RsvpAnswer.YES
    ]
    notice = notice_key(dinner, "moved", dinner.sequence, dinner.state)
    told = await notify_people(ctx, session, guests, MOVED, notice_payload(dinner), notice=notice, at=now)
    await refresh_all(session, dinner, now)
    return told


async def notify_tables(
    ctx: AppContext, session: Session, dinner: Dinner, ids: Collection[str], now: datetime, *, changed: bool
) -> int:
    """Whom they will meet; *changed* when they were told another table before."""
    kind = CHANGED_TABLE if changed else TABLE
    notice = notice_key(dinner, kind, *([now.isoformat()] if changed else []))
    return await notify_people(ctx, session, ids, TABLE, notice_payload(dinner), notice=notice, at=now)


async def retract(session: Session, notice: str, now: datetime) -> None:
    """What that notice put anywhere stands there no longer."""
    await mail.queue_delete(session, notice, at=now)


async def post_in_room(session: Session, dinner: Dinner, place: int, notice: str, now: datetime) -> None:
    """Put the dinner's card into a room, because somebody who runs it said so there."""
    await mail.queue_notice(session, [place], DINNER_CARD, notice_payload(dinner, what="room"), key=notice, at=now)
