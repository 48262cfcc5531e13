"""What the web page shows of the house, read from the store: the page's Backstage."""

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
    """A Backstage over our store."""

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
                email=each.email,
                name=each.name or each.email,
                role=each.role,
                team=names.team[each.team].name if each.team in names.team else "no team",
                side=str(names.side_of(each)),
                permission=str(each.permission),
            )
            for each in names.people
            if each.email
        ]

    async def rooms(self) -> Sequence[PageRoom]:
        async with self._reading() as session:
            found = await places.channels_on(session, "console")
            counts = await console.counts(session)
            heard: dict[str, list[str]] = {}
            for each in await places.subscriptions(session):
                heard.setdefault(each.place.conversation, []).append(_follows(each))
        # A room that somebody only looked into once, and that neither follows nor holds anything, is none.
        return [
            PageRoom(each.conversation, "; ".join(heard.get(each.conversation, ())), counts.get(each.conversation, 0))
            for each in found
            if each.conversation in heard or counts.get(each.conversation)
        ]

    async def messages(self, conversation: str, limit: int, before: int | None = None) -> Sequence[RoomMessage]:
        async with self._reading() as session:
            found = await console.in_room(session, conversation, limit, before)
        return [_posted_card(each) for each in found]

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
        outgoing = [OutgoingDelivery(_notice(each), _place(each), str(each.kind), each.state.value) for each in sent]
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
