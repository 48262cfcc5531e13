"""Seats and the waiting list: who has a seat, who waits, who is offered a free one. Pure.

yes ──> seat, while there are any ──> a "no" frees it ──> offered to the longest waiting ──> theirs, or it lapses
   └──> waiting list
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from storage.values.dinners import Rsvp, RsvpAnswer, SeatStatus

# How long an offered seat is held, by the time left until the dinner.
OFFER_WINDOWS = ((timedelta(days=1), timedelta(hours=2)), (timedelta(days=3), timedelta(hours=6)))
DEFAULT_OFFER_WINDOW = timedelta(days=1)


def offer_window(now: datetime, starts_at: datetime | None) -> timedelta:
    """How long a seat offered *now* is held."""
    left = starts_at - now if starts_at else timedelta.max
    return next((held for before, held in OFFER_WINDOWS if left < before), DEFAULT_OFFER_WINDOW)


def next_queue_time(rsvps: Iterable[Rsvp], now: datetime) -> datetime:
    """A time after everybody in the queue, even if the clock gives several people the same one."""
    last = max((rsvp.since for rsvp in rsvps if rsvp.since), default=None)
    return now if last is None or now > last else last + timedelta(microseconds=1)


def with_answer(rsvp: Rsvp, answer: RsvpAnswer, now: datetime) -> Rsvp:
    """The changed answer. A new "yes" has no seat until seats are assigned; a repeated one keeps its seat."""
    if answer is not RsvpAnswer.YES:
        return replace(rsvp, answer=answer, seat_status=SeatStatus.NONE, since=None, offered_until=None)
    if rsvp.has_seat:
        return replace(rsvp, answer=answer, seat_status=SeatStatus.SEAT, offered_until=None)
    stand = rsvp.seat_status if rsvp.answer is RsvpAnswer.YES else SeatStatus.NONE
    return replace(rsvp, answer=answer, seat_status=stand, since=rsvp.since or now, offered_until=None)


def seat_changes(
    rsvps: Mapping[str, Rsvp], *, cap: int, first: Collection[str], now: datetime, starts_at: datetime | None
) -> dict[str, Rsvp]:
    """The answers that change when free seats and lapsed offers go to the waiting list, people in *first* before others.

    A person who just said yes gets a free seat at once; one who waited is offered it, because they may have made other
    plans. While nobody waits, an offer does not lapse. *cap* 0 is no limit.
    """
    changed: dict[str, Rsvp] = {}
    queue = _queue(rsvps.values(), first)
    lapsing = [rsvp for rsvp in rsvps.values() if _is_lapsed(rsvp, now)]
    taken = sum(rsvp.has_seat for rsvp in rsvps.values())
    for waits in queue:
        if cap and taken >= cap:
            lapsed = lapsing.pop(0) if lapsing else None
            if lapsed is None:
                if waits.seat_status is not SeatStatus.WAITING:
                    changed[waits.person] = replace(waits, seat_status=SeatStatus.WAITING)
                continue
            changed[lapsed.person] = without_offer(lapsed)
            taken -= 1
        changed[waits.person] = _with_seat(waits, now, starts_at)
        taken += 1
    return changed


def without_offer(rsvp: Rsvp) -> Rsvp:
    """Nobody took the seat that was offered: that is no answer, and no place on the waiting list."""
    return replace(rsvp, answer=None, seat_status=SeatStatus.NONE, since=None, offered_until=None)


def _queue(rsvps: Iterable[Rsvp], first: Collection[str]) -> list[Rsvp]:
    """People who said yes and have no seat, longest wait first."""
    waiting = [rsvp for rsvp in rsvps if rsvp.answer is RsvpAnswer.YES and not rsvp.has_seat]
    return sorted(waiting, key=lambda rsvp: (rsvp.person not in first, _moment(rsvp), rsvp.person))


def _moment(rsvp: Rsvp) -> float:
    return rsvp.since.timestamp() if rsvp.since else float("inf")


def _is_lapsed(rsvp: Rsvp, now: datetime) -> bool:
    return rsvp.seat_status is SeatStatus.OFFERED and rsvp.offered_until is not None and rsvp.offered_until <= now


def _with_seat(rsvp: Rsvp, now: datetime, starts_at: datetime | None) -> Rsvp:
    if rsvp.seat_status is SeatStatus.WAITING:
        return replace(rsvp, seat_status=SeatStatus.OFFERED, offered_until=now + offer_window(now, starts_at))
    return replace(rsvp, seat_status=SeatStatus.SEAT, offered_until=None)


def waiting_order(rsvps: Mapping[str, Rsvp], first: Collection[str] = ()) -> tuple[str, ...]:
    """The people on the waiting list, in order."""
    return tuple(rsvp.person for rsvp in _queue(rsvps.values(), first))
