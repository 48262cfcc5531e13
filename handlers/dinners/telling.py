"""Who is told what about a dinner. Every card finds its words when it is sent, so it says what is true then.

Rooms get a card when somebody who runs the dinner puts it there; everybody else is spoken to in private.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime

from handlers import mail
from handlers.dinners.rules import places
from handlers.opening import opening
from handlers.private import direct_place
from handlers.toolbox import Toolbox
from storage import deliveries, dinners, people
from storage import places as all_places
from storage.directory import directory
from storage.store import Session
from storage.values import Answer, Dinner, Directory, Person, Rsvp, Stand

STANDING = "dinner"  # the poll or the invitation, for a room or a person
OFFER, REMINDER, MOVED, STUCK = "dinner offer", "dinner reminder", "dinner moved", "dinner stuck"
TABLE, CHANGED_TABLE, NEEDS = "dinner table", "dinner changed table", "dinner needs"
THANKS, RESULTS = "dinner thanks", "dinner results"
EDITED_EVERY_S, SETTLES_S = 10, 5


def key(dinner: Dinner, *what: object) -> str:
    return ":".join(["dinner", str(dinner.id), *map(str, what)])


def about(dinner: Dinner, **more: object) -> dict[str, object]:
    return {"dinner": dinner.key, **more}


async def to_people(
    box: Toolbox,
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
    direct = sorted({await direct_place(session, box.policy, each) for each in known if each})
    return await mail.announce(session, direct, kind, payload, key=notice, at=at) if direct else 0


def invited(names: Directory) -> list[Person]:
    """Everybody who belongs to a team."""
    return [each for each in names.people if each.team]


async def ask(box: Toolbox, session: Session, dinner: Dinner, what: str, at: datetime) -> int:
    """The poll (`poll`) or the invitation (`invitation`), to everybody. Returns how many are asked."""
    names = await directory(session)
    everybody = [each.id for each in invited(names)]
    notice = _asked(dinner, what, dinner.sequence)
    return await to_people(box, session, everybody, STANDING, about(dinner, what=what), notice=notice, at=at)


def _asked(dinner: Dinner, what: str, sequence: int) -> str:
    # Days that are given up, and others that are asked about later, are two polls and two invitations.
    return key(dinner, what, sequence)


# ── what stands already ──────────────────────────────────────────────────────────────────────────────────────────────


async def refresh(session: Session, dinner: Dinner, now: datetime) -> None:
    """Bring the cards in rooms up to date: the one tally, soon, and once for many answers that come together.

    A card is worded when it is edited, so everything that is said until then is in it.
    """
    number = int(now.timestamp()) // EDITED_EVERY_S + 1
    soon = datetime.fromtimestamp(number * EDITED_EVERY_S + SETTLES_S, UTC)
    standing: dict[int, int] = {}
    for place, notice in (await dinners.rooms(session, dinner.id)).items():
        standing |= {at: each for at, each in (await deliveries.of_notice(session, notice)).items() if at == place}
    await _edit(session, dinner, standing, key(dinner, "tally", number), soon)


async def refresh_all(session: Session, dinner: Dinner, now: datetime) -> None:
    """Bring every card of the dinner up to date, in rooms and in private: something about it changed for good."""
    await refresh(session, dinner, now)
    for notice in [
        _asked(dinner, what, each) for what in ("poll", "invitation") for each in range(dinner.sequence + 1)
    ]:
        standing = await deliveries.of_notice(session, notice)
        mark = key(dinner, "now", notice, dinner.state, dinner.day or "", dinner.sequence)
        await _edit(session, dinner, standing, mark, now)


async def _edit(session: Session, dinner: Dinner, standing: dict[int, int], notice: str, at: datetime) -> None:
    if standing:
        payload = about(dinner, what="edit")
        await mail.update(session, STANDING, payload, key=notice, targets=standing, newest={}, at=at)


# ── seats that come free, days that move ─────────────────────────────────────────────────────────────────────────────


async def give_out(box: Toolbox, session: Session, dinner: Dinner, now: datetime) -> dict[str, Rsvp]:
    """Give free seats and lapsed offers to those who wait, and tell them. Returns the answers that changed."""
    rsvps = await dinners.answers(session, dinner.id)
    changed = places.given_out(
        rsvps, cap=dinner.cap, first=await first(session, dinner), now=now, starts_at=dinner.starts_at
    )
    changed = {each.person: await _held(box, session, dinner, each, now) for each in changed.values()}
    await dinners.answer(session, dinner.id, changed.values())
    for each in changed.values():
        if each.stand is Stand.OFFERED and each.offered_until:
            notice = key(dinner, "offer", each.person, each.offered_until.isoformat())
            await to_people(box, session, [each.person], OFFER, about(dinner), notice=notice, at=now)
    return changed


async def _held(box: Toolbox, session: Session, dinner: Dinner, rsvp: Rsvp, now: datetime) -> Rsvp:
    """An offer that is made at night is held from the morning on: nobody hears of it before."""
    person = await people.with_id(session, rsvp.person)
    if rsvp.stand is not Stand.OFFERED or person is None:
        return rsvp
    [place] = await all_places.with_ids(session, [await direct_place(session, box.policy, person)])
    opens = await opening(session, box.policy, place, now)
    return replace(rsvp, offered_until=opens + places.window(opens, dinner.starts_at))


async def first(session: Session, dinner: Dinner) -> frozenset[str]:
    """Those who are served before the waiting list: the host, whoever takes a table, whoever has to be there."""
    roles = await dinners.roles(session, dinner.id)
    return roles["host"] | roles["must"] | ({dinner.host} - {""})


async def required(session: Session, dinner: Dinner) -> frozenset[str]:
    """Those without whom there is no dinner on a day: the host, and whoever was named so."""
    return (await dinners.roles(session, dinner.id))["must"] | ({dinner.host} - {""})


async def moved(box: Toolbox, session: Session, dinner: Dinner, now: datetime) -> int:
    """Tell those who said that they come, or have it in their calendar, that time or place is another, or that it is off."""
    rsvps = await dinners.answers(session, dinner.id)
    guests = [each.person for each in rsvps.values() if each.told is not None or each.answer is Answer.YES]
    notice = key(dinner, "moved", dinner.sequence, dinner.state)
    told = await to_people(box, session, guests, MOVED, about(dinner), notice=notice, at=now)
    await refresh_all(session, dinner, now)
    return told


async def tell_tables(
    box: Toolbox, session: Session, dinner: Dinner, ids: Collection[str], now: datetime, *, changed: bool
) -> int:
    """Whom they will meet; *changed* when they were told another table before."""
    kind = CHANGED_TABLE if changed else TABLE
    notice = key(dinner, kind, *([now.isoformat()] if changed else []))
    return await to_people(box, session, ids, TABLE, about(dinner), notice=notice, at=now)


async def take_back(session: Session, notice: str, now: datetime) -> None:
    """What that notice put anywhere stands there no longer."""
    await mail.take_back(session, notice, at=now)


async def in_room(session: Session, dinner: Dinner, place: int, notice: str, now: datetime) -> None:
    """Put the dinner's card into a room, because somebody who runs it said so there."""
    await mail.announce(session, [place], STANDING, about(dinner, what="room"), key=notice, at=now)
