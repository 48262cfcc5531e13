"""What people do in Slack, and its answer within three seconds.

slash command    answered in the HTTP answer itself
button, choice   carried out; a form is opened, anything else is answered through the ledger
form sent off    errors stand in its fields, anything else is answered through the ledger
message          written down, understood; the desk answers it

What takes longer than the budget is written down and handed to the desk as it stands: a stop loses nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import structlog

from integrations.ports.cards import Card, DateField, Form, TextField, context, text
from integrations.ports.errors import Rejected, Unavailable
from integrations.ports.inbound import (
    Account,
    CommandText,
    ConversationRef,
    Dispatch,
    FormSubmission,
    InboundEvent,
    Reply,
)
from integrations.ports.platform import AdapterContext
from integrations.slack import manifest
from integrations.slack.background import SlackBackgroundTasks
from integrations.slack.client import SlackClient
from integrations.slack.events import EventBuilder, Location, direct_conversation
from integrations.slack.files import SlackFileError, SlackFiles
from integrations.slack.forms import errors_by_field, modal
from integrations.slack.limits import MAX_HINT, MAX_VIEW_BLOCKS
from integrations.slack.manifest import RECORD_SHORTCUT
from integrations.slack.markup import Json
from integrations.slack.parsing import PrivateMetadata, SlackRequest, first_field
from integrations.slack.render import LINK_OPENED, action_of, message
from integrations.slack.responses import OK, TRY_AGAIN, SlackResponse, ephemeral, field_errors, updated_view

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

# Of the three seconds that Slack waits. https://docs.slack.dev/interactivity/handling-user-interaction
BUDGET_S = 2.0

# Whether that is done within so many seconds.
Within = Callable[[asyncio.Future[Any], float], Awaitable[bool]]

WORKING = Card("Working on it", (text("That takes a moment; the answer will appear here."),))
TRY_LATER = Card("Not possible right now", (text("Nothing was changed. Please say it again in a minute."),))
FILE_SENT = Card("Here you are", (text("The file is in our direct conversation."),))
FILE_LOST = Card(
    "That file did not arrive", (text("Slack did not give it to me. Nothing was changed; drop it here once more."),)
)
NO_TEXT = Card("Nothing to ask", (text("That message has no words that could be asked."),))


async def within(begun: asyncio.Future[Any], seconds: float) -> bool:
    """True as soon as *begun* is done, False after so long. It goes on in either case."""
    done, _ = await asyncio.wait({begun}, timeout=max(seconds, 0))
    return bool(done)


class SlackListeners:
    """One method for each thing that people do."""

    def __init__(
        self,
        context: AdapterContext,
        client: SlackClient,
        events: EventBuilder,
        home: HomeTab,
        background: SlackBackgroundTasks,
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

    # ── slash command ────────────────────────────────────────────────────────────────────────────────────────────────

    async def command(self, request: SlackRequest) -> SlackResponse:
        try:
            return await self._command_now(request)
        except Unavailable as problem:
            log.warning("not now", action="slack.not_now", reason=str(problem))
            return ephemeral(TRY_LATER, self._command)

    async def _command_now(self, request: SlackRequest) -> SlackResponse:
        began = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(self._budget_s):
                event, location = await self._events.command(request)
        except TimeoutError:
            return ephemeral(TRY_LATER, self._command)  # Slack did not tell in time who it was
        reply = await self._dispatch_within(event, self._budget_s - (asyncio.get_running_loop().time() - began))
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

    # ── buttons, choices, forms ──────────────────────────────────────────────────────────────────────────────────────

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
            return field_errors({field: _error_text(reply)})
        await self._context.inbox.reply(event, reply)
        return OK

    async def _dispatch_within(self, event: InboundEvent, within_s: float) -> Reply | None:
        """The answer to *event*; None when it takes longer than Slack waits. Then the desk has it, and a stop loses nothing.

        It is not broken off: what was begun in the store is brought to its end, and nothing is done twice.
        """
        begun = asyncio.ensure_future(self._context.dispatch(event))
        if await self._within(begun, within_s):
            return begun.result()
        try:
            await self._context.inbox.enqueue(event, begun)
        except Unavailable:
            self._background.start(_finish(begun), "dispatch")
            raise
        return None

    # ── message shortcuts ────────────────────────────────────────────────────────────────────────────────────────────

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

    # ── what is said ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def message(self, request: SlackRequest) -> SlackResponse:
        """A mention, or a word to us directly, files beside it or not."""
        said = request.body["event"]
        if not said.get("files"):
            await self._context.inbox.enqueue(await self._events.message(request))
            return OK
        # A download may take longer than Slack waits; then it goes on, and is finished before the door closes.
        fetching = self._background.start(self._message_with_files(request), "files")
        done = await self._within(fetching, self._budget_s)
        if not done:
            self._background.start(self._report_if_lost(request, fetching), "files")
        return TRY_AGAIN if done and not fetching.result() else OK

    async def _report_if_lost(self, request: SlackRequest, fetching: asyncio.Task[bool]) -> None:
        """Slack believes that we have it, so it will not come again by itself."""
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


async def _finish(begun: Awaitable[Reply]) -> None:
    """Nobody hears the answer, but what it changed is changed."""
    await begun


def _invalid_form(form: Form, event: FormSubmission) -> SlackResponse:
    """The form once more: what is wrong stands in its fields; without errors it is another form."""
    wrong = errors_by_field(form)
    return field_errors(wrong) if wrong else updated_view(modal_for(form, event.conversation, event.via))


def _error_text(reply: Reply) -> str:
    said = str(reply.facts.get("error") or reply.card.title)
    tries = reply.facts.get("try")
    hints = f" Try: {' or '.join(map(str, tries))}" if isinstance(tries, list) and tries else ""
    return f"{said}{hints}"[:MAX_HINT]


def _with_invite_hint(card: Card, event: CommandText, location: Location) -> Card:
    """Nothing can be posted in a room that we are not in; who subscribes one should not find that out by waiting."""
    if not event.words.casefold().startswith("subscribe") or location.channel is None or location.channel.is_member:
        return card
    return replace(card, blocks=(*card.blocks, context("I am not in this channel yet. Type: /invite @Handshake")))


def _permalink(request: SlackRequest) -> str:
    """The message's permalink. https://docs.slack.dev/interactivity/deep-linking"""
    channel = (request.body.get("channel") or {}).get("id", "")
    stamp = str((request.body.get("message") or {}).get("ts", "")).replace(".", "")
    site = request.installation.url.rstrip("/")
    return f"{site}/archives/{channel}/p{stamp}" if site.startswith("https://") and channel and stamp else ""


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


