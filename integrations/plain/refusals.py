"""Counts refused requests by address: past the limit they are refused with 429, and logged once a minute.

Only refused requests are counted and limited. A genuine one is served, whatever else its address sends: the address may
be a proxy's.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import structlog

from integrations.plain.addresses import subscriber
from integrations.ports.clock import Clock

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

PERIOD = timedelta(minutes=1)
RETRY_AFTER_S = int(PERIOD.total_seconds())
MAX_REFUSALS = 60  # in a period
MAX_ADDRESSES = 10_000


class RefusalLimit:
    """The refused requests of one endpoint of the HTTP server, in the current period."""

    def __init__(self, endpoint: str, clock: Clock, limit: int = MAX_REFUSALS) -> None:
        self._endpoint = endpoint
        self._clock = clock
        self._limit = limit
        self._started_at = clock.now()
        self._refused: Counter[str] = Counter()

    def is_exceeded(self, address: str) -> bool:
        """Count a refused request of *address*; True if it had too many already."""
        now = self._clock.now()
        if now - self._started_at >= PERIOD:
            self._started_at = now
            self._refused.clear()
        sender = subscriber(address)
        if sender not in self._refused and len(self._refused) >= MAX_ADDRESSES:
            sender = ""  # all further addresses together
        self._refused[sender] += 1
        if self._refused[sender] == self._limit + 1:
            log.warning(
                "too many refused requests", action="http.refusal_limit", endpoint=self._endpoint, address=sender
            )
        return self._refused[sender] > self._limit
