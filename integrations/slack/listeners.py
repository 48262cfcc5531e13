"""Handles what people do in Slack and answers within three seconds.

slash command    the HTTP response is the reply
button, choice   runs the command; opens a form, or replies by a delivery
submitted form   shows errors in its fields, or replies by a delivery
message          goes to the inbox, which answers it

What takes longer than the budget goes to the inbox, so that a restart loses nothing.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import structlog

from integrations.plain.background import BackgroundTasks, Within, dispatch_within, within
from integrations.plain.render import error_text
from integrations.ports.cards import Card, DateField, Form, TextField, context, text
from integrations.ports.errors import Rejected, Unavailable
from integrations.ports.inbound import (
    Account,
    ButtonPress,
    CommandText,
    ConversationRef,
    Dispatch,
    FormSubmission,
    Reply,
)
from integrations.ports.platform import AdapterContext
from integrations.slack import manifest
from integrations.slack.client import SlackClient
from integrations.slack.files import SlackFileError, SlackFiles
from integrations.slack.forms import errors_by_field, modal
from integrations.slack.limits import MAX_HINT, MAX_VIEW_BLOCKS
from integrations.slack.manifest import RECORD_SHORTCUT
from integrations.slack.markup import Json, permalink
from integrations.slack.parsing import EventBuilder, Location, direct_conversation
from integrations.slack.payloads import PrivateMetadata, SlackRequest, first_field
from integrations.slack.render import LINK_OPENED, action_of, message
from integrations.slack.responses import OK, TRY_AGAIN, SlackResponse, ephemeral, field_errors, updated_view

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

# Of the three seconds that Slack waits. https://docs.slack.dev/interactivity/handling-user-interaction
BUDGET_S = 2.0

WORKING = Card("Working on it", (text("That takes a moment; the answer will appear here."),))
TRY_LATER = Card("Not possible right now", (text("Nothing was changed. Please say it again in a minute."),))
FILE_SENT = Card("Here you are", (text("The file is in our direct conversation."),))
FILE_LOST = Card(
    "That file did not arrive", (text("Slack did not give it to me. Nothing was changed; drop it here once more."),)
)
NO_TEXT = Card("Nothing to ask", (text("That message has no words that could be asked."),))


class SlackListeners:
    """One method for each kind of request."""

    def __init__(
        self,
        context: AdapterContext,
        client: SlackClient,
        events: EventBuilder,
        home: HomeTab,
        background: BackgroundTasks,
        *,
        command: str,
        budget_s: float = BUDGET_S,
        in_time: Within = within,
    ) -> None:
        self._context = context
        self._client = client
        self._events = events
        self._files = SlackFiles(client)
        self._home_tab = home
        self._background = background
        self._command = command
        self._budget_s = budget_s
        self._within = in_time

    async def command(self, request: SlackRequest) -> SlackResponse:
        try:
            return await self._command_now(request)
        except Unavailable as problem:
            log.warning("service unavailable", action="slack.not_now", reason=str(problem))
            return ephemeral(TRY_LATER, self._command)

    async def _command_now(self, request: SlackRequest) -> SlackResponse:
        started = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(self._budget_s):
                event, location = await self._events.command(request)
        except TimeoutError:
            return ephemeral(TRY_LATER, self._command)  # Slack did not say in time who it was
        reply = await self._dispatch_within(event, self._budget_s - (asyncio.get_running_loop().time() - started))
        if reply is None:
            return ephemeral(WORKING, self._command)
        if reply.form:
            if not await open_form(self._client, request, reply.form, event.conversation, event.via):
                await self._context.inbox.reply(event, reply)
            return OK
        if reply.file:
            await self._context.inbox.reply(event, reply)
            return ephemeral(FILE_SENT, self._command)
        return ephemeral(_with_invite_hint(reply.card, event, location), self._command)

    async def action(self, request: SlackRequest) -> SlackResponse:
        if action_of(str(request.body["actions"][0].get("action_id", ""))) == LINK_OPENED:
            return OK
        event = await self._events.action(request)
        reply = await self._dispatch_within(event, self._budget_s)
        if reply is None:
            return OK
        opened = reply.form and await open_form(self._client, request, reply.form, event.conversation, event.via)
        if not opened:
            await self._context.inbox.reply(event, reply)
        if (request.body.get("view") or {}).get("type") == "home":
            self._background.start(self._home_tab.show(request, event.account), "home")
        return OK

    async def submission(self, request: SlackRequest) -> SlackResponse:
        event, view = await self._events.submission(request), request.body["view"]
        if event.form == manifest.RECORD_SHORTCUT:
            if complaint := key_error(event):
                return field_errors({KEY_FIELD: complaint})
            event = as_item_add(event)
        reply = await self._dispatch_within(event, self._budget_s)
        if reply is None:
            return OK
        if reply.form:
            return _invalid_form(reply.form, event)
        if reply.exit and (field := first_field(view)):
            return field_errors({field: error_text(reply)[:MAX_HINT]})
        await self._context.inbox.reply(event, reply)
        return OK

    async def _dispatch_within(
        self, event: CommandText | ButtonPress | FormSubmission, budget_s: float
    ) -> Reply | None:
        return await dispatch_within(self._context, event, budget_s, self._background, in_time=self._within)

    async def shortcut(self, request: SlackRequest) -> SlackResponse:
        """https://docs.slack.dev/interactivity/implementing-shortcuts#messages"""
        match request.body.get("callback_id"):
            case manifest.ASK_SHORTCUT:
                return await self._ask(request)
            case manifest.RECORD_SHORTCUT:
                return await self._record(request)
            case _:
                return OK

    async def _ask(self, request: SlackRequest) -> SlackResponse:
        event = await self._events.question(request)
        if event.words.strip() == "ask":
            await self._context.inbox.reply(event, Reply(NO_TEXT))
        else:
            await self._context.inbox.enqueue(event)
        return OK

    async def _record(self, request: SlackRequest) -> SlackResponse:
        words = await self._events.message_text(request)
        form = record_form(words, _permalink(request))
        where = await self._events.conversation(request)
        if not await open_form(self._client, request, form, where, self._events.encrypted_response_url(request)):
            event = await self._events.question(request)
            await self._context.inbox.reply(replace(event, words=""), Reply(TRY_LATER))
        return OK

    async def message(self, request: SlackRequest) -> SlackResponse:
        """A mention or a direct message, with or without files."""
        if not request.body["event"].get("files"):
            await self._context.inbox.enqueue(await self._events.message(request))
            return OK
        # A download may take longer than Slack waits; then it continues in the background.
        fetching = self._background.start(self._message_with_files(request), "files")
        done = await self._within(fetching, self._budget_s)
        if not done:
            self._background.start(self._report_if_lost(request, fetching), "files")
        return TRY_AGAIN if done and not fetching.result() else OK

    async def _report_if_lost(self, request: SlackRequest, fetching: asyncio.Task[bool]) -> None:
        """Tell the person if the download failed: the event was acknowledged, so Slack will not repeat it."""
        if not await fetching:
            await self._context.inbox.reply(await self._events.message(request), Reply(FILE_LOST, exit=3))

    async def _message_with_files(self, request: SlackRequest) -> None:
        try:
            files = await self._files.fetch(request.installation, request.body["event"]["files"])
        except SlackFileError as refused:
            event = await self._events.message(request)
            await self._context.inbox.reply(event, Reply(Card("Not taken", (text(str(refused)),)), exit=2))
            return
        await self._context.inbox.enqueue(await self._events.message(request, files))

    async def home(self, request: SlackRequest) -> SlackResponse:
        """The Home tab was opened. https://docs.slack.dev/reference/events/app_home_opened"""
        event = request.body["event"]
        if event.get("tab") == "home":
            account = await self._events.account(request, str(event["user"]))
            self._background.start(self._home_tab.show(request, account), "home")
        return OK


