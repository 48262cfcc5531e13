"""Which dinner and which people a command is about, and whether the person may run it."""

from __future__ import annotations

from handlers.context import Request
from handlers.dinners.rules.quarters import quarter_key
from handlers.errors import BadInput, NotAllowed, NotFound
from storage import dinners
from storage.store import Session
from storage.values.company import Permission
from storage.values.dinners import Dinner, DinnerState

PLAN_EXAMPLE = "dinner plan Q1"


def quarter_in(request: Request) -> tuple[str, tuple[str, ...]]:
    """The requested quarter ("" for none), and the other words."""
    words = list(request.args.positional)
    for length in (1, 2):
        for at in range(len(words) - length + 1):
            if key := quarter_key(" ".join(words[at : at + length]), request.today):
                return key, (*words[:at], *words[at + length :])
    return "", tuple(words)


def only_quarter_in(request: Request) -> str:
    """The requested quarter, "" for none. Raises BadInput if there are other words."""
    key, rest = quarter_in(request)
    if rest:
        raise BadInput(f"“{' '.join(rest)}” is no quarter. Write Q1, or 2027-Q1.", request.args.command)
    return key


async def requested_dinner(session: Session, key: str) -> Dinner:
    """The dinner with that key; without a key, the latest one that is not over, else the latest of all.

    Raises NotFound.
    """
    if key:
        dinner = await dinners.with_key(session, key)
        if dinner is None:
            raise NotFound(f"No dinner is planned for {key}.", "dinner", f"dinner plan {key}")
        return dinner
    planned = await dinners.all_dinners(session)
    going_on = [dinner for dinner in planned if not dinner.is_over]
    held = [dinner for dinner in planned if dinner.state is not DinnerState.CANCELLED]
    for heap in (going_on, held, planned):
        if heap:
            return heap[-1]
    raise NotFound("No dinner is planned yet. An admin plans one.", PLAN_EXAMPLE)


async def last_held_dinner(session: Session, key: str) -> Dinner:
    """The dinner with that key; without a key, the latest that was held. Raises NotFound."""
    if key:
        return await requested_dinner(session, key)
    held = [
        dinner
        for dinner in await dinners.all_dinners(session)
        if dinner.state in (DinnerState.THANKED, DinnerState.REVIEWED)
    ]
    if not held:
        raise NotFound("No dinner was held yet.", "dinner")
    return max(held, key=lambda dinner: (dinner.day is not None, dinner.day, dinner.id))


async def may_run(session: Session, request: Request, dinner: Dinner) -> bool:
    """Whether the person is an admin, the host, or an organiser of this dinner."""
    if request.person.permission.covers(Permission.ADMIN) or request.person.id == dinner.host:
        return True
    return request.person.id in (await dinners.roles(session, dinner.id))["organiser"]


async def check_may_run(session: Session, request: Request, dinner: Dinner) -> None:
    """Raises NotAllowed unless the person may run *dinner*."""
    if not await may_run(session, request, dinner):
        raise NotAllowed(
            f"That is for whoever runs the dinner of {dinner.key}: admins, its host, and organisers they name with "
            "“dinner organiser @you”."
        )
