"""Cards to Teams, through the Bot Connector.

@account          a personal conversation, made when there is none yet
a channel         a new thread for every card, or a reply in the thread that is named
only_for          said in the personal conversation; the room is told that, or how to get one

A button carries the delivery it came with, so a card that stands twice acts once.
"""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import quote

import structlog
from botbuilder.schema import Activity, ChannelAccount, ConversationAccount, ConversationParameters
from botbuilder.schema import Attachment as Enclosure
from msrest.exceptions import ClientException

from integrations.ports.cards import Card, text
from integrations.ports.chat import Address
from integrations.ports.errors import Rejected, Unavailable
from integrations.ports.inbound import Attachment
from integrations.teams import render
from integrations.teams.client import TeamsClient, unreadable_answer
from integrations.teams.config import TeamsConfig
from integrations.teams.conversations import TeamsConversation, TeamsConversations, guess_sort
from integrations.teams.errors import Throttled
from integrations.teams.files import FileConsent
from integrations.teams.markup import Json
from integrations.teams.parsing import PERSONAL
from integrations.teams.render import CARD_TYPE

T = TypeVar("T")
log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

# 60 in 30 s to one conversation: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit
SPACING = timedelta(seconds=0.55)
MAX_BACKOFF_S = 64

ANSWERED_PRIVATELY = "I answered that in our chat, where only you can read it."
ADD_THE_APP = (
    "That answer is for you alone, and we have no chat yet. Open Apps in Teams, choose Handshake, press Add, "
    "and ask me there."
)


