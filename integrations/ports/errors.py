"""How a neighbour's failure reads to us. Vendors translate their SDK's errors into these at the door.

Unavailable   worth trying again      -> the post postpones, a person is asked to come back
Paused        once somebody acted     -> the post waits with everything for that account
Rejected      will never succeed      -> the post gives up, whoever set it up is told
"""

from __future__ import annotations

from datetime import timedelta


class Unavailable(Exception):
    """A neighbour is down or busy; try again after `retry_after`. Never shown raw to a person.

    `uncertain` is True when the request may have been carried out all the same (timeout, cut connection).
    """

    def __init__(self, service: str, *, retry_after: timedelta | None = None, uncertain: bool = False) -> None:
        super().__init__(f"{service} is not available")
        self.service = service
        self.retry_after = retry_after
        self.uncertain = uncertain


class Paused(Unavailable):
    """The whole account has to be put right by somebody: reinstalled, a permission granted. What waits is kept.

    `reason` is the neighbour's word for what is wrong.
    """

    def __init__(self, service: str, reason: str, *, retry_after: timedelta) -> None:
        super().__init__(service, retry_after=retry_after)
        self.reason = reason


class Rejected(Exception):
    """A neighbour said no for good (channel archived, bot removed). Trying again would be rude.

    `closes_place` is True when nothing will ever arrive there again.
    """

    def __init__(self, reason: str, *, closes_place: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.closes_place = closes_place