def _invalid_form(form: Form, event: FormSubmission) -> SlackResponse:
    """The same form with its errors, or the next form if there are none."""
    errors = errors_by_field(form)
    return field_errors(errors) if errors else updated_view(modal_for(form, event.conversation, event.via))


def _with_invite_hint(card: Card, event: CommandText, location: Location) -> Card:
    """Tell a person who subscribes a channel that the bot must be invited first; it cannot post there yet."""
    if not event.words.casefold().startswith("subscribe") or location.channel is None or location.channel.is_member:
        return card
    return replace(card, blocks=(*card.blocks, context("I am not in this channel yet. Type: /invite @Handshake")))


def _permalink(request: SlackRequest) -> str:
    """The permalink of the message that a shortcut was used on, or ""."""
    channel = str((request.body.get("channel") or {}).get("id", ""))
    message = request.body.get("message") or {}
    return permalink(request.installation.url, channel, str(message.get("ts", "")), str(message.get("thread_ts", "")))


# A trigger id expires three seconds after the press. https://docs.slack.dev/interactivity/handling-user-interaction
OPEN_TIMEOUT_S = 1.5

ITEM_ADD = "item add"
KEY_FIELD = "key"


def modal_for(form: Form, where: ConversationRef | None, via: str) -> Json:
    """*form* as a modal with the conversation its answer belongs to."""
    return modal(form) | {"private_metadata": PrivateMetadata(form.value, where, via).to_json()}


