"""Modals: opened while Slack's trigger is good, and "Record as item", which fills one in from a message."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import structlog

from integrations.ports.cards import DateField, Form, TextField
from integrations.ports.errors import Rejected, Unavailable
from integrations.ports.inbound import ConversationRef, FormSubmission
from integrations.slack.elements import Json
from integrations.slack.heard import SlackRequest
from integrations.slack.manifest import RECORD_SHORTCUT
from integrations.slack.modal import modal
from integrations.slack.payloads import PrivateMetadata
from integrations.slack.web import SlackClient

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

# A trigger is good for three seconds from the press. https://docs.slack.dev/interactivity/handling-user-interaction
OPEN_TIMEOUT_S = 1.5

ITEM_ADD = "item add"
KEY_FIELD = "key"


def modal_for(form: Form, where: ConversationRef | None, via: str) -> Json:
    """*form* as a modal that knows where its answer belongs."""
    return modal(form) | {"private_metadata": PrivateMetadata(form.value, where, via).to_json()}


async def open_form(
    client: SlackClient, request: SlackRequest, form: Form, where: ConversationRef | None, via: str
) -> bool:
    """Open *form* before the person; False when the trigger is too old, or Slack too slow."""
    trigger = str(request.body.get("trigger_id", ""))
    if not trigger:
        return False
    try:
        async with asyncio.timeout(OPEN_TIMEOUT_S):
            token = request.installation.token
            await client.call(token, "views.open", trigger_id=trigger, view=modal_for(form, where, via))
    except (Rejected, Unavailable, TimeoutError) as problem:
        log.warning("a form could not be opened", action="slack.form_not_opened", kind=type(problem).__name__)
        return False
    return True


def record_form(words: str, link: str) -> Form:
    """The questions of "Record as item". The message's address travels along, to stand in the item."""
    title = " ".join(words.split())
    return Form(
        id=RECORD_SHORTCUT,
        title="Record as item",
        fields=(
            TextField(KEY_FIELD, "Key", hint="A short name nothing else has, such as WEB-99", max_length=40),
            TextField("title", "Title", initial=title[:150], max_length=150),
            TextField("summary", "Summary", initial=words[:2_000], multiline=True, optional=True, max_length=2_000),
            DateField("due", "Due", optional=True),
        ),
        value=link,
        submit="Record",
        intro=("It goes into the shared draft; nobody else sees it before it is published.",),
        words='item add WEB-99 title="What it is"',
    )


def as_item_add(sent: FormSubmission) -> FormSubmission:
    """The form of "Record as item" as the command it stands for."""
    filled = {name: words for name, words in sent.answers.items() if name != KEY_FIELD and words.strip()}
    link = {"url": sent.value} if sent.value else {}
    key = sent.answers.get(KEY_FIELD, "").strip()
    return replace(sent, form=ITEM_ADD, value=key, answers=filled | link)


def key_error(sent: FormSubmission) -> str:
    """What is wrong with the key in "Record as item", "" when nothing is."""
    key = sent.answers.get(KEY_FIELD, "").strip()
    return "A key is one word, without spaces." if len(key.split()) != 1 else ""
