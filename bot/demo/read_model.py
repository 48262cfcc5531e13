"""The data behind the demo's web page, read from the store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from integrations.ports.cards import card_from_json
from integrations.ports.errors import Unavailable
from integrations.web.read_model import ActionOutcome, Checkpoint, OutgoingDelivery, PagePerson, PageRoom, RoomMessage
from integrations.web.sse import SAID_TAG
from storage import console, deliveries, places, revisions
from storage.console import ConsoleMessage
from storage.directory import directory
from storage.store import Session, Store, StoreProblem
from storage.values.deliveries import Delivery
from storage.values.places import Subscription


class StoredPageReads:
    """The page's reads (`integrations/web/read_model.py`) over the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[Session]:
        try:
            async with self._store.reading() as session:
                yield session
        except StoreProblem as problem:
            raise Unavailable("the store") from problem

    async def people(self) -> Sequence[PagePerson]:
        async with self._reading() as session:
            names = await directory(session)
        return [
            PagePerson(
                email=person.email,
                name=person.name or person.email,
                role=person.role,
                team=names.team[person.team].name if person.team in names.team else "no team",
                side=str(names.side_of(person)),
                permission=str(person.permission),
            )
            for person in names.people
            if person.email
        ]

    async def rooms(self) -> Sequence[PageRoom]:
        async with self._reading() as session:
            channels = [place.conversation for place in await places.channels_on(session, "console")]
            counts = await console.counts(session)
            follows: dict[str, list[str]] = {}
            for subscription in await places.subscriptions(session):
                follows.setdefault(subscription.place.conversation, []).append(_follows(subscription))
        # Rooms without subscriptions and messages were only opened once; they are not listed.
        return [
            PageRoom(name, "; ".join(follows.get(name, ())), counts.get(name, 0))
            for name in channels
            if name in follows or counts.get(name)
        ]

    async def messages(self, conversation: str, limit: int, before: int | None = None) -> Sequence[RoomMessage]:
        async with self._reading() as session:
            messages = await console.in_room(session, conversation, limit, before)
        return [_posted_card(message) for message in messages]

    async def version(self, conversation: str) -> str:
        async with self._reading() as session:
            return await console.version_of(session, conversation)

    async def checkpoint(self) -> Checkpoint:
        async with self._reading() as session:
            newest = await revisions.latest(session)
            return Checkpoint(await deliveries.newest(session), newest.number if newest else 0)

    async def outcome_since(self, mark: Checkpoint) -> ActionOutcome:
        async with self._reading() as session:
            newest = await revisions.latest(session)
            sent = await deliveries.after(session, mark.delivery)
        outgoing = [
            OutgoingDelivery(_notice(delivery), _place(delivery), str(delivery.kind), delivery.state.value)
            for delivery in sent
        ]
        if newest is None:
            return ActionOutcome(0, "", "", outgoing)
        return ActionOutcome(newest.number, newest.hash, newest.reason, outgoing)


def _follows(subscription: Subscription) -> str:
    named = [*subscription.campaigns, *subscription.teams]
    return f"follows {', '.join(named) if named else 'the whole roadmap'}"


def _posted_card(message: ConsoleMessage) -> RoomMessage:
    card = card_from_json(message.card)
    speaker = card.title if message.tag.startswith(SAID_TAG) else ""
    return RoomMessage(str(message.id), card, message.at, message.edits > 0, speaker)


def _notice(delivery: Delivery) -> str:
    payload = delivery.notice.payload
    card = payload.get("card")
    if isinstance(card, dict):
        return str(card.get("title", "")) or "An answer"
    number = payload.get("revision")
    return f"R{number}" if isinstance(number, int) else delivery.notice.kind


def _place(delivery: Delivery) -> str:
    return delivery.place.name or delivery.place.conversation