class TeamsChat:
    """A ChatPlatform. The Connector cannot list messages, so an uncertain post is sent again: at least once."""

    name = "teams"
    can_find = False
    spacing = SPACING

    def __init__(
        self, config: TeamsConfig, client: TeamsClient, conversations: TeamsConversations, file_consent: FileConsent
    ) -> None:
        self._config = config
        self._client = client
        self._conversations = conversations
        self._file_consent = file_consent
        self._throttled: dict[str, int] = {}  # refusals in a row, by conversation

    async def post(self, to: Address, card: Card, tag: str, file: Attachment | None = None) -> str:
        if to.only_for:
            await self._post_privately(to, card, tag, file)
            return ""
        where = await self._reference(to.conversation)
        return await self._post(where, to.thread, await self._with_file_offer(where, card, tag, file), tag)

    async def update(self, to: Address, remote_id: str, card: Card, tag: str) -> None:
        where = await self._reference(to.conversation)
        conversation = self._thread_id(where, to.thread or remote_id)
        activity = self._activity(where, conversation, card, tag)
        activity.id = remote_id
        call = self._client.connector(where.service_url).conversations.update_activity(
            conversation, remote_id, activity
        )
        await self._call(where, call)

    async def delete(self, to: Address, remote_id: str) -> None:
        where = await self._reference(to.conversation)
        conversation = self._thread_id(where, to.thread or remote_id)
        conversations = self._client.connector(where.service_url).conversations
        try:
            await self._call(where, conversations.delete_activity(conversation, remote_id))
        except Rejected as refused:
            if refused.closes_place or not refused.reason.startswith("404"):
                raise

    async def find(self, to: Address, tag: str, since: datetime) -> str | None:  # noqa: ARG002
        return None

    def link(self, to: Address, remote_id: str) -> str:
        """https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/deep-link-teams"""
        if not self._config.is_public or not to.conversation.startswith("19:"):
            return ""
        message = f"{quote(to.conversation, safe='')}/{quote(remote_id, safe='')}"
        parent = quote(to.thread or remote_id, safe="")
        return f"https://teams.microsoft.com/l/message/{message}?tenantId={self._config.tenant_id}&parentMessageId={parent}"

    async def _reference(self, conversation: str) -> TeamsConversation:
        """Where that conversation is reached; a personal one is made when there is none yet."""
        if conversation.startswith("@"):
            return await self._direct(conversation.removeprefix("@"))
        known = await self._conversations.find(conversation)
        if known is None:
            anywhere = await self._any_conversation()
            known = TeamsConversation(conversation, guess_sort(conversation), anywhere.service_url, self._bot(anywhere))
        return known

    async def _any_conversation(self) -> TeamsConversation:
        newest = await self._conversations.newest()
        if newest is None:
            raise Rejected("nobody has added Handshake to Teams yet, so there is no way to reach it")
        return newest

    def _bot(self, reference: TeamsConversation) -> str:
        return reference.bot or self._config.bot_account

    async def _direct(self, account: str) -> TeamsConversation:
        """The personal conversation with *account*. Making it again gives the same one."""
        known = await self._conversations.find_direct(account)
        if known:
            return known
        anywhere = await self._any_conversation()
        wanted = ConversationParameters(
            is_group=False,
            bot=ChannelAccount(id=self._bot(anywhere)),
            members=[ChannelAccount(id=account)],
            tenant_id=self._config.tenant_id or anywhere.tenant,
            channel_data={"tenant": {"id": self._config.tenant_id or anywhere.tenant}},
        )
        call = self._client.connector(anywhere.service_url).conversations.create_conversation(wanted)
        made = await self._call(anywhere, call)
        reference = TeamsConversation(
            made.id, PERSONAL, anywhere.service_url, self._bot(anywhere), tenant=anywhere.tenant, account=account
        )
        await self._conversations.save(reference)
        return reference

    async def _post(self, where: TeamsConversation, thread: str, card: Card, tag: str) -> str:
        conversations = self._client.connector(where.service_url).conversations
        if where.is_channel and not thread:
            made = await self._call(where, conversations.create_conversation(self._new_thread(where, card, tag)))
            return str(made.activity_id or made.id.partition(";messageid=")[2])
        conversation = self._thread_id(where, thread)
        return await self._send(where, conversation, self._activity(where, conversation, card, tag))

    def _new_thread(self, where: TeamsConversation, card: Card, tag: str) -> ConversationParameters:
        tenant = self._config.tenant_id or where.tenant
        return ConversationParameters(
            is_group=True,
            bot=ChannelAccount(id=self._bot(where)),
            activity=self._activity(where, where.conversation, card, tag),
            tenant_id=tenant,
            channel_data={"channel": {"id": where.conversation}, "tenant": {"id": tenant}},
        )

    def _thread_id(self, where: TeamsConversation, message: str) -> str:
        return f"{where.conversation};messageid={message}" if where.is_channel and message else where.conversation

    def _activity(self, where: TeamsConversation, conversation: str, card: Card, tag: str) -> Activity:
        drawn = Enclosure(content_type=CARD_TYPE, content=render.card(card, tag, command_prefix(where)))
        return self._message(where, conversation, summary=render.summary(card), attachments=[drawn])

    def _message(self, where: TeamsConversation, conversation: str, **more: object) -> Activity:
        return Activity(
            type="message",
            from_property=ChannelAccount(id=self._bot(where)),
            conversation=ConversationAccount(id=conversation),
            **more,
        )

    async def _with_file_offer(self, where: TeamsConversation, card: Card, tag: str, file: Attachment | None) -> Card:
        """*card*, with the offer of *file* before it where Teams lets a bot hand files over: in a personal chat."""
        if file is None:
            return card
        if where.sort != PERSONAL:
            return Card(card.title, (*card.blocks, text(f"Ask me in our chat, and I hand {file.name} over there.")))
        try:
            await self.send_attachment(where, await self._file_consent.offer(tag, file))
        except Rejected as refused:
            if refused.closes_place:
                raise
            log.warning("a file cannot be offered", action="teams.not_offered", reason=refused.reason)
            return Card(card.title, (*card.blocks, text(f"Teams does not let me hand {file.name} over.")))
        return card

    async def send_attachment(self, where: TeamsConversation, attachment: Json) -> None:
        """Send an attachment of Teams' own by itself."""
        part = Enclosure(
            content_type=attachment["contentType"],
            name=attachment["name"],
            content=attachment["content"],
            content_url=attachment.get("contentUrl"),
        )
        await self._send(where, where.conversation, self._message(where, where.conversation, attachments=[part]))

    async def _post_privately(self, to: Address, card: Card, tag: str, file: Attachment | None) -> None:
        try:
            where = await self._direct(to.only_for)
            await self._post(where, "", await self._with_file_offer(where, card, tag, file), tag)
        except Rejected as refused:
            if not refused.closes_place:
                raise
            await self._send_line(to, ADD_THE_APP)
            return
        try:
            await self._send_line(to, ANSWERED_PRIVATELY)
        except (Unavailable, Rejected) as error:  # the answer stands; saying where must not send it again
            log.info("the room was not told", action="teams.not_told", reason=str(error))

    async def _send_line(self, to: Address, words: str) -> None:
        """One line where it was asked."""
        await self.send_text(await self._reference(to.conversation), words, to.thread)

    async def send_text(self, where: TeamsConversation, words: str, thread: str = "") -> None:
        """One line of plain text."""
        conversation = self._thread_id(where, thread)
        await self._send(where, conversation, self._message(where, conversation, text=words, text_format="plain"))

    async def _send(self, where: TeamsConversation, conversation: str, activity: Activity) -> str:
        conversations = self._client.connector(where.service_url).conversations
        sent = await self._call(where, conversations.send_to_conversation(conversation, activity))
        return str(sent.id)

    async def _call(self, where: TeamsConversation, call: Awaitable[T]) -> T:
        """The answer of one call. Refused for haste without being told for how long, we wait longer each time."""
        try:
            answer = await call
        except ClientException as error:
            raise unreadable_answer(error) from error
        except Unavailable as error:
            raise self._with_backoff(where.conversation, error) from error
        self._throttled.pop(where.conversation, None)
        return answer

    def _with_backoff(self, conversation: str, error: Unavailable) -> Unavailable:
        # https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit asks for exponential backoff.
        if not isinstance(error, Throttled):
            return error
        times = self._throttled[conversation] = self._throttled.get(conversation, 0) + 1
        pause = error.retry_after or timedelta(seconds=min(2**times, MAX_BACKOFF_S))
        return Unavailable(error.service, retry_after=pause)


def command_prefix(where: TeamsConversation) -> str:
    """What typed words start with there: nothing in a personal conversation, our name everywhere else."""
    return "" if where.sort == PERSONAL else f"@{where.bot_name or 'Handshake'}"
