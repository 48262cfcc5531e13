"""Presses and dialogs: Teams waits for what to show, and shows an error of its own after a few seconds.

a button       the card that comes back replaces this one for whoever pressed; a public one replaces it for all
a form         opened as a dialog by a button made for that; else it takes the card's place for whoever pressed
a dialog sent  shows what came of it, or the form again with what is wrong

Action.Execute cannot open a dialog, and an answer cannot turn a button into one that does:
https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/work-with-universal-actions-for-adaptive-cards
https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/task-modules/task-modules-bots
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

import structlog

from integrations.plain.words import clip, one_line
from integrations.ports.chat import Address, ChatPlatform
from integrations.ports.door import House
from integrations.ports.errors import Rejected, Unavailable
from integrations.ports.inbound import Account, Action, Reply, Submission, Whereabouts
from integrations.teams import render
from integrations.teams.handover import Handover, NotHandedOver
from integrations.teams.heard import Heard
from integrations.teams.identity import PLATFORM, WORKSPACE
from integrations.teams.markup import Json
from integrations.teams.references import Reference
from integrations.teams.send import CARD, root_of
from integrations.teams.turn import Answer

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

WORDS = "application/vnd.microsoft.activity.message"
PATIENCE_S = 2.0  # Teams names no figure for all kinds; 5 s is the shortest it documents, the way here included
UPDATE_S = 2.0
MAX_TITLE = 60

LATER = "I am on it. The answer comes in a moment, as a message."
AS_MESSAGE = "The answer comes as a message."


class Chat(ChatPlatform, Protocol):
    """The way out, with what only Teams has."""

    async def enclose(self, where: Reference, enclosure: Json) -> None: ...

    async def say(self, where: Reference, words: str, thread: str = "") -> None: ...


class Invokes:
    """Answers them. *later* runs what goes on after Teams had its answer."""

    def __init__(
        self,
        house: House,
        chat: Chat,
        handover: Handover,
        later: Callable[[Coroutine[Any, Any, None]], None],
        *,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._house = house
        self._chat = chat
        self._handover = handover
        self._later = later
        self._patience_s = patience_s

    async def answer(self, heard: Heard, account: Account, place: Whereabouts, reference: Reference) -> Answer:
        root = root_of(reference)
        match heard.name:
            case "adaptiveCard/action":
                pressed = heard.value.get("action")
                data = pressed.get("data") if isinstance(pressed, dict) else None
                return await self._pressed(heard, _event(heard, data, account, place), root)
            case "task/fetch" | "task/submit":
                event = _event(heard, heard.value.get("data"), account, place)
                return await self._dialog(event, root, fetched=heard.name == "task/fetch")
            case "fileConsent/invoke":
                await self._consent(heard, reference)
                return Answer(200)
            case _:
                return Answer(501)

    async def _consent(self, heard: Heard, reference: Reference) -> None:
        if heard.value.get("action") == "accept":
            self._later(self._hand_over(heard, reference))  # Teams wants its answer before the upload is done
        else:
            await self._handover.declined(heard)

    async def _hand_over(self, heard: Heard, reference: Reference) -> None:
        try:
            await self._chat.enclose(reference, await self._handover.accepted(heard))
        except NotHandedOver as problem:
            await self._chat.say(reference, str(problem))

    async def _reply(self, event: Action | Submission) -> Reply | None:
        """The reply if it comes in time; otherwise the desk has it and sends it as a message, also after a stop."""
        under_way = asyncio.ensure_future(self._house.dispatch(event))
        done, _ = await asyncio.wait({under_way}, timeout=self._patience_s)
        if done:
            return under_way.result()
        try:
            await self._house.desk.take(event, under_way)
        except Unavailable:
            self._later(_brought_to_its_end(under_way))
            raise
        return None

    async def _pressed(self, heard: Heard, event: Action | Submission, root: str) -> Answer:
        reply = await self._reply(event)
        if reply is None:
            return _words(LATER)
        if reply.form:
            return _card(render.form(reply.form))
        if reply.file:
            await self._house.desk.answer(event, reply)
            return _words(AS_MESSAGE)
        tag = _delivery(heard)
        if not reply.private:
            await self._show_all(heard, event, reply, tag)
        return _card(render.card(reply.card, tag, root))

    async def _show_all(self, heard: Heard, event: Action | Submission, reply: Reply, tag: str) -> None:
        """Replace the card for everybody, not only for whoever pressed; failing that, say it beside the card."""
        where = Address(PLATFORM, WORKSPACE, event.place.conversation, event.place.thread)
        try:
            async with asyncio.timeout(UPDATE_S):
                await self._chat.update(where, heard.reply_to, reply.card, tag)
        except (Unavailable, Rejected, TimeoutError) as error:
            log.warning("a card was not replaced", action="teams.not_replaced", reason=str(error) or "timeout")
            await self._house.desk.answer(event, reply)

    async def _dialog(self, event: Action | Submission, root: str, *, fetched: bool) -> Answer:
        reply = await self._reply(event)
        if reply is None:
            return _task("message", LATER)
        if reply.form:
            return _shown(reply.form.title, render.form(reply.form, dialog=True))
        if reply.file or (not reply.private and not fetched):
            await self._house.desk.answer(event, reply)
            return _task("message", AS_MESSAGE)
        return _shown(reply.card.title, render.card(reply.card, root=root, dialog=True))


async def _brought_to_its_end(under_way: asyncio.Future[Reply]) -> None:
    """Nobody hears the answer, but what it changed is changed."""
    await under_way


def _event(heard: Heard, data: object, account: Account, place: Whereabouts) -> Action | Submission:
    """What *data* of a button asks for; what is not ours becomes an action that nobody knows."""
    ours = data if isinstance(data, dict) else {}
    if "form" in ours:
        form, value, answers = render.submitted(ours)
        return Submission(account=account, place=place, event=heard.key, form=form, value=value, answers=answers)
    action, value = render.pressed(ours)
    return Action(account=account, place=place, event=heard.key, action=action, value=value)


def _delivery(heard: Heard) -> str:
    """Which delivery the pressed card came with."""
    match heard.value.get("action"):
        case {"data": {"delivery": str(tag)}}:
            return tag
        case _:
            return ""


def _card(card: Json) -> Answer:
    return Answer(200, {"statusCode": 200, "type": CARD, "value": card})


def _words(words: str) -> Answer:
    return Answer(200, {"statusCode": 200, "type": WORDS, "value": words})


def _task(kind: str, value: object) -> Answer:
    return Answer(200, {"task": {"type": kind, "value": value}})


def _shown(title: str, card: Json) -> Answer:
    content = {"contentType": CARD, "content": card}
    words = clip(one_line(title) or "Handshake", MAX_TITLE)
    return _task("continue", {"title": words, "height": "medium", "width": "medium", "card": content})
