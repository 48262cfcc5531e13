"""The next host: sides take turns, and within a side the person who did it least often, longest ago. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.shared.rules.sides import other_side
from storage.values.company import Directory, Permission, Person, Side
from storage.values.dinners import Dinner


def next_side(past: Sequence[Dinner]) -> Side:
    """The side whose turn it is. *past* is oldest first."""
    last = next((dinner.host_side for dinner in reversed(past) if dinner.host_side is not Side.OTHER), Side.IT)
    return other_side(last)


def next_host(names: Directory, past: Sequence[Dinner]) -> Person | None:
    """A lead or publisher of the side whose turn it is; anybody of that side if it has none."""
    side = next_side(past)
    of_side = [person for person in names.people if names.side_of(person) is side]
    leads = {person.manager_email for person in names.people if person.manager_email}
    leading = [person for person in of_side if person.email in leads or person.permission.covers(Permission.PUBLISHER)]
    hosted = [dinner.host for dinner in past]
    return min(leading or of_side or names.people, key=lambda person: _turn(person, hosted), default=None)


def _turn(person: Person, hosted: Sequence[str]) -> tuple[int, int, str]:
    """How often, when last (0 for never), and the e-mail as a stable tie-break."""
    last = max((number for number, host in enumerate(hosted, start=1) if host == person.id), default=0)
    return hosted.count(person.id), last, person.email
