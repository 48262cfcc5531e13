"""The notice to subscribers of a place that can no longer be reached."""

from __future__ import annotations

from datetime import datetime

from handlers.context import Policy
from handlers.shared import notify
from handlers.shared.conversations import conversation_with
from integrations.ports.cards import Card, context, text
from storage import people, places
from storage.store import Session
from storage.values.deliveries import Delivery

PLATFORM_NAMES = {"slack": "Slack", "teams": "Microsoft Teams", "console": "The console"}


async def notify_subscribers(policy: Policy, db: Session, delivery: Delivery, reason: str, now: datetime) -> None:
    """Tell everyone who subscribed the place of *delivery*, by direct message, that the platform rejected it for good."""
    place = delivery.place
    for subscriber in sorted({subscription.created_by for subscription in await places.subscriptions(db, place.id)}):
        person = await people.with_id(db, subscriber)
        if person is None:
            continue
        direct = await conversation_with(db, policy, person)
        if direct != place.id:
            card = unreachable_card(
                place.name or place.conversation, PLATFORM_NAMES.get(place.platform, place.platform), reason
            )
            await notify.queue_card(db, [direct], card, key=f"closed:{delivery.id}:{subscriber}", at=now)


def unreachable_card(place: str, platform: str, reason: str) -> Card:
    """The notice; *reason* is the platform's error code."""
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
