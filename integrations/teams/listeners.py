"""What Teams sends becomes an event of the house: written down for the desk, or answered while Teams waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Protocol

import structlog

from integrations.ports.chat import Address, ChatPlatform
from integrations.ports.errors import Rejected, Unavailable
from integrations.ports.inbound import (
    Account,
    Attachment,
    ButtonPress,
    ConversationRef,
    FormSubmission,
    MessageText,
    Reply,
)
from integrations.ports.platform import AdapterContext
from integrations.teams import forms as teams_form
from integrations.teams import render
from integrations.teams.conversations import TeamsConversation, TeamsConversations
from integrations.teams.files import FileConsent, FileUploadFailed, TeamsFileError, TeamsFiles
from integrations.teams.identity import PLATFORM, WORKSPACE, TeamsIdentities
from integrations.teams.markup import Json
from integrations.teams.membership import TeamsMembership, conversation_ref
from integrations.teams.parsing import TeamsActivity
from integrations.teams.responses import TeamsResponse, card_response, dialog_response, message_response, task_response
from integrations.teams.send import command_prefix

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


@dataclass(frozen=True)
class TeamsListeners:
    """The ears of the house in Teams."""

    context: AdapterContext
    conversations: TeamsConversations
    identities: TeamsIdentities
    membership: TeamsMembership
    files: TeamsFiles
    invoke_handler: InvokeHandler
    in_background: Callable[[Coroutine[Any, Any, None]], None]

    async def message(self, activity: TeamsActivity) -> None:
        """Something said to us: written down, and answered in its place."""
        if not activity.sender or activity.sender == activity.bot:
            return
        reference = await self.conversations.remember(activity)
        account = await self.identities.account(activity)
        reference = await self.membership.refresh(reference, account)
        event = MessageText(
            account=account,
            conversation=conversation_ref(reference, activity.thread),
            event_id=activity.key,
            text=await self._text(activity),
        )
        try:
            files = await self._files(activity)
        except TeamsFileError as problem:
            await self.context.inbox.reply(event, Reply(problem.card))
            return
        await self.context.inbox.enqueue(_with(event, files))

    async def _text(self, activity: TeamsActivity) -> str:
        """What was said; people we know read as their e-mail, which is how commands name them."""
        words = activity.text
        for each in activity.mentions:
            email = await self.context.accounts.email_of(PLATFORM, WORKSPACE, each.account)
            words = words.replace(each.words, email or f"@{each.name}")
        return words

    async def _files(self, activity: TeamsActivity) -> tuple[Attachment, ...]:
        # Only a personal chat hands files over; in a channel they lie in its SharePoint, out of our reach.
        # https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4
        dropped = activity.files if activity.direct else ()
        return tuple(await asyncio.gather(*(self.files.fetch(each) for each in dropped)))

    async def conversation_update(self, activity: TeamsActivity) -> None:
        await self.membership.changed(activity)

    async def installation_update(self, activity: TeamsActivity) -> None:
        """Somebody who added us for themselves is shown the way in; a team hears nothing before it asks."""
        reference = await self.membership.installed(activity)
        if reference is None or not reference.account:
            return
        account = await self.identities.account(activity)
        await self.membership.refresh(reference, account)
        await self.context.inbox.enqueue(
            MessageText(
                account=account, conversation=conversation_ref(reference), event_id=f"hello|{activity.key}", text=""
            )
        )

    async def invoke(self, activity: TeamsActivity) -> TeamsResponse:
        """A press or a dialog: Teams waits for the answer, so who else sits there is looked at meanwhile."""
        reference = await self.conversations.remember(activity)
        account = await self.identities.account(activity)
        self.in_background(self._refresh(reference, account))
        return await self.invoke_handler.handle(
            activity, account, conversation_ref(reference, activity.thread), reference
        )

    async def _refresh(self, reference: TeamsConversation, account: Account) -> None:
        await self.membership.refresh(reference, account)


def _with(event: MessageText, files: tuple[Attachment, ...]) -> MessageText:
    return MessageText(
        account=event.account, conversation=event.conversation, event_id=event.event_id, text=event.text, files=files
    )


BUDGET_S = 2.0  # Teams names no figure for all kinds; 5 s is the shortest it documents, the way here included
UPDATE_TIMEOUT_S = 2.0

WORKING = "I am on it. The answer comes in a moment, as a message."
AS_MESSAGE = "The answer comes as a message."


class TeamsPlatform(ChatPlatform, Protocol):
    """The way out, with what only Teams has."""

    async def send_attachment(self, where: TeamsConversation, attachment: Json) -> None: ...

    async def send_text(self, where: TeamsConversation, words: str, thread: str = "") -> None: ...


class InvokeHandler:
    """Answers them. *later* runs what goes on after Teams had its answer."""

    def __init__(
        self,
        context: AdapterContext,
        chat: TeamsPlatform,
        file_consent: FileConsent,
        in_background: Callable[[Coroutine[Any, Any, None]], None],
        *,
        budget_s: float = BUDGET_S,
    ) -> None:
        self._context = context
        self._chat = chat
        self._file_consent = file_consent
        self._in_background = in_background
        self._budget_s = budget_s

    async def handle(
        self, activity: TeamsActivity, account: Account, place: ConversationRef, reference: TeamsConversation
    ) -> TeamsResponse:
        root = command_prefix(reference)
        match activity.name:
            case "adaptiveCard/action":
                pressed = activity.value.get("action")
                data = pressed.get("data") if isinstance(pressed, dict) else None
                return await self._pressed(activity, _event(activity, data, account, place), root)
            case "task/fetch" | "task/submit":
                event = _event(activity, activity.value.get("data"), account, place)
                return await self._dialog(event, root, fetched=activity.name == "task/fetch")
            case "fileConsent/invoke":
                await self._consent(activity, reference)
                return TeamsResponse(200)
            case _:
                return TeamsResponse(501)

    async def _consent(self, activity: TeamsActivity, reference: TeamsConversation) -> None:
        if activity.value.get("action") == "accept":
            self._in_background(
                self._upload_offered(activity, reference)
            )  # Teams wants its answer before the upload is done
        else:
            await self._file_consent.declined(activity)

    async def _upload_offered(self, activity: TeamsActivity, reference: TeamsConversation) -> None:
        try:
            await self._chat.send_attachment(reference, await self._file_consent.accepted(activity))
        except FileUploadFailed as problem:
            await self._chat.send_text(reference, str(problem))

    async def _dispatch_within(self, event: ButtonPress | FormSubmission) -> Reply | None:
        """The reply if it comes in time; otherwise the desk has it and sends it as a message, also after a stop."""
        under_way = asyncio.ensure_future(self._context.dispatch(event))
        done, _ = await asyncio.wait({under_way}, timeout=self._budget_s)
        if done:
            return under_way.result()
        try:
            await self._context.inbox.enqueue(event, under_way)
        except Unavailable:
            self._in_background(_finish(under_way))
            raise
        return None

    async def _pressed(self, activity: TeamsActivity, event: ButtonPress | FormSubmission, root: str) -> TeamsResponse:
        reply = await self._dispatch_within(event)
        if reply is None:
            return message_response(WORKING)
        if reply.form:
            return card_response(teams_form.form(reply.form))
        if reply.file:
            await self._context.inbox.reply(event, reply)
            return message_response(AS_MESSAGE)
        tag = _delivery_tag(activity)
        if not reply.private:
            await self._update_for_all(activity, event, reply, tag)
        return card_response(render.card(reply.card, tag, root))

    async def _update_for_all(
        self, activity: TeamsActivity, event: ButtonPress | FormSubmission, reply: Reply, tag: str
    ) -> None:
        """Replace the card for everybody, not only for whoever pressed; failing that, say it beside the card."""
        where = Address(PLATFORM, WORKSPACE, event.conversation.id, event.conversation.thread)
        try:
            async with asyncio.timeout(UPDATE_TIMEOUT_S):
                await self._chat.update(where, activity.reply_to, reply.card, tag)
        except (Unavailable, Rejected, TimeoutError) as error:
            log.warning("a card was not replaced", action="teams.not_replaced", reason=str(error) or "timeout")
            await self._context.inbox.reply(event, reply)

    async def _dialog(self, event: ButtonPress | FormSubmission, root: str, *, fetched: bool) -> TeamsResponse:
        reply = await self._dispatch_within(event)
        if reply is None:
            return task_response("message", WORKING)
        if reply.form:
            return dialog_response(reply.form.title, teams_form.form(reply.form, dialog=True))
        if reply.file or (not reply.private and not fetched):
            await self._context.inbox.reply(event, reply)
            return task_response("message", AS_MESSAGE)
        return dialog_response(reply.card.title, render.card(reply.card, root=root, dialog=True))


async def _finish(under_way: asyncio.Future[Reply]) -> None:
    """Nobody hears the answer, but what it changed is changed."""
    await under_way


def _event(
    activity: TeamsActivity, data: object, account: Account, place: ConversationRef
) -> ButtonPress | FormSubmission:
    """What *data* of a button asks for; what is not ours becomes an action that nobody knows."""
    ours = data if isinstance(data, dict) else {}
    if "form" in ours:
        form, value, answers = teams_form.read_submission(ours)
        return FormSubmission(
            account=account, conversation=place, event_id=activity.key, form=form, value=value, answers=answers
        )
    action, value = render.read_action(ours)
    return ButtonPress(account=account, conversation=place, event_id=activity.key, action=action, value=value)


def _delivery_tag(activity: TeamsActivity) -> str:
    """Which delivery the pressed card came with."""
    match activity.value.get("action"):
        case {"data": {"delivery": str(tag)}}:
            return tag
        case _:
            return ""
