"""Decide about dead deliveries, for the chat commands and the command line."""

from __future__ import annotations

from datetime import datetime

from handlers.errors import BadInput, NotFound
from handlers.shared.rules.phrases import plural
from storage import dead_deliveries, paused_accounts
from storage.dead_deliveries import DeadDeliveries
from storage.store import Session

ALL_DEAD = "all-dead"
ALL_RESTORED = "all-restored"  # those that waited when a backup was made, and may have been sent since
LIST_DEAD = "post list dead"  # the chat command that lists them


def selected(selector: str, list_command: str = LIST_DEAD) -> DeadDeliveries:
    """Which deliveries *selector* means: a number, `all-dead` or `all-restored`. Raises BadInput for anything else."""
    if selector.isdecimal():
        return DeadDeliveries(int(selector))
    if selector not in {ALL_DEAD, ALL_RESTORED}:
        raise BadInput(f"“{selector}” is not a delivery's number, {ALL_DEAD} or {ALL_RESTORED}.", list_command)
    return DeadDeliveries(restored_only=selector == ALL_RESTORED)


async def retry(
    session: Session, which: DeadDeliveries, at: datetime, list_command: str = LIST_DEAD
) -> tuple[int, int]:
    """(deliveries to retry, paused accounts to use again). Raises NotFound if both are 0."""
    count = await dead_deliveries.requeue(session, which, at)
    resumed = await paused_accounts.resume_all(session, at)
    if not count and not resumed:
        raise NotFound("No such dead delivery, and no account is paused.", list_command)
    return count, resumed


def retried_words(count: int, resumed: int) -> str:
    """The result as a sentence."""
    tried = f"{count:,} will be tried again as soon as Handshake runs." if count else "Nothing was dead."
    asked = f" {resumed:,} paused {'account is' if resumed == 1 else 'accounts are'} used again." if resumed else ""
    return tried + asked


async def drop(session: Session, which: DeadDeliveries, list_command: str = LIST_DEAD) -> int:
    """Decide that those deliveries are never sent; return how many. Raises NotFound if there is none."""
    count = await dead_deliveries.drop(session, which)
    if not count:
        raise NotFound("No such dead delivery.", list_command)
    return count


def dropped_words(count: int) -> str:
    """The result as a sentence."""
    return f"{plural(count, 'delivery is', 'deliveries are')} dropped and will not be sent."
