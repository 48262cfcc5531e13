"""A word to whoever brought notices to a place, when nothing arrives there any more."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from handlers import mail
from handlers.private import direct_place
from handlers.toolbox import Policy
from integrations.ports.cards import Card, context, text
from storage import people, places
from storage.store import Session
from storage.values import Delivery

Tell = Callable[[Session, Delivery, str, datetime], Awaitable[None]]

PLATFORMS = {"slack": "Slack", "teams": "Microsoft Teams", "console": "The console"}


async def tell_nobody(_db: Session, _delivery: Delivery, _reason: str, _now: datetime) -> None:
    """For a post without people."""


def told_by(policy: Policy) -> Tell:
    """Tells everybody whose subscription brought notices there, each in their own direct conversation."""

    async def tell(db: Session, delivery: Delivery, reason: str, now: datetime) -> None:
        place = delivery.place
        for subscriber in sorted({each.created_by for each in await places.subscriptions(db, place.id)}):
            person = await people.with_id(db, subscriber)
            if person is None:
                continue
            direct = await direct_place(db, policy, person)
            if direct != place.id:
                words = card(place.name or place.conversation, PLATFORMS.get(place.platform, place.platform), reason)
                await mail.post(db, [direct], words, key=f"closed:{delivery.id}:{subscriber}", at=now)

    return tell


def card(place: str, platform: str, reason: str) -> Card:
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


EXAMPLES = (card("#spring-launch", "Slack", "is_archived"),)
