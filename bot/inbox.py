"""The durable inbound queue: events are stored before the platform gets its acknowledgement, and answered by a worker.

adapter ──enqueue──> inbox (encrypted) ──ack──> platform     a crash leaves the row: it is answered later
                       └──> dispatch ──> reply queued and row deleted, in one transaction ──> delivery
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import structlog

from handlers.context import AppContext
from handlers.errors import Refusal
from handlers.shared import notify
from integrations.ports.cards import Button, Buttons, Card, Form, text
from integrations.ports.errors import Unavailable
from integrations.ports.inbound import (
    Attachment,
    CommandText,
    Dispatch,
    InboundEvent,
    MessageText,
    Reply,
    event_from_json,
    event_to_json,
)
from storage import inbox, places, processed_events
from storage.inbox import QueuedEvent
from storage.store import Session, StoreProblem

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

CLAIM_DURATION = timedelta(minutes=1)  # after that another replica may answer the event
MAX_ATTEMPTS = 3  # an event that crashes the process does so at most three times
DRAIN_S = 20.0
LARGE_EVENT = 100_000  # characters; encrypting more than that is done in a thread
MAX_FILE_BYTES = 5_000_000  # larger files would slow down the delivery ledger for everyone


GAVE_UP_REPLY = Reply(
    Card("Sorry", (text("I was interrupted several times while I worked on that, and gave up. Please try once more."),))
)


def _drain_s() -> float:
    return DRAIN_S


def _wake_nothing() -> None:
    """The default wake-up: do nothing."""


def _refuse_nothing(_event: InboundEvent) -> Reply | None:
    return None


class Inbox:
    """`InboxPort` over the store. *wake* is called when a reply was queued for delivery.

    *refusal* counts an event before it is stored, and returns the reply to one that is not taken.
    """

    def __init__(
        self,
        ctx: AppContext,
        dispatch: Dispatch,
        *,
        wake: Callable[[], None] = _wake_nothing,
        refusal: Callable[[InboundEvent], Reply | None] = _refuse_nothing,
        concurrency: int = 8,
        poll_interval: timedelta = timedelta(seconds=1),
    ) -> None:
        self.ctx = ctx
        self.dispatch = dispatch
        self.wake = wake
        self.refusal = refusal
        self.concurrency = concurrency
        self.poll_interval = poll_interval
        self._owner = ctx.ids.new("inbox_")
        self._awake = asyncio.Event()
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._pending_replies: dict[tuple[str, str], Awaitable[Reply]] = {}  # by platform and event

    async def enqueue(self, event: InboundEvent, pending_reply: Awaitable[Reply] | None = None) -> bool:
        if not event.event_id:  # the platform never repeats it, and it must not count as a repeat of another
            event = replace(event, event_id=self.ctx.ids.new("e_"))
        if pending_reply is None and (refused := self.refusal(event)):
            # Under an id of its own: this may be the repeat of an event whose reply is still to come.
            await self.reply(replace(event, event_id=f"{event.event_id}:refused"), refused)
            return False
        event = replace(event, counted=True)  # here, or by the dispatch that is pending
        key = event.account.platform, event.event_id
        mine = pending_reply is not None and key not in self._pending_replies
        if pending_reply is not None and mine:
            self._pending_replies[key] = pending_reply
        fresh = False
        try:
            fresh = await self._store_once(event)
        finally:
            if mine and not fresh:
                self._pending_replies.pop(key, None)
        self._awake.set()
        return fresh

    async def _store_once(self, event: InboundEvent) -> bool:
        """Store *event*; False when it was stored before. Raises Unavailable."""
        has_files = isinstance(event, CommandText | MessageText) and event.files
        encrypted = await asyncio.to_thread(self._encrypted, event) if has_files else self._encrypted(event)
        platform, now = event.account.platform, self.ctx.clock.now()
        try:
            async with self.ctx.store.transaction() as session:
                # This record outlives the inbox row, because platforms repeat events after minutes.
                fresh = await processed_events.record_once(session, f"inbox:{platform}", event.event_id, now)
                if fresh:
                    await inbox.enqueue(session, platform, event.event_id, encrypted, self._claim())
        except StoreProblem as problem:
            raise Unavailable("the store") from problem
        return fresh

    async def reply(self, event: InboundEvent, reply: Reply) -> None:
        if reply.repeats_refusal:
            return
        try:
            async with self.ctx.store.transaction() as session:
                await self._queue_reply(session, event, reply)
        except StoreProblem as problem:
            raise Unavailable("the store") from problem
        self.wake()

    async def _queue_reply(self, session: Session, event: InboundEvent, reply: Reply) -> None:
        where, account = event.conversation, event.account
        place = await places.ensure(
            session, where.platform, where.workspace, where.id, name=where.name, direct=where.direct
        )
        if place.closed:
            await places.reopen(session, place.id)
        await notify.queue_reply(
            session,
            place.id,
            reply_card(reply),
            key=f"reply:{where.platform}:{event.event_id or self.ctx.ids.new()}",
            at=self.ctx.clock.now(),
            thread=where.thread,
            only_for=account.external_id if reply.private and not where.direct else "",
            via=event.via,
            file=_if_small_enough(reply.file),
        )

    @asynccontextmanager
    async def running(self, drain_s: Callable[[], float] = _drain_s) -> AsyncIterator[None]:
        """Answer queued events inside the block; on exit, finish those in progress within *drain_s*.

        The rest is left to the next start.
        """
        work = asyncio.create_task(self._run(), name="inbox")
        try:
            yield
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            if self._tasks:
                _, late = await asyncio.wait(set(self._tasks.values()), timeout=drain_s())
                for task in late:
                    task.cancel()
                await asyncio.gather(*late, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            self._awake.clear()
            try:
                await self._start_pending()
            except StoreProblem as problem:
                log.warning("the inbox cannot be read", action="inbox.store_problem", problem=str(problem))
            try:
                async with asyncio.timeout(self.poll_interval.total_seconds()):
                    await self._awake.wait()
            except TimeoutError:
                pass

    async def _start_pending(self) -> None:
        busy = set(self._tasks)  # copied before reading: one that ends meanwhile may still be read as queued
        async with self.ctx.store.reading() as session:
            claimable = await inbox.claimable(session, self.concurrency + len(busy), self._claim())
        fresh = [queued for queued in claimable if queued.id not in busy]
        for queued in fresh[: self.concurrency - len(self._tasks)]:
            self._tasks[queued.id] = asyncio.create_task(self._process(queued), name=f"event {queued.id}")

    async def _process(self, waiting: QueuedEvent) -> None:
        try:
            await self._process_claimed(waiting)
        except StoreProblem as problem:
            log.warning("event postponed", action="inbox.store_problem", inbox=waiting.id, problem=str(problem))
        except Exception:
            log.exception("event failed", action="inbox.failed", inbox=waiting.id)
            if waiting.attempts >= MAX_ATTEMPTS:
                await self._discard(waiting)
        else:
            self._awake.set()
        finally:
            self._tasks.pop(waiting.id, None)

    async def _process_claimed(self, waiting: QueuedEvent) -> None:
        async with self.ctx.store.transaction() as session:
            encrypted = await inbox.claim(session, waiting.id, self._claim())
        if encrypted is None:
            return  # another replica answers
        if len(encrypted) > LARGE_EVENT:
            event = await asyncio.to_thread(self._decrypted, waiting.id, encrypted)
        else:
            event = self._decrypted(waiting.id, encrypted)

        given_up = waiting.attempts >= MAX_ATTEMPTS
        if given_up:
            log.error("event given up", action="inbox.gave_up", inbox=waiting.id)
        reply = GAVE_UP_REPLY if given_up or event is None else await self._reply_to(event)

        async with self.ctx.store.transaction() as session:
            if event is not None:
                await self._queue_reply(session, event, reply)
            await inbox.complete(session, waiting.id)
        self.wake()

    def _claim(self) -> inbox.Lease:
        now = self.ctx.clock.now()
        return inbox.Lease(self._owner, now, now + CLAIM_DURATION)

    async def _discard(self, waiting: QueuedEvent) -> None:
        """Delete an event for which not even the apology could be queued, so that it does not block the others."""
        log.error("event given up", action="inbox.gave_up", inbox=waiting.id)
        try:
            async with self.ctx.store.transaction() as session:
                await inbox.complete(session, waiting.id)
        except StoreProblem as problem:
            log.warning("event postponed", action="inbox.store_problem", inbox=waiting.id, problem=str(problem))

    async def _reply_to(self, event: InboundEvent) -> Reply:
        """What is answered; somebody may have begun to find out before it was written down."""
        pending_reply = self._pending_replies.pop((event.account.platform, event.event_id), None)
        return await (pending_reply or self.dispatch(event))

    def _encrypted(self, event: InboundEvent) -> str:
        return self.ctx.cipher.encrypt(json.dumps(event_to_json(event), ensure_ascii=False))

    def _decrypted(self, number: int, encrypted: str) -> InboundEvent | None:
        """The event; None when its key is gone, and with it the sender and the text."""
        try:
            return event_from_json(json.loads(self.ctx.cipher.decrypt(encrypted)))
        except Refusal:
            log.error("event cannot be decrypted", action="inbox.unreadable", inbox=number)
            return None

    async def wait_until_idle(self) -> None:
        """Wait until no event is queued or in progress."""
        while True:
            async with self.ctx.store.reading() as session:
                claimable = await inbox.claimable(session, 1, self._claim())
            if not claimable and not self._tasks:
                return
            self._awake.set()
            await asyncio.sleep(0.01)


def reply_card(reply: Reply) -> Card:
    """The card to post for *reply*. A message cannot open a form, so the card gets a button that does."""
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
    return any(isinstance(button, Button) and button.action == form.id for row in rows for button in row)


def _if_small_enough(file: Attachment | None) -> Attachment | None:
    return file if file and len(file.content) <= MAX_FILE_BYTES else None
