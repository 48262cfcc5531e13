"""The dinners that a person may know of. Every command finds its dinner here, so that no reply shows another one.

Until people are asked, a dinner is known to those who run it, and without its place to those who will be asked; rooms do
not know of it. What a person may not know of and what does not exist is refused in the same words.
"""

from __future__ import annotations

from dataclasses import replace

from handlers.context import Request
from handlers.dinners.rules import examples, timeline
from handlers.errors import NotAllowed, NotFound, Refusal
from storage import dinners
from storage.store import Session
from storage.values.company import Permission
from storage.values.dinners import Dinner, DinnerState


async def known_dinners(session: Session, request: Request) -> tuple[Dinner, ...]:
    """The dinners that everybody who reads the reply may know of, in the order in which they were planned.

    Raises Refusal in a room that is shared with another organisation.
    """
    if not request.private and request.place and request.place.external:
        raise Refusal("This room is shared with another organisation. Ask me in private.", "dinner")
    as_known = [await _as_known(session, request, dinner) for dinner in await dinners.all_dinners(session)]
    return tuple(dinner for dinner in as_known if dinner)


async def _as_known(session: Session, request: Request, dinner: Dinner) -> Dinner | None:
    """What the readers of the reply may know of *dinner*; None for nothing."""
    if dinner.was_opened:
        return dinner
    if not request.private:
        return None
    if await may_run(session, request, dinner):
        return dinner
    return replace(dinner, venue="") if request.person.team else None


async def requested_dinner(session: Session, request: Request, key: str) -> Dinner:
    """The dinner with that key; without a key, the latest one that is not over, else the latest of all.

    Raises NotFound if there is none that the person may know of.
    """
    known = await known_dinners(session, request)
    if key:
        named = [dinner for dinner in known if dinner.key == key]
        if not named:
            raise NotFound(f"No dinner is planned for {key}.", "dinner", *_to_plan_one(request, key))
        return named[0]
    going_on = [dinner for dinner in known if not dinner.is_over]
    held = [dinner for dinner in known if dinner.state is not DinnerState.CANCELLED]
    for dinners_in_order in (going_on, held, known):
        if dinners_in_order:
            return dinners_in_order[-1]
    raise NotFound(
        "No dinner is planned yet. An admin plans one.", *_to_plan_one(request, examples.next_quarter(request.today))
    )


def _to_plan_one(request: Request, key: str) -> tuple[str, ...]:
    """What to type to plan that dinner, for somebody who may."""
    return (f"dinner plan {key}",) if request.person.permission.covers(Permission.ADMIN) else ()


async def locked_dinner(session: Session, request: Request, key: str) -> Dinner:
    """`requested_dinner`, locked until this transaction ends."""
    locked = await dinners.lock_dinner(session, (await requested_dinner(session, request, key)).id)
    return await _as_known(session, request, locked) or locked


async def begun_dinner(session: Session, request: Request, key: str) -> Dinner:
    """The dinner with that key; without a key, the latest that has begun. Raises NotFound, or Refusal if it has not begun."""
    if key:
        dinner = await requested_dinner(session, request, key)
        if not timeline.has_begun(dinner, request.now):
            raise Refusal(_not_held(dinner), f"dinner {dinner.key}")
        return dinner
    begun = [dinner for dinner in await known_dinners(session, request) if timeline.has_begun(dinner, request.now)]
    if not begun:
        raise NotFound("No dinner has taken place yet.", "dinner")
    return max(begun, key=lambda dinner: (dinner.starts_at, dinner.id))


def _not_held(dinner: Dinner) -> str:
    if dinner.state is DinnerState.CANCELLED:
        return f"The dinner of {dinner.key} was called off and did not take place."
    return f"The dinner of {dinner.key} has not taken place yet."


async def may_run(session: Session, request: Request, dinner: Dinner) -> bool:
    """Whether the person is an admin, the host, or an organiser of this dinner."""
    if request.person.permission.covers(Permission.ADMIN) or request.person.id == dinner.host:
        return True
    return request.person.id in (await dinners.roles(session, dinner.id))["organiser"]


async def check_may_run(session: Session, request: Request, dinner: Dinner) -> None:
    """Raises NotAllowed unless the person may run *dinner*."""
    if not await may_run(session, request, dinner):
        raise NotAllowed(
            f"Admins, its host and its organisers run the dinner of {dinner.key}. An admin can name you an organiser.",
            f"dinner {dinner.key}",
        )
