"""Every command, button and form works on Slack, Teams, the web page and in a terminal.

Each real adapter gets what its platform would send, and the event that reaches `dispatch` is compared with what was
typed, pressed or filled in. Commands come from the catalogue and cards from the features' examples, so a new one that
a platform cannot handle fails here.
"""

from __future__ import annotations

import asyncio
import importlib.util
import pkgutil
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from html import unescape
from typing import Any, Protocol

import httpx
import pytest

import handlers
from bot.app import App, open_app
from bot.commands.say import SayRequest
from bot.commands.say import answer as say
from bot.demo.web import RunningDemo, running_demo
from bot.settings import Settings
from handlers import grammar
from handlers.catalogue import FEATURES
from handlers.dispatch import Dispatcher
from integrations.ports.cards import Button, Buttons, Card, ChoiceField, Form, Menu
from integrations.ports.clock import FixedClock
from integrations.ports.inbound import ButtonPress, CommandText, FormSubmission, InboundEvent, MessageText, Reply
from integrations.slack import render as slack
from integrations.slack.listeners import modal_for
from integrations.teams import forms as teams_form
from integrations.teams import render as teams
from integrations.web.render import form_html
from tests.app import MONDAY
from tests.architecture.test_catalogue import CARDS
from tests.fakes.teams_process import TeamsSimulator
from tests.slack.harness import SlackHarness, slack_harness
from tests.teams.harness import TeamsHarness, teams_harness

Json = dict[str, Any]
Pressed = tuple[str, str]  # action and value
TIMEOUT_S = 60  # for a test that waits for something that never happens
PAGE = "http://localhost:8080"


def forms() -> Iterator[Form]:
    """Every form in the features' cards."""
    for package in pkgutil.iter_modules(handlers.__path__, "handlers."):
        if package.ispkg and importlib.util.find_spec(f"{package.name}.cards"):
            module = importlib.import_module(f"{package.name}.cards")
            yield from (value for value in vars(module).values() if isinstance(value, Form))


FORMS = {form.id: form for form in forms()}


class Recorder:
    """Replaces `dispatch` and records the events."""

    def __init__(self) -> None:
        self._events: asyncio.Queue[InboundEvent] = asyncio.Queue()

    async def __call__(self, event: InboundEvent) -> Reply:
        self._events.put_nowait(event)
        return Reply(Card("Understood"))

    async def next_event(self) -> InboundEvent:
        async with asyncio.timeout(TIMEOUT_S):
            return await self._events.get()


class PlatformDriver(Protocol):
    """Drives one platform. Each method returns the events that reached `dispatch`."""

    async def type_command(self, words: str) -> InboundEvent: ...

    async def press_all(self, card: Card) -> list[InboundEvent]:
        """Press every button and choose every option, in the order of the card."""

    async def fill_form(self, form: Form, answers: Mapping[str, str]) -> InboundEvent: ...


class SlackDriver:
    def __init__(self, harness: SlackHarness, recorder: Recorder) -> None:
        self._harness = harness
        self._recorder = recorder

    async def type_command(self, words: str) -> InboundEvent:
        await self._harness.command(words)
        return await self._recorder.next_event()

    async def press_all(self, card: Card) -> list[InboundEvent]:
        found = []
        for pressed in _slack_presses(slack.message(card)["blocks"]):
            payload = self._harness.press_body("", "") | {"actions": [pressed]}
            await self._harness.interact(payload)
            found.append(await self._recorder.next_event())
        return found

    async def fill_form(self, form: Form, answers: Mapping[str, str]) -> InboundEvent:
        await self._harness.submit(modal_for(form, None, ""), dict(answers))
        return await self._recorder.next_event()


def _slack_presses(blocks: list[Json]) -> Iterator[Json]:
    """What Slack sends for each button and option in *blocks*."""
    for element in [part for block in blocks for part in (*block.get("elements", []), block.get("accessory") or {})]:
        match element:
            case {"type": "button", "action_id": action, **more} if "url" not in more:
                yield {"type": "button", "action_id": action, "value": more.get("value", "")}
            case {"type": "static_select", "action_id": action, "options": options}:
                for option in options:
                    yield {"type": "static_select", "action_id": action, "selected_option": option}
            case _:
                continue


