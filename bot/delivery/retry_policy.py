"""Decide the outcome of an attempt to deliver. Pure.

Sent     the message is posted
Failed   final: rejected, nothing to show, or too many attempts
Retry    attempted and failed: again at `due_at`, after a lookup if `uncertain`
Defer    not attempted: again at `until`
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from integrations.ports.errors import Paused, Rejected, Unavailable
from storage.values.deliveries import RESTORED, TOO_MANY_REQUESTS, Delivery

FAULT = "fault"  # a bug of ours, which retrying rarely fixes


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Timeouts, delays and the number of attempts."""

    call_timeout: timedelta = timedelta(seconds=10)  # one request to a platform, from start to answer
    settle_time: timedelta = timedelta(seconds=2)  # after `call_timeout`, until an interrupted request is surely over
    second_find_delay: timedelta = timedelta(seconds=2)  # platforms show a new message with a small delay
    clock_skew: timedelta = timedelta(minutes=2)  # between our clock and the platform's
    unserved_delay: timedelta = timedelta(minutes=1)  # a platform that this process does not serve
    not_ready_delay: timedelta = timedelta(seconds=5)  # an update of a card that is not posted yet
    min_delay: timedelta = timedelta(seconds=1)
    max_delay: timedelta = timedelta(minutes=10)
    max_attempts: int = 8
    max_attempts_on_fault: int = 3

    def settled_at(self, delivery: Delivery) -> datetime:
        """When an interrupted request has surely been completed or dropped."""
        return (delivery.sending_at or delivery.due_at) + self.call_timeout + self.settle_time

    def backoff(self, attempts: int, jitter: float) -> timedelta:
        """The delay after that many attempts: doubling, spread by *jitter* (0 to 1) over a quarter either way."""
        return min(timedelta(seconds=2 ** min(attempts, 12)) * (0.75 + jitter / 2), self.max_delay)

    def is_exhausted(self, attempts: int, error: str) -> bool:
        """True when a delivery with that error has had its last attempt."""
        return attempts >= (self.max_attempts_on_fault if error_kind(error) == FAULT else self.max_attempts)


@dataclass(frozen=True, slots=True)
class Sent:
    remote_id: str


@dataclass(frozen=True, slots=True)
class Failed:
    error: str
    closes_place: bool = False


@dataclass(frozen=True, slots=True)
class RateLimited:
    """A platform's "retry after": for that place, or for the whole account."""

    until: datetime
    reason: str
    whole_account: bool = False


@dataclass(frozen=True, slots=True)
class Retry:
    due_at: datetime
    error: str
    uncertain: bool
    attempts: int
    rate_limited: RateLimited | None = None


@dataclass(frozen=True, slots=True)
class Defer:
    until: datetime


Outcome = Sent | Failed | Retry | Defer


def error_kind(error: str) -> str:
    """The part before the colon: `fault`, `unavailable`, `rejected` …"""
    return error.partition(":")[0]


def gave_up(attempts: int, error: str) -> Failed:
    return Failed(f"{error or 'interrupted: the process stopped while sending'}; gave up after {attempts} tries")


def may_have_been_sent(delivery: Delivery) -> Failed | None:
    """The outcome of a delivery that waited in a backup: it may have been sent since, so an operator decides."""
    if error_kind(delivery.error) != RESTORED:
        return None
    return Failed(f"{delivery.error}, and may have arrived since")


def after_failure(
    delivery: Delivery,
    error: Exception,
    *,
    attempts: int,
    uncertain: bool,
    can_find: bool,
    now: datetime,
    retry_policy: RetryPolicy,
    jitter: float,
) -> Outcome:
    """The outcome of attempt number *attempts*, which failed with *error*.

    *uncertain*: the message may have been posted anyway. If the platform can find messages (*can_find*), such a
    delivery is retried once more even after its last attempt, so that it is looked up before it is given up.
    """
    if isinstance(error, Rejected):
        return Failed(f"rejected: {error.reason}", closes_place=error.closes_place)
    pause = retry_policy.backoff(attempts, jitter)
    if isinstance(error, Unavailable):
        error_text = f"{'uncertain' if error.uncertain else 'unavailable'}: {error}"
        if error.retry_after is not None and not error.uncertain:
            # A "retry after" does not count as a failed attempt. The minimum delay avoids a busy loop.
            due_at = now + max(error.retry_after, retry_policy.min_delay)
            return Retry(due_at, error_text, uncertain, attempts - 1, _rate_limited(error, due_at))
        pause = max(pause, error.retry_after or timedelta())
    else:
        error_text = f"{FAULT}: {type(error).__name__}"
    if retry_policy.is_exhausted(attempts, error_text) and not (uncertain and can_find):
        return gave_up(attempts, error_text)
    due_at = max(now + pause, retry_policy.settled_at(delivery)) if uncertain else now + pause
    return Retry(due_at, error_text, uncertain, attempts)


def _rate_limited(error: Unavailable, until: datetime) -> RateLimited:
    if isinstance(error, Paused):
        return RateLimited(until, error.reason, whole_account=True)
    return RateLimited(until, TOO_MANY_REQUESTS)
