"""The kinds of notices about dinners, their keys and payloads."""

from __future__ import annotations

from storage.values.dinners import Dinner

DINNER_CARD = "dinner"  # the poll or the invitation, for a room or a person
OFFER, REMINDER, MOVED, STUCK = "dinner offer", "dinner reminder", "dinner moved", "dinner stuck"
TABLE, CHANGED_TABLE, NEEDS = "dinner table", "dinner changed table", "dinner needs"
THANKS, RESULTS = "dinner thanks", "dinner results"
# What a `DINNER_CARD` shows. The poll closes when the day is fixed; the card in a room goes from the poll to the guests.
POLL, INVITATION, ROOM = "poll", "invitation", "room"


def notice_key(dinner: Dinner, *what: object) -> str:
    """The key of a notice, or the subject of a card that is kept up to date, and of what is below it."""
    return ":".join(["dinner", str(dinner.id), *map(str, what)])


def notice_payload(dinner: Dinner, **more: object) -> dict[str, object]:
    return {"dinner": dinner.key, **more}