class TeamsDriver:
    def __init__(self, running: TeamsHarness, simulator: TeamsSimulator, recorder: Recorder) -> None:
        self._harness = running
        self._simulator = simulator
        self._recorder = recorder

    async def type_command(self, words: str) -> InboundEvent:
        await self._harness.send(self._simulator.message_activity("mia", words))
        return await self._recorder.next_event()

    async def press_all(self, card: Card) -> list[InboundEvent]:
        found = []
        rendered = teams.card(card, "delivery")
        choices = {each["id"]: each["choices"] for each in _inputs(rendered)}
        for action in _teams_actions(rendered):
            data = action["data"]
            picked = choices.get(data.get("pick"), [])
            for filled in [data | {data["pick"]: each["value"]} for each in picked] or [data]:
                await self._harness.send(self._sent(action["type"], filled))
                found.append(await self._recorder.next_event())
        return found

    def _sent(self, kind: str, data: Json) -> Json:
        if kind == "Action.Submit":
            return self._simulator.activity("invoke", "mia", name="task/fetch", value={"data": data})
        return self._simulator.press_activity("mia", data)

    async def fill_form(self, form: Form, answers: Mapping[str, str]) -> InboundEvent:
        (send,) = _teams_actions(teams_form.form(form))
        many = {field.id for field in form.fields if isinstance(field, ChoiceField) and field.many}
        filled = {f"{'many' if name in many else 'one'}.{name}": words for name, words in answers.items()}
        await self._harness.send(self._simulator.press_activity("mia", send["data"] | filled))
        return await self._recorder.next_event()


def _teams_actions(card: object) -> Iterator[Json]:
    """Every action in *card* that is sent to the bot."""
    match card:
        case {"type": "Action.Execute" | "Action.Submit"} if isinstance(card, dict):
            yield card
        case dict():
            for value in card.values():
                yield from _teams_actions(value)
        case list():
            for value in card:
                yield from _teams_actions(value)


def _inputs(card: object) -> Iterator[Json]:
    match card:
        case {"type": "Input.ChoiceSet"} if isinstance(card, dict):
            yield card
        case dict() | list():
            for value in card.values() if isinstance(card, dict) else card:
                yield from _inputs(value)


class TerminalDriver:
    """A terminal has no buttons, so the printed command of each button and menu is typed."""

    def __init__(self, app: App, recorder: Recorder) -> None:
        self._app = app
        self._recorder = recorder
        self._dispatcher = Dispatcher(app.ctx, FEATURES)

    async def type_command(self, words: str) -> InboundEvent:
        await say(self._app, SayRequest(words, "ada@example.com"), "operator")
        return await self._recorder.next_event()

    async def press_all(self, card: Card) -> list[InboundEvent]:
        found: list[InboundEvent] = []
        for action, value, words in _pressable(card):
            typed = await self.type_command(words)
            meant = self._dispatcher.resolve(typed)
            assert meant.command.words == action, f"“{words}” is typed for “{action}” and means “{meant.command.words}”"
            found.append(
                ButtonPress(account=typed.account, conversation=typed.conversation, action=action, value=value)
            )
        return found

    async def fill_form(self, form: Form, answers: Mapping[str, str]) -> InboundEvent:
        """A terminal prints the command to type instead of the form."""
        typed = await self.type_command(form.words)
        assert self._dispatcher.resolve(typed).command.words == form.id
        return FormSubmission(
            account=typed.account, conversation=typed.conversation, form=form.id, value=form.value, answers=answers
        )


def _pressable(card: Card) -> Iterator[tuple[str, str, str]]:
    """(action, value, words) of every button and option in *card*."""
    for block in card.blocks:
        match block:
            case Buttons(buttons):
                yield from ((each.action, each.value, each.words) for each in buttons if isinstance(each, Button))
            case Menu(action=action, options=options, words=words):
                yield from ((action, each.value, words) for each in options)
            case _:
                continue


