"""A word to whoever brought notices to a place, when nothing arrives there any more."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from handlers.context import Policy
from handlers.shared import notify
from handlers.shared.conversations import conversation_with
from integrations.ports.cards import Card, context, text
from storage import people, places
from storage.store import Session
from storage.values.deliveries import Delivery

OnUnreachable = Callable[[Session, Delivery, str, datetime], Awaitable[None]]

PLATFORM_NAMES = {"slack": "Slack", "teams": "Microsoft Teams", "console": "The console"}


async def ignore_unreachable(_db: Session, _delivery: Delivery, _reason: str, _now: datetime) -> None:
    """For a post without people."""


def make_unreachable_notifier(policy: Policy) -> OnUnreachable:
    """Tells everybody whose subscription brought notices there, each in their own direct conversation."""

    async def tell(db: Session, delivery: Delivery, reason: str, now: datetime) -> None:
        place = delivery.place
        for subscriber in sorted({each.created_by for each in await places.subscriptions(db, place.id)}):
            person = await people.with_id(db, subscriber)
            if person is None:
                continue
            direct = await conversation_with(db, policy, person)
            if direct != place.id:
                words = unreachable_card(
                    place.name or place.conversation, PLATFORM_NAMES.get(place.platform, place.platform), reason
                )
                await notify.queue_card(db, [direct], words, key=f"closed:{delivery.id}:{subscriber}", at=now)

    return tell


def unreachable_card(place: str, platform: str, reason: str) -> Card:
    """What whoever subscribed the place reads."""
    return Card(
        f"I can no longer post in {place}",
        (
            text(f"{platform} said “{reason}”. Nothing more is sent there, and nothing is lost."),
            text(
                "Unarchive the room or invite me again, and notices go on by themselves. An admin sends what was missed "
                "with: post retry all-dead"
            ),
            context("You are told because you subscribed that room."),
        ),
    )


EXAMPLES = (unreachable_card("#spring-launch", "Slack", "is_archived"),)
