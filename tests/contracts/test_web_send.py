"""What the console's rooms guarantee beyond the port: a reader sees every message, and at once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.stored_state import StoredMessageLog
from integrations.ports.cards import Bold, Card, card_from_json, text
from integrations.ports.chat import Address
from integrations.ports.clock import FixedClock
from integrations.ports.errors import Unavailable
from integrations.web.send import MAX_UNREAD, RoomEvent, WebChat
from storage import console
from storage.store import Store

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
HALL = Address("console", "", "#hall")
NEWS = Card("Roadmap R42", (text("Search moves to ", Bold("1 March")),))
OLD = Card("Roadmap R42 (superseded)")


@pytest.fixture
def rooms(store: Store) -> WebChat:
    return WebChat(StoredMessageLog(store, FixedClock(NOW)))


async def test_a_card_stands_in_the_room_as_it_was_posted(rooms: WebChat, store: Store) -> None:
    await rooms.post(HALL, NEWS, "n1.7")

    async with store.reading() as db:
        standing = await console.in_room(db, "#hall")
    assert [card_from_json(message.card) for message in standing] == [NEWS]
    assert standing[0].at == NOW


async def test_the_same_tag_is_the_same_message(rooms: WebChat, store: Store) -> None:
    """Our own platform can promise what others cannot."""
    assert await rooms.post(HALL, NEWS, "n1.7") == await rooms.post(HALL, NEWS, "n1.7")

    async with store.reading() as db:
        assert len(await console.in_room(db, "#hall")) == 1


async def test_a_listener_hears_what_happens_while_it_listens(rooms: WebChat) -> None:
    await rooms.post(HALL, NEWS, "n0.6")
    with rooms.subscribe() as heard:
        posted = await rooms.post(HALL, NEWS, "n1.7")
        await rooms.update(HALL, posted, OLD, "n1.7")
        await rooms.delete(HALL, posted)

    await rooms.post(HALL, NEWS, "n2.8")
    assert heard.unread() == (
        RoomEvent("posted", "#hall", posted, NEWS),
        RoomEvent("updated", "#hall", posted, OLD),
        RoomEvent("removed", "#hall", posted),
    )


async def test_a_listener_can_wait_for_the_next_event(rooms: WebChat) -> None:
    with rooms.subscribe() as heard:
        posted = await rooms.post(HALL, NEWS, "n1.7")

        assert await anext(aiter(heard)) == RoomEvent("posted", "#hall", posted, NEWS)


async def test_a_listener_that_does_not_read_misses_the_oldest_news(rooms: WebChat) -> None:
    """A forgotten browser tab must not fill the memory."""
    with rooms.subscribe() as heard:
        posted = await rooms.post(HALL, NEWS, "n1.7")
        for _ in range(MAX_UNREAD):
            heard.put(RoomEvent("updated", "#hall", posted, OLD))

    assert [event.kind for event in heard.unread()] == ["updated"] * MAX_UNREAD


async def test_the_web_page_gives_messages_their_addresses(store: Store) -> None:
    rooms = WebChat(
        StoredMessageLog(store, FixedClock(NOW)), lambda conversation, message: f"https://h/{conversation}/{message}"
    )

    assert rooms.link(HALL, "7") == "https://h/#hall/7"


async def test_a_store_that_is_away_reads_as_a_platform_that_is(tmp_path_factory: pytest.TempPathFactory) -> None:
    letter = tmp_path_factory.mktemp("away") / "letter.db"
    letter.write_text("Dear all, " * 1000)
    broken = Store(f"sqlite:///{letter}")

    with pytest.raises(Unavailable) as refused:
        await WebChat(StoredMessageLog(broken, FixedClock(NOW))).post(HALL, NEWS, "n1.7")

    await broken.close()
    assert refused.value.uncertain
