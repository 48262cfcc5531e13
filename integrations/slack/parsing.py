"""Turns Slack's payloads into inbound events: who, where, and the text as it was typed."""

from __future__ import annotations

from dataclasses import dataclass

from integrations.ports.chat import Address
from integrations.ports.errors import Rejected
from integrations.ports.inbound import (
    MAX_TEXT,
    Account,
    Attachment,
    ButtonPress,
    CommandText,
    ConversationRef,
    FormSubmission,
    MessageText,
    is_too_long,
)
from integrations.slack.config import PLATFORM
from integrations.slack.identity import SlackIdentities
from integrations.slack.markup import Json
from integrations.slack.membership import ChannelState, SlackMembership
from integrations.slack.payloads import SlackRequest, answers, chosen_value, read_private_metadata
from integrations.slack.render import action_of
from integrations.slack.responses import ResponseUrls
from integrations.slack.send import DIRECT_PREFIX, SlackChat


@dataclass(frozen=True, slots=True)
class Location:
    """Where something happened. *channel* is None for a direct conversation with the bot."""

    where: ConversationRef
    channel: ChannelState | None = None


class EventBuilder:
    """Every method raises Unavailable when Slack or the store cannot be reached."""

    def __init__(
        self, identities: SlackIdentities, membership: SlackMembership, response_urls: ResponseUrls, chat: SlackChat
    ) -> None:
        self._identities = identities
        self._membership = membership
        self._response_urls = response_urls
        self._chat = chat

    async def account(self, request: SlackRequest, user: str, home: str = "") -> Account:
        return await self._identities.account(request.installation, request.team, user, home=home)

    async def locate(
        self, request: SlackRequest, channel: str, user: str, thread: str = "", name: str = ""
    ) -> Location:
        """The channel with that id, its members updated; or the direct conversation with *user*."""
        if not channel or (channel.startswith("D") and await self._is_ours(request, channel, user)):
            return Location(direct_conversation(request.team, user, thread))
        state = await self._membership.channel_state(request.installation, request.team, channel, name)
        return Location(ConversationRef(PLATFORM, channel, request.team, state.where.name, thread=thread), state)

    async def _is_ours(self, request: SlackRequest, channel: str, user: str) -> bool:
        """In a slash command, a conversation of two other people looks the same as one with the bot, so ask Slack."""
        try:
            return await self._chat.channel_id(Address(PLATFORM, request.team, f"{DIRECT_PREFIX}{user}")) == channel
        except Rejected:
            return False

    async def command(self, request: SlackRequest) -> tuple[CommandText, Location]:
        """A slash command. https://docs.slack.dev/interactivity/implementing-slash-commands"""
        body, user = request.body, str(request.body["user_id"])
        channel, name = str(body.get("channel_id", "")), str(body.get("channel_name", ""))
        public_name = f"#{name}" if name and name not in ("directmessage", "privategroup", "mpdm") else ""
        account = await self.account(request, user)
        location = await self.locate(request, channel, user, name=public_name)
        typed = str(body.get("text") or "")
        words = await self._readable(request, typed)
        event = CommandText(
            account=account,
            conversation=location.where,
            event_id=str(body.get("trigger_id", "")),
            via=self._response_urls.encrypt(str(body.get("response_url", ""))),
            truncated=is_too_long(typed),
            words=words,
        )
        return event, location

    async def action(self, request: SlackRequest) -> ButtonPress:
        """A pressed button or a chosen option. https://docs.slack.dev/reference/interaction-payloads/block_actions-payload"""
        body, pressed = request.body, request.body["actions"][0]
        account, where = await self._account_and_conversation(request)
        return ButtonPress(
            account=account,
            conversation=where,
            event_id=str(body.get("trigger_id", "")),
            via=self._response_urls.encrypt(str(body.get("response_url", ""))),
            action=action_of(str(pressed["action_id"])),
            value=chosen_value(pressed),
        )

    async def submission(self, request: SlackRequest) -> FormSubmission:
        """A submitted form. https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload"""
        body, view = request.body, request.body["view"]
        user, metadata = str(body["user"]["id"]), read_private_metadata(view, request.team)
        filled = answers(view)
        return FormSubmission(
            account=await self.account(request, user, str(body["user"].get("team_id", ""))),
            conversation=metadata.where or direct_conversation(request.team, user),
            event_id=str(body.get("trigger_id") or f"{view.get('id')}:{view.get('hash')}"),
            via=metadata.via,
            form=str(view["callback_id"]),
            value=metadata.value,
            truncated=is_too_long(*filled.values()),
            answers={field: answer[:MAX_TEXT] for field, answer in filled.items()},
        )

    async def question(self, request: SlackRequest) -> CommandText:
        """The shortcut "Ask Handshake": asks the message's text; only the person who used it sees the answer."""
        account, where = await self._account_and_conversation(request)
        return CommandText(
            account=account,
            conversation=where,
            event_id=str(request.body.get("trigger_id", "")),
            via=self._response_urls.encrypt(str(request.body.get("response_url", ""))),
            truncated=is_too_long(_message_text(request)),
            words=f"ask {await self.message_text(request)}",
        )

    async def message_text(self, request: SlackRequest) -> str:
        """The text of the message that a shortcut was used on."""
        return await self._readable(request, _message_text(request))

    async def _readable(self, request: SlackRequest, typed: str) -> str:
        """The beginning of *typed*, with e-mail addresses or names in place of ids."""
        return await self._identities.readable_text(request.installation, request.team, typed[:MAX_TEXT])

    async def conversation(self, request: SlackRequest) -> ConversationRef:
        return (await self._account_and_conversation(request))[1]

    def encrypted_response_url(self, request: SlackRequest) -> str:
        return self._response_urls.encrypt(str(request.body.get("response_url", "")))

    async def _account_and_conversation(self, request: SlackRequest) -> tuple[Account, ConversationRef]:
        body = request.body
        user = str(body["user"]["id"])
        account = await self.account(request, user, str(body["user"].get("team_id", "")))
        channel = str((body.get("channel") or {}).get("id", ""))
        thread = str((body.get("message") or {}).get("thread_ts", ""))
        return account, (await self.locate(request, channel, user, thread)).where

    async def message(self, request: SlackRequest, files: tuple[Attachment, ...] = ()) -> MessageText:
        """A mention or a direct message. A mention is answered in its thread."""
        event: Json = request.body["event"]
        user, channel = str(event["user"]), str(event.get("channel", ""))
        home = str(event.get("user_team") or event.get("source_team") or event.get("team") or "")
        account = await self.account(request, user, home)
        thread = str(event.get("thread_ts", ""))
        if event.get("channel_type") == "im":
            where = direct_conversation(request.team, user, thread)
        else:
            where = (await self.locate(request, channel, user, thread or str(event.get("ts", "")))).where
        typed = str(event.get("text") or "")
        return MessageText(
            account=account,
            conversation=where,
            event_id=str(request.body.get("event_id", "")),
            truncated=is_too_long(typed),
            text=await self._readable(request, typed),
            files=files,
        )


def _message_text(request: SlackRequest) -> str:
    return str(request.body["message"].get("text") or "")


def direct_conversation(team: str, user: str, thread: str = "") -> ConversationRef:
    """The direct conversation with *user*, identified by the account so that notices and answers share one place."""
    return ConversationRef(PLATFORM, f"{DIRECT_PREFIX}{user}", team, direct=True, thread=thread)
