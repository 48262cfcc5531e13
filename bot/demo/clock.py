"""The demo's clock, which starts during the sample company's working hours at any real time of day."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class DemoClock:
    """Starts at *at* and advances with *monotonic*, in seconds. It can be moved forward, never back."""

    def __init__(self, at: datetime, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._at, self._then = _utc(at), monotonic()

    def now(self) -> datetime:
        return self._at + timedelta(seconds=self._monotonic() - self._then)

    def advance_to(self, moment: datetime) -> None:
        """Jump forward to *moment*; no-op when it has passed."""
        moment, now = _utc(moment), self.now()
        if moment > now:
            self._at, self._then = moment, self._monotonic()


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return moment.astimezone(UTC)
