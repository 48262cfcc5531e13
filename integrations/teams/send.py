"""Sends cards to Teams through the Bot Connector.

@account          the personal conversation, created if there is none yet
a channel         a new thread for every card, or a reply in the given thread
only_for          sent to the personal conversation; the channel gets a line that says so, or how to add the app

Every button carries its delivery's tag, so pressing both copies of a duplicated card acts once.
"""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import quote

import structlog

from integrations.ports.cards import Card, text
from integrations.ports.chat import Address
from integrations.ports.errors import Rejected, Unavailable
from integrations.ports.inbound import Attachment
from integrations.teams import render
from integrations.teams.botbuilder import BotConnector, BotMessage
from integrations.teams.client import TeamsClient
from integrations.teams.config import PLATFORM, TeamsConfig
from integrations.teams.conversations import TeamsConversation, TeamsConversations, guess_sort
from integrations.teams.errors import Throttled
from integrations.teams.files import FileConsent
from integrations.teams.markup import Json
from integrations.teams.parsing import CHANNEL, PERSONAL, THREAD_MARK
from integrations.teams.render import CARD_TYPE

T = TypeVar("T")
log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

# 60 in 30 s to one conversation: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit
SPACING = timedelta(seconds=0.55)
MAX_BACKOFF_S = 64

MESSAGES = "https://teams.microsoft.com/l/message"
IN_A_CHAT = '{"contextType":"chat"}'

ANSWERED_PRIVATELY = "I answered that in our chat, where only you can read it."
ADD_THE_APP = (
    "That answer is for you alone, and we have no chat yet. Open Apps in Teams, choose Handshake, press Add, "
    "and ask me there."
)


