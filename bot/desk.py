"""The desk: what cannot be answered while a platform waits is written down first, and answered through the ledger.

door ──take──> inbox (sealed) ──ack──> platform          a stop anywhere leaves the row: it is answered later
                  └──> dispatch ──> reply in the ledger and the row gone, in one transaction ──> post
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import structlog

from handlers import mail
from handlers.errors import Refusal
from handlers.toolbox import AppContext
from integrations.ports.cards import Button, Buttons, Card, Form, text
from integrations.ports.errors import Unavailable
from integrations.ports.inbound import Attachment, Dispatch, InboundEvent, Reply, event_from_json, event_to_json
from storage import inbox, places, receipts
from storage.inbox import QueuedEvent
from storage.store import Session, StoreProblem

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

CLAIM_DURATION = timedelta(minutes=1)  # for the replica that took it in; when that is dead, another answers
MAX_ATTEMPTS = 3  # a process that dies of an event dies of it three times at most
DRAIN_S = 20.0
MAX_FILE_BYTES = 5_000_000  # bytes; a larger one would be carried through the ledger at everybody's expense


GAVE_UP_REPLY = Reply(
    Card("Sorry", (text("I was interrupted several times while I worked on that, and gave up. Please try once more."),))
)


def _drain_s() -> float:
    return DRAIN_S


def _wake_nothing() -> None:
    """Nobody waits for what is in the ledger."""


class Inbox:
    """A Desk of the ports over our store. *wake* tells the post that something is in the ledger."""

    def __init__(
        self,
        box: AppContext,
        dispatch: Dispatch,
        *,
        wake: Callable[[], None] = _wake_nothing,
        at_once: int = 8,
        every: timedelta = timedelta(seconds=1),
    ) -> None:
        self.box = box
        self.dispatch = dispatch
        self.wake = wake
        self.at_once = at_once
        self.every = every
        self._holder = box.tokens.new("desk_")
        self._awake = asyncio.Event()
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._begun: dict[tuple[str, str], Awaitable[Reply]] = {}  # by platform and event

    async def take(self, event: InboundEvent, begun: Awaitable[Reply] | None = None) -> bool:
        if not event.event:  # such an event never repeats, and must not be taken for another one like it
            event = replace(event, event=self.box.tokens.new("e_"))
        key = event.account.platform, event.event
        mine = begun is not None and key not in self._begun
        if begun is not None and mine:
            self._begun[key] = begun
        fresh = False
        try:
            fresh = await self._written_down(event)
        finally:
            if mine and not fresh:
                self._begun.pop(key, None)
        self._awake.set()
        return fresh

    async def _written_down(self, event: InboundEvent) -> bool:
        """True when *event* is in the inbox, False when it was taken before. Raises Unavailable."""
        sealed = self.box.seal.close(json.dumps(event_to_json(event), ensure_ascii=False))
        platform, now = event.account.platform, self.box.clock.now()
        try:
            async with self.box.store.transaction() as session:
                # The receipt outlives the row: platforms repeat themselves after minutes.
                fresh = await receipts.record_once(session, f"desk:{platform}", event.event, now)
                if fresh:
                    await inbox.enqueue(session, platform, event.event, sealed, self._hold())
        except StoreProblem as problem:
            raise Unavailable("the store") from problem
        return fresh

    async def answer(self, event: InboundEvent, reply: Reply) -> None:
        try:
            async with self.box.store.transaction() as session:
                await self._put(session, event, reply)
        except StoreProblem as problem:
            raise Unavailable("the store") from problem
        self.wake()

    async def _put(self, session: Session, event: InboundEvent, reply: Reply) -> None:
        where, account = event.place, event.account
        place = await places.ensure(
            session, where.platform, where.workspace, where.conversation, name=where.name, direct=where.direct
        )
        await mail.queue_reply(
            session,
            place.id,
            reply_card(reply),
            key=f"reply:{where.platform}:{event.event or self.box.tokens.new()}",
            at=self.box.clock.now(),
            thread=where.thread,
            only_for=account.external_id if reply.private and not where.direct else "",
            via=event.via,
            file=_if_small_enough(reply.file),
        )

    @asynccontextmanager
    async def open(self, drain_s: Callable[[], float] = _drain_s) -> AsyncIterator[None]:
        """Answer what waits, for as long as the block lasts; what is under way then is finished, if that is soon.

        What is not done within *drain_s* is left to the next start.
        """
        work = asyncio.create_task(self._work(), name="desk")
        try:
            yield
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            if self._under_way:
                _, late = await asyncio.wait(set(self._under_way.values()), timeout=drain_s())
                for task in late:
                    task.cancel()
                await asyncio.gather(*late, return_exceptions=True)

    async def _work(self) -> None:
        while True:
            self._awake.clear()
            try:
                await self._start_waiting()
            except StoreProblem as problem:
                log.warning("the inbox cannot be read", action="desk.store_problem", problem=str(problem))
            try:
                async with asyncio.timeout(self.every.total_seconds()):
                    await self._awake.wait()
            except TimeoutError:
                pass

    async def _start_waiting(self) -> None:
        busy = set(self._under_way)  # as it was before the look: one that ends meanwhile is still seen as waiting
        async with self.box.store.reading() as session:
            found = await inbox.claimable(session, self.at_once + len(busy), self._hold())
        fresh = [each for each in found if each.id not in busy]
        for each in fresh[: self.at_once - len(self._under_way)]:
            self._under_way[each.id] = asyncio.create_task(self._one(each), name=f"event {each.id}")

    async def _one(self, waiting: QueuedEvent) -> None:
        try:
            await self._answer_waiting(waiting)
        except StoreProblem as problem:
            log.warning("an event waits on", action="desk.store_problem", inbox=waiting.id, problem=str(problem))
        except Exception:
            log.exception("an event stumbled", action="desk.stumbled", inbox=waiting.id)
            if waiting.tries >= MAX_ATTEMPTS:
                await self._put_away(waiting)
        else:
            self._awake.set()
        finally:
            self._under_way.pop(waiting.id, None)

    async def _answer_waiting(self, waiting: QueuedEvent) -> None:
        async with self.box.store.transaction() as session:
            if not await inbox.claim(session, waiting.id, self._hold()):
                return  # another replica answers
        event = self._opened(waiting)

        given_up = waiting.tries >= MAX_ATTEMPTS
        if given_up:
            log.error("an event was given up", action="desk.given_up", inbox=waiting.id)
        reply = GAVE_UP_REPLY if given_up or event is None else await self._reply(event)

        async with self.box.store.transaction() as session:
            if event is not None:
                await self._put(session, event, reply)
            await inbox.complete(session, waiting.id)
        self.wake()

    def _hold(self) -> inbox.Lease:
        now = self.box.clock.now()
        return inbox.Lease(self._holder, now, now + CLAIM_DURATION)

    async def _put_away(self, waiting: QueuedEvent) -> None:
        """Not even a word of regret can be said, and the others wait behind it."""
        log.error("an event was given up", action="desk.given_up", inbox=waiting.id)
        try:
            async with self.box.store.transaction() as session:
                await inbox.complete(session, waiting.id)
        except StoreProblem as problem:
            log.warning("an event waits on", action="desk.store_problem", inbox=waiting.id, problem=str(problem))

    async def _reply(self, event: InboundEvent) -> Reply:
        """What is answered; somebody may have begun to find out before it was written down."""
        begun = self._begun.pop((event.account.platform, event.event), None)
        return await (begun or self.dispatch(event))

    def _opened(self, waiting: QueuedEvent) -> InboundEvent | None:
        """The event; None when the key it was sealed with is gone, and with it who asked what."""
        try:
            return event_from_json(json.loads(self.box.seal.open(waiting.sealed)))
        except Refusal:
            log.error("an event cannot be read any more", action="desk.unreadable", inbox=waiting.id)
            return None

    async def idle(self) -> None:
        """Wait until nothing waits any more and nothing is under way."""
        while True:
            async with self.box.store.reading() as session:
                left = await inbox.claimable(session, 1, self._hold())
            if not left and not self._under_way:
                return
            self._awake.set()
            await asyncio.sleep(0.01)


def reply_card(reply: Reply) -> Card:
    """What is posted of *reply*: a form cannot be opened by a message, so the card gets the button that opens it."""
    card = reply.card
    if reply.form and not _has_form_button(card, reply.form):
        form = reply.form
        button = Button(form.title, action=form.id, value=form.value, words=form.words, style="primary", asks=True)
        card = Card(card.title, (*card.blocks, Buttons((button,))))
    if reply.file and _if_small_enough(reply.file) is None:
        words = f"{reply.file.name} is too large to send here. In a terminal: handshake export roadmap"
        card = Card(card.title, (*card.blocks, text(words)))
    return card


def _has_form_button(card: Card, form: Form) -> bool:
    rows = [block.buttons for block in card.blocks if isinstance(block, Buttons)]
    return any(isinstance(each, Button) and each.action == form.id for row in rows for each in row)


def _if_small_enough(file: Attachment | None) -> Attachment | None:
    return file if file and len(file.content) <= MAX_FILE_BYTES else None
