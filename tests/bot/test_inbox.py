"""A stored request is answered, however often the process stops before that."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.inbox import CLAIM_DURATION, MAX_ATTEMPTS, MAX_FILE_BYTES, Inbox, reply_card
from handlers.catalogue import FEATURES
from handlers.errors import Refusal
from handlers.shared.command_rate_limit import CommandRateLimiter
from integrations.plain.render import card_text as words_of_card
from integrations.ports.cards import Button, Buttons, Card, Form, TextField, card_from_json, text
from integrations.ports.clock import FixedClock
from integrations.ports.errors import Unavailable
from integrations.ports.inbound import (
    Account,
    Attachment,
    ButtonPress,
    ConversationRef,
    FormSubmission,
    InboundEvent,
    MessageText,
    Reply,
    event_from_json,
    event_to_json,
)
from storage import deliveries, inbox
from storage.store import Store
from storage.values.deliveries import Delivery
from tests.app import MONDAY, make_context

ADA = Account("fake", "U1", "T1", "Ada")
HALL = ConversationRef("fake", "C1", "T1", "#hall", thread="17.5")
# Long after the claim of a replica that is gone has expired.
ANYBODY = inbox.Lease("", MONDAY + timedelta(hours=1), MONDAY)
DIRECT = ConversationRef("fake", "D1", "T1", direct=True)


def question(event: str = "E1", where: ConversationRef = HALL) -> MessageText:
    return MessageText(account=ADA, conversation=where, event_id=event, via="sealed way back", text="what is blocked?")


class RecordingDispatch:
    """A dispatch that remembers its requests. While `dies`, it stops as if the process were killed."""

    def __init__(self, reply: Reply | None = None) -> None:
        self.reply = reply or Reply(Card("Nothing is blocked"), private=False)
        self.asked: list[InboundEvent] = []
        self.dies = False
        self.reached = asyncio.Event()

    async def __call__(self, event: InboundEvent) -> Reply:
        self.asked.append(event)
        self.reached.set()
        if self.dies:
            raise asyncio.CancelledError
        return self.reply


class LostKeyCipher:
    """A cipher whose key was lost after encrypting."""

    def encrypt(self, text: str) -> str:
        return f"sealed:{text[::-1]}"

    def decrypt(self, encrypted: str) -> str:
        raise Refusal("the key is gone")


def make_inbox(store: Store, answering: RecordingDispatch) -> Inbox:
    return Inbox(make_context(store, FEATURES), answering)


async def answered(store: Store) -> list[Delivery]:
    async with store.reading() as db:
        return list(reversed(await deliveries.in_state(db)))


async def test_a_stored_event_is_answered_in_its_conversation(store: Store) -> None:
    answering = RecordingDispatch()
    ours = make_inbox(store, answering)

    async with ours.running():
        assert await ours.enqueue(question())
        await ours.wait_until_idle()

    (reply,) = await answered(store)
    assert answering.asked == [question()]
    assert (reply.kind, reply.place.conversation, reply.thread) == ("reply", "C1", "17.5")
    assert reply.notice.payload["only_for"] == ""
    assert reply.notice.payload["via"] == "sealed way back"


async def test_a_private_answer_in_a_room_is_for_the_asker_alone(store: Store) -> None:
    ours = make_inbox(store, RecordingDispatch(Reply(Card("You are a viewer"))))

    await ours.reply(question(), Reply(Card("You are a viewer")))
    await ours.reply(question("E2", DIRECT), Reply(Card("You are a viewer")))

    assert [each.notice.payload["only_for"] for each in await answered(store)] == ["U1", ""]


async def test_a_repeat_is_taken_once_also_after_it_was_answered(store: Store) -> None:
    """Slack sends an event again after a minute, and again after five."""
    answering = RecordingDispatch()
    ours = make_inbox(store, answering)

    async with ours.running():
        assert await ours.enqueue(question())
        assert not await ours.enqueue(question())
        await ours.wait_until_idle()
        assert not await ours.enqueue(question())
        await ours.wait_until_idle()

    assert len(answering.asked) == len(await answered(store)) == 1


async def test_a_stop_before_the_answer_leaves_it_to_the_next_start(store: Store) -> None:
    stopped = RecordingDispatch()
    stopped.dies = True
    first = make_inbox(store, stopped)
    async with first.running():
        await first.enqueue(question())
        await stopped.reached.wait()

    second = RecordingDispatch()
    again = make_inbox(store, second)
    async with again.running():
        await again.wait_until_idle()

    assert second.asked == [question()]
    assert len(await answered(store)) == 1


async def test_an_answer_that_never_comes_does_not_hold_up_a_stop(store: Store) -> None:
    """It is left to the next start."""
    reached = asyncio.Event()

    async def for_ever(_event: InboundEvent) -> Reply:
        reached.set()
        await asyncio.Event().wait()
        raise AssertionError

    stuck = Inbox(make_context(store, FEATURES), for_ever)
    async with asyncio.timeout(60), stuck.running(lambda: 0):
        await stuck.enqueue(question())
        await reached.wait()

    async with store.reading() as db:
        assert len(await inbox.claimable(db, 10, ANYBODY)) == 1


async def test_an_event_that_kills_every_process_is_given_up_with_an_apology(store: Store) -> None:
    answering = RecordingDispatch()
    ours = make_inbox(store, answering)
    await ours.enqueue(question())
    async with store.transaction() as db:
        (waiting,) = await inbox.claimable(db, 1, ANYBODY)
        for _ in range(MAX_ATTEMPTS):
            assert await inbox.claim(db, waiting.id, ANYBODY)

    async with ours.running():
        await ours.wait_until_idle()

    (reply,) = await answered(store)
    assert answering.asked == []
    assert card_from_json(reply.notice.payload["card"]).title == "Sorry"


async def test_an_event_is_answered_by_the_replica_that_took_it_in_and_by_another_once_that_is_dead(
    postgres_address: str,
) -> None:
    """If two replicas answered, the reply would come twice, or say that it was already done."""
    store = Store(postgres_address)
    taker, other = make_inbox(store, RecordingDispatch()), make_inbox(store, found := RecordingDispatch())
    other._owner = "another replica"
    clock = other.ctx.clock
    await taker.enqueue(question())

    async with other.running():
        await other.wait_until_idle()
        early = list(found.asked)
        assert isinstance(clock, FixedClock)
        clock.at += CLAIM_DURATION
        await other.wait_until_idle()

    assert early == []
    assert len(found.asked) == 1
    await store.close()


async def test_an_event_whose_key_is_gone_is_put_away(store: Store) -> None:
    """It is not known who asked, and retrying would not bring the key back."""
    answering = RecordingDispatch()
    ours = Inbox(replace(make_context(store, FEATURES), cipher=LostKeyCipher()), answering)
    await ours.enqueue(question())

    async with ours.running():
        await ours.wait_until_idle()

    assert answering.asked == []
    assert await answered(store) == []


async def test_the_text_of_an_event_is_encrypted_in_the_store(store: Store) -> None:
    ours = make_inbox(store, RecordingDispatch())
    await ours.enqueue(question())

    async with store.transaction() as db:
        (waiting,) = await inbox.claimable(db, 5, ANYBODY)
        encrypted = await inbox.claim(db, waiting.id, ANYBODY)
    assert encrypted
    assert "blocked" not in encrypted


async def test_a_store_that_cannot_be_reached_raises_unavailable() -> None:
    """The adapter then asks the platform to retry, and acknowledges nothing."""
    away = Store("postgresql://nobody@127.0.0.1:1/handshake?connect_timeout=1")
    ours = make_inbox(away, RecordingDispatch())

    with pytest.raises(Unavailable):
        await ours.enqueue(question())
    with pytest.raises(Unavailable):
        await ours.reply(question(), Reply(Card("x")))
    await away.close()


def test_a_form_that_cannot_be_opened_gets_the_button_that_opens_it() -> None:
    form = Form("ask", "Ask a question", (TextField("text", "Question"),), value="7", words="ask …")
    card = reply_card(Reply(Card("How to ask"), form=form))

    assert Buttons((Button("Ask a question", "ask", "7", "ask …", "primary"),)) in card.blocks
    assert reply_card(Reply(card, form=form)) == card


def test_a_file_that_is_too_large_is_named_with_the_way_to_get_it() -> None:
    large = Attachment("roadmap.csv", b"x" * (MAX_FILE_BYTES + 1))
    reply = Reply(Card("Exported", (text("All of it."),)), file=large)

    assert "handshake export roadmap" in words_of_card(reply_card(reply))
    assert reply_card(replace(reply, file=Attachment("roadmap.csv", b"x"))) == reply.card


@pytest.mark.parametrize(
    "event",
    [
        question(),
        replace(question(), files=(Attachment("a.csv", b"\xff\x00key"),)),
        ButtonPress(account=ADA, conversation=HALL, event_id="E", action="ack", value="42"),
        FormSubmission(
            account=ADA, conversation=DIRECT, event_id="E", form="ask", value="7", answers={"text": "what?"}
        ),
    ],
)
def test_an_event_survives_serialisation(event: InboundEvent) -> None:
    assert event_from_json(event_to_json(event)) == event


async def test_a_reply_that_was_started_before_storing_is_awaited_and_not_repeated(store: Store) -> None:
    """The platform waits two seconds; a reply that takes three is delivered later and is the same one."""
    answering = RecordingDispatch()
    ours, begun = make_inbox(store, answering), asyncio.get_running_loop().create_future()

    await ours.enqueue(question(), begun)
    async with ours.running():
        begun.set_result(Reply(Card("Found at last"), private=False))
        await ours.wait_until_idle()

    assert [card_from_json(each.notice.payload["card"]).title for each in await answered(store)] == ["Found at last"]
    assert answering.asked == []


async def test_the_pending_reply_of_a_repeated_event_is_not_kept(store: Store) -> None:
    ours = make_inbox(store, RecordingDispatch())
    begun: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

    async with ours.running():
        await ours.enqueue(question())
        await ours.wait_until_idle()
        assert not await ours.enqueue(question(), begun)

    assert ours._pending_replies == {}


async def test_a_reply_that_was_started_in_a_dead_process_is_made_by_the_next(store: Store) -> None:
    await make_inbox(store, RecordingDispatch()).enqueue(question(), asyncio.get_running_loop().create_future())
    answering = RecordingDispatch()
    ours = make_inbox(store, answering)
    async with ours.running():
        await ours.wait_until_idle()

    assert len(await answered(store)) == 1
    assert len(answering.asked) == 1


async def test_events_without_an_id_are_not_taken_for_each_other(store: Store) -> None:
    answering = RecordingDispatch()
    ours = make_inbox(store, answering)

    async with ours.running():
        assert await ours.enqueue(question(""))
        assert await ours.enqueue(question(""))
        await ours.wait_until_idle()

    assert len(answering.asked) == len(await answered(store)) == 2


class MisreadingCipher:
    """A cipher that decrypts to an event of another version of Handshake."""

    def encrypt(self, text: str) -> str:
        return text

    def decrypt(self, encrypted: str) -> str:
        return encrypted.replace('"account"', '"someone"')


async def test_an_unreadable_event_does_not_block_the_queue(store: Store) -> None:
    answering = RecordingDispatch()
    ours = Inbox(
        replace(make_context(store, FEATURES), cipher=MisreadingCipher()),
        answering,
        concurrency=1,
        poll_interval=timedelta(milliseconds=10),
    )
    await ours.enqueue(question())

    async with ours.running(), asyncio.timeout(60):
        await ours.wait_until_idle()

    assert answering.asked == []


async def test_a_repeat_beyond_the_limit_does_not_take_the_place_of_the_reply(sqlite_store: Store) -> None:
    limiter = CommandRateLimiter(1, lambda: 0.0)
    ours = Inbox(make_context(sqlite_store, FEATURES), RecordingDispatch(), refusal=limiter.refusal)
    assert await ours.enqueue(question("E1"))

    assert not await ours.enqueue(question("E1"))
    async with ours.running():
        await ours.wait_until_idle()

    titles = [card_from_json(reply.notice.payload["card"]).title for reply in await answered(sqlite_store)]
    assert sorted(titles) == ["Nothing is blocked", "Too many commands"]


async def test_too_many_messages_are_not_stored_and_told_once(store: Store) -> None:
    """A flood in a channel must neither fill the store nor the channel."""
    answering = RecordingDispatch()
    limiter = CommandRateLimiter(2, lambda: 0.0)
    ours = Inbox(make_context(store, FEATURES), answering, refusal=limiter.refusal)

    async with ours.running():
        assert [await ours.enqueue(question(f"E{number}")) for number in range(20)] == [True] * 2 + [False] * 18
        await ours.wait_until_idle()

    replies = await answered(store)
    assert (len(answering.asked), len(replies)) == (2, 3)
    assert all(event.counted for event in answering.asked)
    refusal = next(reply for reply in replies if "Too many" in str(reply.notice.payload))
    assert refusal.notice.payload["only_for"] == "U1"
