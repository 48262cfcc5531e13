"""Time and ids are passed in, so that tests control them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """This moment, with its zone (UTC)."""


class Ids(Protocol):
    def new(self, prefix: str = "") -> str:
        """A fresh opaque id: unguessable, unique, safe in a URL."""


class FixedClock:
    """A clock that always shows the same time: `--at` on the command line, and tests."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("a moment needs its zone")
        self.at = at.astimezone(UTC)

    def now(self) -> datetime:
        return self.at