async def open_form(
    client: SlackClient, request: SlackRequest, form: Form, where: ConversationRef | None, via: str
) -> bool:
    """Open *form* as a modal; False if the trigger has expired or Slack is too slow."""
    trigger = str(request.body.get("trigger_id", ""))
    if not trigger:
        return False
    try:
        async with asyncio.timeout(OPEN_TIMEOUT_S):
            token = request.installation.token
            await client.call(token, "views.open", trigger_id=trigger, view=modal_for(form, where, via))
    except (Rejected, Unavailable, TimeoutError) as problem:
        log.warning("form not opened", action="slack.form_not_opened", kind=type(problem).__name__)
        return False
    return True


def record_form(words: str, link: str) -> Form:
    """The form of "Record as item". Its value is the message's permalink, which becomes the item's link."""
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


def as_item_add(submission: FormSubmission) -> FormSubmission:
    """The submitted "Record as item" as the form of `item add`."""
    filled = {name: words for name, words in submission.answers.items() if name != KEY_FIELD and words.strip()}
    link = {"url": submission.value} if submission.value else {}
    key = submission.answers.get(KEY_FIELD, "").strip()
    return replace(submission, form=ITEM_ADD, value=key, answers=filled | link)


def key_error(submission: FormSubmission) -> str:
    """What is wrong with the key in "Record as item", or ""."""
    key = submission.answers.get(KEY_FIELD, "").strip()
    return "A key is one word, without spaces." if len(key.split()) != 1 else ""


# The sections of the Home tab. Commands that fail (nothing published yet, unknown person) are left out.
HOME_COMMANDS = ("home", "current", "me items")


class HomeTab:
    """Builds the Home tab from the replies of `HOME_COMMANDS`."""

    def __init__(self, client: SlackClient, dispatch: Dispatch, command: str) -> None:
        self._client = client
        self._dispatch = dispatch
        self._command = command

    async def show(self, request: SlackRequest, account: Account) -> None:
        """Publish the Home tab of *account*. Errors are only logged; reopening the tab retries."""
        blocks = await self._blocks(request, account)
        if not blocks:
            return
        view = {"type": "home", "blocks": blocks}
        try:
            await self._client.call(request.installation.token, "views.publish", user_id=account.external_id, view=view)
        except (Rejected, Unavailable) as problem:
            log.warning("Home tab not published", action="slack.home_not_shown", kind=type(problem).__name__)

    async def _blocks(self, request: SlackRequest, account: Account) -> list[Json]:
        """The view's blocks; none if the person sent too many commands. The rate limit counts the tab as one command."""
        where = direct_conversation(request.team, account.external_id)
        blocks: list[Json] = []
        for words in HOME_COMMANDS:
            counted = words != HOME_COMMANDS[0]
            reply = await self._dispatch(CommandText(account=account, conversation=where, words=words, counted=counted))
            if "retry_after" in reply.facts:
                return []
            if reply.exit == 0:
                blocks += [{"type": "divider"}] if blocks else []
                blocks += message(reply.card, root=self._command)["blocks"]
        return blocks[:MAX_VIEW_BLOCKS] or message(reply.card, root=self._command)["blocks"]