class PageDriver:
    """What the page's script sends for each button, menu and field in the page's HTML."""

    def __init__(self, demo: RunningDemo, browser: httpx.AsyncClient, recorder: Recorder) -> None:
        self._demo = demo
        self._browser = browser
        self._recorder = recorder

    async def type_command(self, words: str) -> InboundEvent:
        return await self._act(do="say", words=words)

    async def press_all(self, card: Card) -> list[InboundEvent]:
        html = self._demo.page_context.previews.render(card, "console")
        return [await self._act(do="press", action=action, value=value) for action, value in pressed_in(html)]

    async def fill_form(self, form: Form, answers: Mapping[str, str]) -> InboundEvent:
        html = form_html(form)
        (asked,) = re.findall(r'<form[^>]* data-form="([^"]*)" data-value="([^"]*)"', html)
        names = {unescape(name) for name in re.findall(r' name="([^"]*)"', html)}
        assert names == {field.id for field in form.fields}
        return await self._act(do="send", form=unescape(asked[0]), value=unescape(asked[1]), answers=dict(answers))

    async def _act(self, **what: object) -> InboundEvent:
        answer = await self._browser.post("/act", json={"as": "ada@example.com", **what})
        assert answer.status_code == 200, answer.text
        return await self._recorder.next_event()


def pressed_in(html: str) -> Iterator[Pressed]:
    """(action, value) of every button and option, in the order of the page."""
    found = r'<select data-menu="([^"]*)">(.*?)</select>|<button[^>]* data-action="([^"]*)" data-value="([^"]*)"'
    for menu, options, action, value in re.findall(found, html):
        if menu:
            yield from ((unescape(menu), unescape(each)) for each in re.findall(r'<option value="([^"]*)"', options))
        else:
            yield unescape(action), unescape(value)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
async def on_slack(sqlite_address: str, recorder: Recorder) -> AsyncIterator[PlatformDriver]:
    async with slack_harness(sqlite_address, dispatch=recorder) as harness:
        yield SlackDriver(harness, recorder)


@pytest.fixture
async def on_teams(sqlite_address: str, simulator: TeamsSimulator, recorder: Recorder) -> AsyncIterator[PlatformDriver]:
    async with teams_harness(simulator, sqlite_address, dispatch=recorder) as running:
        yield TeamsDriver(running, simulator, recorder)


@pytest.fixture
async def in_a_terminal(sqlite_address: str, recorder: Recorder) -> AsyncIterator[PlatformDriver]:
    async with open_app(Settings(_env_file=None, database_url=sqlite_address, rate_limit=0), FixedClock(MONDAY)) as app:
        yield TerminalDriver(app.with_dispatch(recorder), recorder)


@pytest.fixture
async def on_the_page(sqlite_address: str, recorder: Recorder) -> AsyncIterator[PlatformDriver]:
    async with (
        open_app(Settings(_env_file=None, database_url=sqlite_address, rate_limit=0), FixedClock(MONDAY)) as app,
        running_demo(app.with_dispatch(recorder)) as demo,
        httpx.AsyncClient(transport=httpx.ASGITransport(demo.page), base_url=PAGE, headers={"origin": PAGE}) as browser,
    ):
        yield PageDriver(demo, browser, recorder)


@pytest.fixture(params=["on_slack", "on_teams", "on_the_page", "in_a_terminal"])
def platform(request: pytest.FixtureRequest) -> PlatformDriver:
    found: PlatformDriver = request.getfixturevalue(request.param)
    return found


async def test_every_command_can_be_typed(platform: PlatformDriver) -> None:
    examples = [words for feature in FEATURES for command in feature.commands for words in command.examples]

    arrived = [_words(await platform.type_command(words)) for words in examples]

    assert [grammar.normalise(words) for words in arrived] == [grammar.normalise(words) for words in examples]


async def test_every_button_and_choice_of_every_card_can_be_pressed(platform: PlatformDriver) -> None:
    assert CARDS
    for name, card in CARDS.items():
        arrived = [_press(event) for event in await platform.press_all(card)]

        assert arrived == [(action, value) for action, value, _ in _pressable(card)], name


async def test_every_form_can_be_filled_in(platform: PlatformDriver, subtests: pytest.Subtests) -> None:
    assert FORMS
    for form in FORMS.values():
        with subtests.test(form.id):
            answers = {field.id: f"words for {field.id}" for field in form.fields if not isinstance(field, ChoiceField)}

            sent = await platform.fill_form(form, answers)

            assert isinstance(sent, FormSubmission)
            assert (sent.form, sent.value) == (form.id, form.value)
            assert {name: words for name, words in sent.answers.items() if words} == answers


def _words(event: InboundEvent) -> str:
    assert isinstance(event, CommandText | MessageText)
    return event.words if isinstance(event, CommandText) else event.text


def _press(event: InboundEvent) -> Pressed:
    assert isinstance(event, ButtonPress)
    return event.action, event.value
