"""The slice under test with a ledger: what is due is composed and put into its room, and later updated there."""

from __future__ import annotations

from datetime import date, timedelta

from handlers.acknowledging import FEATURE as ACKNOWLEDGING
from handlers.subscriptions import FEATURE as NOTICES
from handlers.subscriptions.hooks import on_published
from integrations.plain.render import card_text
from integrations.ports.cards import Button, Buttons, Card
from integrations.ports.inbound import Reply
from storage import deliveries, places, revisions
from storage.store import Store
from storage.values.deliveries import DeliveryKind
from storage.values.roadmap import Item, Revision
from tests.app import ChatApp, item, text_of


class NoticesApp(ChatApp):
    """Composes what is due, posts it in its room, and later updates it there."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, (NOTICES, ACKNOWLEDGING))
        self.cards: dict[int, Card] = {}  # by the delivery that put it there
        self.where: dict[int, str] = {}

    async def deliver_all(self) -> None:
        while ids := await self._due():
            for each in ids:
                await self._deliver(each)

    async def _due(self) -> tuple[int, ...]:
        async with self.store.reading() as session:
            return await deliveries.due(session, self.now + timedelta(days=1), 100)

    async def _deliver(self, delivery_id: int) -> None:
        async with self.store.transaction() as session:
            delivery = await deliveries.load(session, delivery_id)
            assert delivery is not None
            audience = await places.audience(session, delivery.place)
            card = await NOTICES.notices()[delivery.notice.kind](self.ctx, session, delivery, audience)
            if card is None:
                await deliveries.mark_dead(session, delivery, "withheld")
                return
            await deliveries.mark_sent(session, delivery_id, f"m{delivery_id}", self.now)
        self.cards[delivery.target if delivery.kind is DeliveryKind.UPDATE and delivery.target else delivery.id] = card
        self.where[delivery.id] = delivery.place.name

    def card_texts(self, room: str) -> list[str]:
        """The cards posted in a room, oldest first, as a person reads them."""
        return [card_text(card) for each, card in sorted(self.cards.items()) if self.where.get(each) == room]

    async def queued(self) -> list[tuple[str, str, DeliveryKind]]:
        """(room, kind of notice, kind of delivery) of everything in the ledger, oldest first."""
        async with self.store.reading() as session:
            found = await deliveries.in_state(session)
        return [(each.place.name, each.notice.kind, each.kind) for each in reversed(found)]

    async def add_room(self, name: str, *emails: str, external: bool = False) -> None:
        """A room with exactly these members."""
        async with self.store.transaction() as session:
            place = await places.ensure(session, "console", "", name, name=name)
            ids = [f"p_{email.split('@')[0]}" for email in emails]
            await places.set_members(session, place.id, ids, known=True, external=external)

    async def subscribe(self, words: str, room: str = "#web") -> Reply:
        reply = await self.say("carla@x.test", f"subscribe {words}", room=room)
        assert reply.exit == 0, text_of(reply)
        return reply

    async def rerun_hooks(self, revision: Revision) -> None:
        """Run the hook a second time, as after a crash."""
        async with self.store.transaction() as session:
            await on_published(self.ctx, session, revision, await revisions.changes_of(session, revision.number))


def publish_slip(key: str = "WEB-1", days: int = 9, **more: object) -> Item:
    known = {"WEB-1": ("Checkout", "web", ("spring",)), "SEO-1": ("Sitemap", "seo", ())}
    title, team, campaigns = known.get(key, ("", "web", ()))
    return item(key, title, team, campaigns=campaigns, **{"due": date(2026, 12, 1) + timedelta(days=days)} | more)


def buttons_of(card: Card) -> list[Button]:
    return [
        each
        for block in card.blocks
        if isinstance(block, Buttons)
        for each in block.buttons
        if isinstance(each, Button)
    ]
