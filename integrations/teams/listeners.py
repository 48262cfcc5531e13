"""Turns what people do in Teams into events: messages go to the inbox, invokes are answered while Teams waits."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Protocol

import structlog

from integrations.plain.background import BackgroundTasks, dispatch_within
from integrations.plain.text import MAX_NAME
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
from integrations.teams.config import PLATFORM
from integrations.teams.conversations import TeamsConversation, TeamsConversations
from integrations.teams.files import MAX_FILES, FileConsent, FileUploadFailed, TeamsFileError, TeamsFiles
from integrations.teams.identity import WORKSPACE, TeamsIdentities
from integrations.teams.markup import Json, readable_text
from integrations.teams.membership import TeamsMembership, conversation_ref
from integrations.teams.parsing import TeamsActivity, with_mentions
from integrations.teams.responses import TeamsResponse, card_response, dialog_response, message_response, task_response
from integrations.teams.send import command_prefix

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

BUDGET_S = 2.0  # the shortest timeout that Teams documents is 5 s, including the network
UPDATE_TIMEOUT_S = 2.0

WORKING = "I am on it. The answer comes in a moment, as a message."
AS_MESSAGE = "The answer comes as a message."


@dataclass(frozen=True)
class TeamsListeners:
    """One method for each kind of activity."""

    context: AdapterContext
    conversations: TeamsConversations
    identities: TeamsIdentities
    membership: TeamsMembership
    files: TeamsFiles
    invoke_handler: InvokeHandler
    background: BackgroundTasks

    async def message(self, activity: TeamsActivity) -> None:
        """A message to the bot: stored in the inbox, and answered where it was written."""
        if not activity.sender or activity.sender == activity.bot:
            return
        reference = await self.conversations.remember(activity)
        account = await self.identities.account(activity)
        reference = await self.membership.refresh(reference, account)
        event = MessageText(
            account=account,
            conversation=conversation_ref(reference, activity.thread),
            event_id=activity.key,
            truncated=activity.truncated,
            text=await self._text(activity),
        )
        try:
            files = await self._files(activity)
        except TeamsFileError as problem:
            await self.context.inbox.reply(event, Reply(problem.card))
            return
        await self.context.inbox.enqueue(replace(event, files=files))

    async def _text(self, activity: TeamsActivity) -> str:
        """The text as its author saw it, with e-mail addresses in place of mentions, because commands expect those."""
        emails = await asyncio.gather(*(self.identities.email_of(activity, one.account) for one in activity.mentions))
        named = [
            (mention.words, email or f"@{mention.name[:MAX_NAME]}")
            for mention, email in zip(activity.mentions, emails, strict=True)
        ]
        return readable_text(with_mentions(activity.text, named))

    async def _files(self, activity: TeamsActivity) -> tuple[Attachment, ...]:
        # Bots only receive files in a personal chat; a channel's files are in SharePoint, which the bot cannot read.
        # https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4
        dropped = activity.files[:MAX_FILES] if activity.direct else ()
        return tuple(await asyncio.gather(*(self.files.fetch(file) for file in dropped)))

    async def conversation_update(self, activity: TeamsActivity) -> None:
        await self.membership.changed(activity)

    async def installation_update(self, activity: TeamsActivity) -> None:
        """Greet a person who added the bot to a personal chat. Teams get no greeting."""
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
        """A button or a dialog. Teams waits for the answer, so the members are refreshed in the background."""
        reference = await self.conversations.remember(activity)
        account = await self.identities.account(activity)
        self.background.start(self.membership.refresh(reference, account), "members")
        return await self.invoke_handler.handle(
            activity, account, conversation_ref(reference, activity.thread), reference
        )


class TeamsPlatform(ChatPlatform, Protocol):
    """A ChatPlatform with the messages that only Teams has."""

    async def send_attachment(self, where: TeamsConversation, attachment: Json) -> None: ...

    async def send_text(self, where: TeamsConversation, words: str, thread: str = "") -> None: ...


class InvokeHandler:
    """Answers invokes: buttons, dialogs and file consents."""

    def __init__(
        self,
        context: AdapterContext,
        chat: TeamsPlatform,
        file_consent: FileConsent,
        background: BackgroundTasks,
        *,
        budget_s: float = BUDGET_S,
    ) -> None:
        self._context = context
        self._chat = chat
        self._file_consent = file_consent
        self._background = background
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
            # Teams wants its answer before the upload is done.
            self._background.start(self._upload_offered(activity, reference), "upload")
        else:
            await self._file_consent.declined(activity)

    async def _upload_offered(self, activity: TeamsActivity, reference: TeamsConversation) -> None:
        try:
            await self._chat.send_attachment(reference, await self._file_consent.accepted(activity))
        except FileUploadFailed as problem:
            await self._chat.send_text(reference, str(problem))

    async def _pressed(self, activity: TeamsActivity, event: ButtonPress | FormSubmission, root: str) -> TeamsResponse:
        reply = await dispatch_within(self._context, event, self._budget_s, self._background)
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
        """Update the card for everyone, not only for the person who pressed; if that fails, post the reply."""
        where = Address(PLATFORM, WORKSPACE, event.conversation.id, event.conversation.thread)
        try:
            async with asyncio.timeout(UPDATE_TIMEOUT_S):
                await self._chat.update(where, activity.reply_to, reply.card, tag)
        except (Unavailable, Rejected, TimeoutError) as error:
            log.warning("card not updated", action="teams.not_replaced", reason=str(error) or "timeout")
            await self._context.inbox.reply(event, reply)

    async def _dialog(self, event: ButtonPress | FormSubmission, root: str, *, fetched: bool) -> TeamsResponse:
        reply = await dispatch_within(self._context, event, self._budget_s, self._background)
        if reply is None:
            return task_response("message", WORKING)
        if reply.form:
            return dialog_response(reply.form.title, teams_form.form(reply.form, dialog=True))
        if reply.file or (not reply.private and not fetched):
            await self._context.inbox.reply(event, reply)
            return task_response("message", AS_MESSAGE)
        return dialog_response(reply.card.title, render.card(reply.card, root=root, dialog=True))


def _event(
    activity: TeamsActivity, data: object, account: Account, place: ConversationRef
) -> ButtonPress | FormSubmission:
    """The event for a button's *data*. Foreign data becomes an unknown action."""
    ours = data if isinstance(data, dict) else {}
    if "form" in ours:
        form, value, answers = teams_form.read_submission(ours)
        return FormSubmission(
            account=account, conversation=place, event_id=activity.key, form=form, value=value, answers=answers
        )
    action, value = render.read_action(ours)
    return ButtonPress(account=account, conversation=place, event_id=activity.key, action=action, value=value)


def _delivery_tag(activity: TeamsActivity) -> str:
    """The delivery that the pressed card belongs to."""
    match activity.value.get("action"):
        case {"data": {"delivery": str(tag)}}:
            return tag
        case _:
            return ""
