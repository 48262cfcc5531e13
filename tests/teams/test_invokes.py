"""Buttons and dialogs: the response to Teams, and the messages that follow."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.encryption import FernetCipher
from integrations.plain.background import BackgroundTasks
from integrations.ports.cards import Button, Buttons, Card, Form, TextField, text
from integrations.ports.chat import Address
from integrations.ports.clock import FixedClock
from integrations.ports.errors import Unavailable
from integrations.ports.inbound import (
    Account,
    Attachment,
    ButtonPress,
    ConversationRef,
    FormSubmission,
    InboundEvent,
    Reply,
)
from integrations.ports.platform import AdapterContext
from integrations.teams.conversations import TeamsConversation
from integrations.teams.listeners import InvokeHandler
from integrations.teams.parsing import parse_activity
from integrations.teams.responses import TeamsResponse
from tests.fakes.platform import FakePlatform, PlatformFaults
from tests.fakes.state import MemorySecretStore
from tests.fakes.teams_process import TeamsSimulator
from tests.render.platform_checks import check_teams_card
from tests.teams.harness import TeamsHarness, buttons, card_words

Json = dict[str, Any]
ROOM = "19:room@thread.tacv2"
MIA = Account("teams", "29:mia", name="Mia")


async def test_a_press_shows_the_presser_what_came_of_it(
    teams: TeamsHarness, simulator: TeamsSimulator, room: str
) -> None:
    card = await teams.send_and_wait(simulator.message_activity("mia", "current", room), room)
    (have,) = [each for each in buttons(card) if each.get("title") == "I have R2"]

    answer = await teams.invoke(simulator.press_activity("mia", have["data"], room))

    assert (answer["statusCode"], answer["type"]) == (200, "application/vnd.microsoft.card.adaptive")
    check_teams_card(answer["value"])
    assert "You have R2" in card_words(answer)
    assert simulator.entries("update", room) == []


async def test_a_dialog_asks_and_shows_the_answer(teams: TeamsHarness, simulator: TeamsSimulator) -> None:
    card = await teams.send_and_wait(simulator.message_activity("bo", ""), "a:29:bo")
    (ask,) = [each for each in buttons(card) if each["type"] == "Action.Submit"]

    opened = await teams.invoke(simulator.activity("invoke", "bo", name="task/fetch", value={"data": ask["data"]}))
    form = opened["task"]["value"]["card"]["content"]
    (send,) = buttons(form)
    filled = send["data"] | {"one.question": "what is in progress"}
    answered = await teams.invoke(simulator.activity("invoke", "bo", name="task/submit", value={"data": filled}))

    assert (opened["task"]["type"], opened["task"]["value"]["title"]) == ("continue", "Ask a question")
    check_teams_card(form)
    assert (send["type"], answered["task"]["type"]) == ("Action.Submit", "continue")
    assert "WEB-13" in card_words(answered)
    assert {each["type"] for each in buttons(answered)} <= {"Action.Submit", "Action.OpenUrl"}


async def test_a_button_of_another_version_says_so(teams: TeamsHarness, simulator: TeamsSimulator) -> None:
    answer = await teams.invoke(simulator.press_activity("mia", {"action": "no such thing"}))

    assert "another version" in card_words(answer)


async def test_a_press_of_any_shape_is_answered(teams: TeamsHarness, simulator: TeamsSimulator) -> None:
    shapes: list[Json] = [{}, {"action": 7}, {"action": {"data": []}}, {"action": {"data": {"form": 1}}}]
    for value in shapes:
        answer = await teams.invoke(simulator.activity("invoke", "mia", name="adaptiveCard/action", value=value))

        assert "another version" in card_words(answer)


async def test_an_invoke_that_we_do_not_offer_is_declined(teams: TeamsHarness, simulator: TeamsSimulator) -> None:
    answer = await teams.send(simulator.activity("invoke", "mia", name="composeExtension/query", value={}))

    assert answer.status_code == 501


class _RecordingInbox:
    def __init__(self) -> None:
        self.sent: list[tuple[InboundEvent, Reply]] = []
        self.taken: list[tuple[InboundEvent, Awaitable[Reply] | None]] = []
        self.away = False

    async def enqueue(self, event: InboundEvent, pending_reply: Awaitable[Reply] | None = None) -> bool:
        if self.away:
            raise Unavailable("the store")
        self.taken.append((event, pending_reply))
        return True

    async def reply(self, event: InboundEvent, reply: Reply) -> None:
        self.sent.append((event, reply))


class _Unused:
    """A port that this test must not call."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} was called")