class TeamsChat:
    """A ChatPlatform. The Connector cannot list messages, so an uncertain post is sent again: at least once."""

    name = PLATFORM
    can_find = False
    spacing = SPACING

    def __init__(
        self, config: TeamsConfig, client: TeamsClient, conversations: TeamsConversations, file_consent: FileConsent
    ) -> None:
        self._config = config
        self._connector = BotConnector(client)
        self._conversations = conversations
        self._file_consent = file_consent
        self._throttled: dict[str, int] = {}  # consecutive 429s, by conversation

    async def post(self, to: Address, card: Card, tag: str, file: Attachment | None = None) -> str:
        if to.only_for:
            await self._post_privately(to, card, tag, file)
            return ""
        where = await self._reference(to.conversation)
        return await self._post(where, to.thread, await self._with_file_offer(where, card, tag, file), tag)

    async def update(self, to: Address, remote_id: str, card: Card, tag: str) -> None:
        where = await self._reference(to.conversation)
        conversation = _thread_id(where, to.thread or remote_id)
        message = self._card_message(where, card, tag)
        await self._call(where, self._connector.update(where.service_url, conversation, remote_id, message))

    async def delete(self, to: Address, remote_id: str) -> None:
        where = await self._reference(to.conversation)
        conversation = _thread_id(where, to.thread or remote_id)
        try:
            await self._call(where, self._connector.delete(where.service_url, conversation, remote_id))
        except Rejected as refused:
            if refused.closes_place or not refused.reason.startswith("404"):
                raise

    async def find(self, to: Address, tag: str, since: datetime) -> str | None:  # noqa: ARG002
        return None

    def link(self, to: Address, remote_id: str) -> str:
        """A channel's messages and those of a group chat have addresses of two kinds.

        https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/deep-link-teams
        """
        if not self._config.is_public or not to.conversation.startswith("19:"):
            return ""
        address = f"{MESSAGES}/{quote(to.conversation, safe='')}/{quote(remote_id, safe='')}"
        if guess_sort(to.conversation) != CHANNEL:
            return f"{address}?context={quote(IN_A_CHAT, safe='')}"
        parent = quote(to.thread or remote_id, safe="")
        return f"{address}?tenantId={self._config.tenant_id}&parentMessageId={parent}"

    async def send_attachment(self, where: TeamsConversation, attachment: Json) -> None:
        """Send one attachment without a card, such as a file offer."""
        message = BotMessage(self._bot(where), attachments=(attachment,))
        await self._call(where, self._connector.post(where.service_url, where.conversation, message))

    async def send_text(self, where: TeamsConversation, words: str, thread: str = "") -> None:
        """Send one line of plain text."""
        message = BotMessage(self._bot(where), text=words)
        await self._call(where, self._connector.post(where.service_url, _thread_id(where, thread), message))

    async def _reference(self, conversation: str) -> TeamsConversation:
        """How to reach *conversation*; `@account` opens the personal one if needed."""
        if conversation.startswith("@"):
            return await self._direct(conversation.removeprefix("@"))
        known = await self._conversations.find(conversation)
        if known:
            return known
        newest = await self._newest()
        return TeamsConversation(conversation, guess_sort(conversation), newest.service_url, self._bot(newest))

    async def _newest(self) -> TeamsConversation:
        newest = await self._conversations.newest()
        if newest is None:
            raise Rejected("nobody has added Handshake to Teams yet, so there is no way to reach it")
        return newest

    def _bot(self, reference: TeamsConversation) -> str:
        return reference.bot or self._config.bot_account

    async def _direct(self, account: str) -> TeamsConversation:
        known = await self._conversations.find_direct(account)
        if known:
            return known
        newest = await self._newest()
        bot, tenant = self._bot(newest), self._config.tenant_id or newest.tenant
        opened = await self._call(newest, self._connector.open_direct(newest.service_url, bot, account, tenant))
        reference = TeamsConversation(opened, PERSONAL, newest.service_url, bot, tenant=newest.tenant, account=account)
        await self._conversations.save(reference)
        return reference

    async def _post(self, where: TeamsConversation, thread: str, card: Card, tag: str) -> str:
        message = self._card_message(where, card, tag)
        if where.is_channel and not thread:
            tenant = self._config.tenant_id or where.tenant
            opened = self._connector.open_thread(where.service_url, where.conversation, tenant, message)
            return await self._call(where, opened)
        return await self._call(where, self._connector.post(where.service_url, _thread_id(where, thread), message))

    def _card_message(self, where: TeamsConversation, card: Card, tag: str) -> BotMessage:
        attachment = {"contentType": CARD_TYPE, "content": render.card(card, tag, command_prefix(where))}
        return BotMessage(self._bot(where), summary=render.summary(card), attachments=(attachment,))

    async def _with_file_offer(self, where: TeamsConversation, card: Card, tag: str, file: Attachment | None) -> Card:
        """Offer *file* before *card*. Bots can only send files in a personal chat, so elsewhere the card says so."""
        if file is None:
            return card
        if where.sort != PERSONAL:
            return _with_line(card, f"Ask me in our chat, and I hand {file.name} over there.")
        try:
            await self.send_attachment(where, await self._file_consent.offer(tag, file))
        except Rejected as refused:
            if refused.closes_place:
                raise
            log.warning("file not offered", action="teams.not_offered", reason=refused.reason)
            return _with_line(card, f"Teams does not let me hand {file.name} over.")
        return card

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
        except (Unavailable, Rejected) as error:  # the answer was sent; failing here would send it again
            log.info("channel not notified of a private answer", action="teams.not_told", reason=str(error))

    async def _send_line(self, to: Address, words: str) -> None:
        """One line in the conversation where the person asked."""
        await self.send_text(await self._reference(to.conversation), words, to.thread)

    async def _call(self, where: TeamsConversation, call: Awaitable[T]) -> T:
        """Await *call*; a 429 without `Retry-After` gets an exponential backoff."""
        try:
            answer = await call
        except Throttled as error:
            # https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit asks for exponential backoff.
            times = self._throttled[where.conversation] = self._throttled.get(where.conversation, 0) + 1
            pause = error.retry_after or timedelta(seconds=min(2**times, MAX_BACKOFF_S))
            raise Unavailable(error.service, retry_after=pause) from error
        self._throttled.pop(where.conversation, None)
        return answer


def _thread_id(where: TeamsConversation, message: str) -> str:
    return f"{where.conversation}{THREAD_MARK}{message}" if where.is_channel and message else where.conversation


def _with_line(card: Card, line: str) -> Card:
    return replace(card, blocks=(*card.blocks, text(line)))


def command_prefix(where: TeamsConversation) -> str:
    """What a typed command starts with there: nothing in a personal conversation, a mention elsewhere."""
    return "" if where.sort == PERSONAL else f"@{where.bot_name or 'Handshake'}"
