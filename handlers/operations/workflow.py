"""Retry dead deliveries, for the chat command and the command line."""

from __future__ import annotations

from datetime import datetime

from handlers.errors import BadInput, NotFound
from storage import deliveries, rate_limits
from storage.store import Session

ALL_DEAD = "all-dead"
LIST_DEAD = "post list dead"  # the chat command that lists them


def check_selector(selector: str, list_command: str = LIST_DEAD) -> None:
    """Raises BadInput when *selector* is neither a delivery's number nor `all-dead`."""
    if selector != ALL_DEAD and not selector.isdecimal():
        raise BadInput(f"“{selector}” is neither a delivery's number nor {ALL_DEAD}.", list_command)


async def retry(session: Session, selector: str, at: datetime, list_command: str = LIST_DEAD) -> tuple[int, int]:
    """(deliveries to retry, paused accounts to use again). Raises NotFound if both are 0."""
    count = await deliveries.requeue_dead(session, at, None if selector == ALL_DEAD else int(selector))
    released = await rate_limits.unblock_accounts(session, at)
    if not count and not released:
        raise NotFound("No such dead delivery, and no account is paused.", list_command)
    return count, released


def retried_words(count: int, released: int) -> str:
    """The result as a sentence."""
    tried = f"{count:,} will be tried again as soon as the post runs." if count else "Nothing was dead."
    asked = f" {released:,} paused {'account is' if released == 1 else 'accounts are'} asked again." if released else ""
    return tried + asked