class InvokeHarness:
    """An InvokeHandler whose dispatch is given by the test."""

    def __init__(self, dispatch: Callable[[InboundEvent], Awaitable[Reply]], *, budget_s: float = 2.0) -> None:
        self.inbox, self.chat, self.background = _RecordingInbox(), FakePlatform("teams"), BackgroundTasks()
        clock = FixedClock(datetime(2026, 11, 2, tzinfo=UTC))
        cipher = FernetCipher(("k" * 32,), None)
        self.context = AdapterContext(dispatch, self.inbox, MemorySecretStore(), _Unused(), _Unused(), cipher, clock)
        self.invokes = InvokeHandler(self.context, self.chat, _Unused(), self.background, budget_s=budget_s)  # type: ignore[arg-type]

    async def invoke(self, name: str, value: Json, reply_to: str = "m1") -> TeamsResponse:
        said = parse_activity(
            {
                "type": "invoke",
                "id": "i1",
                "name": name,
                "value": value,
                "replyToId": reply_to,
                "conversation": {"id": f"{ROOM};messageid=7"},
            }
        )
        reference = TeamsConversation(ROOM, "channel", "https://smba.trafficmanager.net")
        place = ConversationRef("teams", ROOM, thread="7")
        return await self.invokes.handle(said, MIA, place, reference)


def _press(data: Json) -> Json:
    return {"action": {"type": "Action.Execute", "data": data}}


def _always(reply: Reply) -> Callable[[InboundEvent], Awaitable[Reply]]:
    async def dispatch(_event: InboundEvent) -> Reply:
        return reply

    return dispatch


WHY = Form("item edit", "Why", (TextField("why", "Why?"),), value="WEB-12", errors=(("why", "Say it in words."),))


async def test_a_public_answer_replaces_the_card_for_everybody() -> None:
    harness = InvokeHarness(_always(Reply(Card("Everybody has R2"), private=False)))
    harness.chat.rooms[ROOM] = []
    first = await harness.chat.post(Address("teams", "", ROOM), Card("R2"), "n.1")

    answer = await harness.invoke("adaptiveCard/action", _press({"action": "a", "delivery": "n.1"}), reply_to=first)

    assert harness.chat.titles_in(ROOM) == ["Everybody has R2"]
    assert "Everybody has R2" in card_words(answer.body)


async def test_a_card_that_cannot_be_replaced_is_followed_by_a_message() -> None:
    harness = InvokeHarness(_always(Reply(Card("Everybody has R2"), private=False)))
    harness.chat.faults = PlatformFaults(archived=[ROOM])

    answer = await harness.invoke("adaptiveCard/action", _press({"action": "a"}))

    assert answer.status == 200
    assert [reply.card.title for _, reply in harness.inbox.sent] == ["Everybody has R2"]


async def test_a_form_that_a_plain_button_leads_to_takes_the_card_s_place() -> None:
    """Action.Execute cannot open a dialog."""
    harness = InvokeHarness(_always(Reply(Card("Why?"), form=WHY)))

    answer = await harness.invoke("adaptiveCard/action", _press({"action": "item edit", "value": "WEB-12"}))

    assert answer.body is not None
    (send,) = buttons(answer.body["value"])
    assert (send["type"], send["data"]) == ("Action.Execute", {"form": "item edit", "value": "WEB-12"})
    assert "Say it in words." in card_words(answer.body)


