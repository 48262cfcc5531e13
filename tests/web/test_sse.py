"""The event stream of a tab; a slow tab reloads the room instead of missing events."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from integrations.plain.text import format_moment
from integrations.ports.cards import Card
from integrations.ports.chat import Address
from integrations.ports.clock import FixedClock
from integrations.web.page_context import Viewer
from integrations.web.send import MAX_UNREAD
from integrations.web.sse import EventStreams
from integrations.web.views import PageViews
from tests.app import MONDAY
from tests.web.visitor import ADA, BO, Visitor, open_visitor

SPRING = "#spring"
StreamEvent = tuple[str, Any]


class EventStreamTab:
    """The stream of one tab, read as a browser does."""

    def __init__(self, visitor: Visitor, seat: Viewer, state: str) -> None:
        showing = PageViews(visitor.demo.page_context)
        live = EventStreams(visitor.demo.page_context, showing, timedelta(seconds=30))
        self.stream = live._stream(seat, state)

    async def next_event(self) -> StreamEvent:
        async with asyncio.timeout(60):
            while True:
                part = (await anext(self.stream)).decode()
                if part.startswith("event: "):
                    kind, _, data = part.partition("\n")
                    return kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))

    async def open(self) -> None:
        await anext(self.stream)


async def open_tab(visitor: Visitor, *, as_: str = ADA, room: str = SPRING, look: str = "console") -> EventStreamTab:
    seat = Viewer(as_, room, look)
    made = EventStreamTab(visitor, seat, await visitor.demo.page_context.reads.version(seat.conversation))
    await made.open()
    return made


async def test_a_card_in_the_room_arrives_drawn(visitor: Visitor) -> None:
    listening = await open_tab(visitor, look="slack")
    number = await visitor.post_card(SPRING, Card("R7 <b>"), "t")

    kind, told = await listening.next_event()

    assert (kind, told["kind"], told["id"]) == ("card", "posted", number)
    assert "R7 &lt;b&gt;" in told["html"]
    assert "as-slack" in told["html"]


async def test_a_card_that_changes_keeps_the_time_at_which_it_was_put_there(sqlite_address: str) -> None:
    """A card looks the same before and after the page is reloaded."""
    clock = FixedClock(MONDAY)
    async with open_visitor(sqlite_address, clock=clock) as visitor:
        number = await visitor.post_card(SPRING, Card("R7"), "t")
        listening = await open_tab(visitor)
        put_at = format_moment(clock.now())
        clock.at += timedelta(hours=3)
        await visitor.demo.page_context.rooms.update(
            Address("console", "", SPRING), number, Card("R7, superseded"), "t"
        )

        _, told = await listening.next_event()

        assert put_at in told["html"]
        assert put_at in await visitor.get_page(SPRING)


async def test_another_room_is_only_named_and_somebody_else_s_conversation_not_at_all(visitor: Visitor) -> None:
    listening = await open_tab(visitor)
    await visitor.post_card(f"@{BO}", Card("For Bo"), "bo")
    await visitor.post_card("#web", Card("In web"), "web")
    await visitor.post_card(f"@{ADA}", Card("For Ada"), "ada")

    events = [await listening.next_event(), await listening.next_event()]

    assert [(kind, told["in"], told["title"]) for kind, told in events] == [
        ("elsewhere", "#web", "In web"),
        ("elsewhere", f"@{ADA}", "For Ada"),
    ]


async def test_what_happened_before_the_tab_listened_makes_it_load_the_room(visitor: Visitor) -> None:
    made = EventStreamTab(visitor, Viewer(ADA, SPRING), "0.0.0")
    await visitor.post_card(SPRING, Card("Meanwhile"), "t")

    assert (await made.next_event())[0] == "behind"


async def test_a_tab_that_is_too_slow_loads_the_room_again(visitor: Visitor) -> None:
    listening = await open_tab(visitor)
    asking = asyncio.create_task(listening.next_event())
    await asyncio.sleep(0)
    await visitor.post_card(SPRING, Card("First"), "first")
    await asking
    for number in range(MAX_UNREAD + 1):
        visitor.demo.page_context.rooms._notify(_event(number))

    assert (await listening.next_event())[0] == "behind"
    await visitor.post_card(SPRING, Card("Afterwards"), "after")
    assert (await listening.next_event())[1]["title"] == "Afterwards"


async def test_at_shutdown_every_stream_ends(visitor: Visitor) -> None:
    listening = await open_tab(visitor)
    visitor.demo.page_context.rooms.close_listeners()

    async with asyncio.timeout(60):
        with pytest.raises(StopAsyncIteration):
            while True:
                await anext(listening.stream)


def _event(number: int) -> Any:
    from integrations.web.send import RoomEvent

    return RoomEvent("posted", SPRING, str(number), Card(f"Card {number}"))