# What stands there, from top to bottom; what is refused (nothing published yet, not known yet) is left out.
HOME_COMMANDS = ("home", "current", "me items")


class HomeTab:
    """Puts the Home tab together from what the same words would answer."""

    def __init__(self, client: SlackClient, dispatch: Dispatch, command: str) -> None:
        self._client = client
        self._dispatch = dispatch
        self._command = command

    async def show(self, request: SlackRequest, account: Account) -> None:
        """Show *account* its own Home. What goes wrong is logged: opening the tab again is all it takes."""
        view = {"type": "home", "blocks": await self._blocks(request, account)}
        try:
            await self._client.call(request.installation.token, "views.publish", user_id=account.external_id, view=view)
        except (Rejected, Unavailable) as problem:
            log.warning("the Home tab was not shown", action="slack.home_not_shown", kind=type(problem).__name__)

    async def _blocks(self, request: SlackRequest, account: Account) -> list[Json]:
        where = direct_conversation(request.team, account.external_id)
        found: list[Json] = []
        for words in HOME_COMMANDS:
            reply = await self._dispatch(CommandText(account=account, conversation=where, words=words))
            if reply.exit == 0:
                found += [{"type": "divider"}] if found else []
                found += message(reply.card, root=self._command)["blocks"]
        return found[:MAX_VIEW_BLOCKS] or message(reply.card, root=self._command)["blocks"]