async def test_a_dialog_sent_with_a_mistake_comes_back_with_it_and_then_closes() -> None:
    seen: list[InboundEvent] = []

    async def dispatch(event: InboundEvent) -> Reply:
        seen.append(event)
        assert isinstance(event, FormSubmission)
        return Reply(Card("Saved"), private=False) if event.answers["why"] else Reply(Card("Why?"), form=WHY)

    harness = InvokeHarness(dispatch)
    data = {"form": "item edit", "value": "WEB-12"}

    wrong = await harness.invoke("task/submit", {"data": data | {"one.why": ""}})
    right = await harness.invoke("task/submit", {"data": data | {"one.why": "a slip"}})

    assert "Say it in words." in card_words(wrong.body)
    assert right.body is not None
    assert right.body["task"]["type"] == "message"
    assert [reply.card.title for _, reply in harness.inbox.sent] == ["Saved"]
    assert [event.account for event in seen] == [MIA, MIA]


async def test_a_choice_arrives_as_the_action_of_its_menu() -> None:
    seen: list[InboundEvent] = []

    async def dispatch(event: InboundEvent) -> Reply:
        seen.append(event)
        return Reply(Card("Which"))

    await InvokeHarness(dispatch).invoke(
        "adaptiveCard/action", _press({"action": "ask", "pick": "pick1", "pick1": "spring", "delivery": "n.1"})
    )

    assert isinstance(seen[0], ButtonPress)
    assert (seen[0].action, seen[0].value, seen[0].event_id) == ("ask", "spring", f"{ROOM}|i1")


async def test_what_takes_longer_than_teams_waits_is_written_down_and_comes_as_a_message() -> None:
    """A restart before the reply must not lose it."""
    ready = asyncio.Event()

    async def dispatch(_event: InboundEvent) -> Reply:
        await ready.wait()
        return Reply(Card("At last"))

    harness = InvokeHarness(dispatch, budget_s=0.01)
    answer = await harness.invoke("adaptiveCard/action", _press({"action": "a"}))
    ready.set()

    [(event, begun)] = harness.inbox.taken
    assert begun is not None
    assert (await begun).card.title == "At last"
    assert event.event_id == f"{ROOM}|i1"
    assert "The answer comes in a moment" in card_words(answer.body)


async def test_nothing_is_promised_that_could_not_be_written_down() -> None:
    ready, done = asyncio.Event(), asyncio.Event()

    async def dispatch(_event: InboundEvent) -> Reply:
        await ready.wait()
        done.set()
        return Reply(Card("At last"))

    harness = InvokeHarness(dispatch, budget_s=0.01)
    harness.inbox.away = True
    with pytest.raises(Unavailable):
        await harness.invoke("adaptiveCard/action", _press({"action": "a"}))
    ready.set()
    await harness.background.drain()

    assert done.is_set()


async def test_a_file_comes_as_a_message() -> None:
    harness = InvokeHarness(_always(Reply(Card("Roadmap"), file=Attachment("roadmap.csv", b"key"))))

    pressed = await harness.invoke("adaptiveCard/action", _press({"action": "export roadmap"}))
    fetched = await harness.invoke("task/fetch", {"data": {"action": "export roadmap"}})

    assert "as a message" in card_words(pressed.body)
    assert "as a message" in card_words(fetched.body)
    assert len(harness.inbox.sent) == 2


async def test_the_cards_of_dialogs_are_what_teams_takes() -> None:
    card = Card("Which", (text("One of"), Buttons((Button("Spring", "ask", "spring", "ask spring"),))))
    harness = InvokeHarness(_always(Reply(card)))

    answer = await harness.invoke("task/fetch", {"data": {"action": "ask"}})

    assert answer.body is not None
    shown = answer.body["task"]["value"]["card"]["content"]
    check_teams_card(shown)
    assert [each["type"] for each in buttons(shown)] == ["Action.Submit"]
