"""Failures of outside services. Adapters translate their SDK's errors into these where they occur.

Unavailable   worth trying again            -> the deliverer retries later, a person is asked to try again
Paused        until somebody fixes it       -> the deliverer holds back everything for that account
Rejected      will never succeed            -> the deliverer gives up and notifies the subscriber
"""

from __future__ import annotations

from datetime import timedelta


class Unavailable(Exception):
    """An outside service is down or busy; try again after `retry_after`. Never shown raw to a person.

    `uncertain` is True when the request may have succeeded anyway (timeout, dropped connection).
    """

    def __init__(self, service: str, *, retry_after: timedelta | None = None, uncertain: bool = False) -> None:
        super().__init__(f"{service} is not available")
        self.service = service
        self.retry_after = retry_after
        self.uncertain = uncertain


class Paused(Unavailable):
    """Somebody has to fix the whole account first (reinstall the app, grant a permission). Pending work is kept.

    `reason` is the service's own error code.
    """

    def __init__(self, service: str, reason: str, *, retry_after: timedelta) -> None:
        super().__init__(service, retry_after=retry_after)
        self.reason = reason


class Rejected(Exception):
    """An outside service refused for good (channel archived, bot removed); do not retry.

    `closes_place` is True when no message can reach that place again.
    """

    def __init__(self, reason: str, *, closes_place: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.closes_place = closes_place
