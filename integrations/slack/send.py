"""Posts, updates and deletes cards in Slack, and finds a posted one by its metadata."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from integrations.ports.cards import Card
from integrations.ports.chat import Address
from integrations.ports.errors import Paused, Rejected, Unavailable
from integrations.ports.inbound import Attachment
from integrations.slack.client import SlackClient
from integrations.slack.config import PLATFORM
from integrations.slack.installations import Installations
from integrations.slack.markup import Json, permalink
from integrations.slack.render import METADATA, message
from integrations.slack.responses import ResponseUrls

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

# https://docs.slack.dev/reference/methods/conversations.history
PAGE = 200
MAX_PAGES = 25  # stop after 5,000 messages

# One per second and channel: https://docs.slack.dev/apis/web-api/rate-limits. With exactly one second, every other
# gap was shorter when the messages arrived (measured: 0.90 to 1.03 s).
SPACING = timedelta(seconds=1.1)

# Longer ones fail with `alt_txt_too_large`. https://docs.slack.dev/reference/methods/files.getUploadURLExternal
MAX_ALT = 1_000
APP_REDIRECT = "https://slack.com/app_redirect"
DIRECT_PREFIX = "@"  # before a user id: the direct conversation with that user


class SlackChat:
    """A ChatPlatform. The address determines which workspace's token is used."""

    name = PLATFORM
    can_find = True
    spacing = SPACING

    def __init__(
        self, client: SlackClient, installations: Installations, response_urls: ResponseUrls, *, command: str
    ) -> None:
        self._client = client
        self._installations = installations
        self._response_urls = response_urls
        self._command = command
        self._direct_channels: dict[tuple[str, str], str] = {}  # channel ids by workspace and user

    async def post(self, to: Address, card: Card, tag: str, file: Attachment | None = None) -> str:
        if to.only_for and file is None:
            return await self._post_for_one(to, card)
        # A file cannot be posted ephemerally, so it goes to the direct conversation.
        there = replace(to, conversation=f"{DIRECT_PREFIX}{to.only_for}", thread="") if to.only_for else to
        channel = await self.channel_id(there)
        if file is not None:
            # The file first: if the card fails, both are sent again and nothing is lost.
            await self._upload(there, channel, file)
        content = message(card, tag, self._command)
        no_previews = {"unfurl_links": False, "unfurl_media": False}
        try:
            posted = await self._call(
                there, "chat.postMessage", channel=channel, thread_ts=there.thread or None, **no_previews, **content
            )
        except Rejected as refused:
            if not (refused.closes_place and await self._respond_in_channel(to, content)):
                raise
            return ""
        return str(posted["ts"])

    def _response_url(self, to: Address) -> str:
        """The URL at Slack to reply by; "" without one."""
        url = self._response_urls.decrypt(to.via)
        if url and not self._client.may_respond(url):
            log.warning("response URL ignored: it is not at Slack", action="slack.foreign_response_url")
            return ""
        return url

    async def _respond_in_channel(self, to: Address, content: Json) -> bool:
        """Post by the response URL, which works in a channel that the bot is not in."""
        url = self._response_url(to)
        if not url or to.only_for:
            return False
        body = {name: content[name] for name in ("text", "blocks")}
        await self._client.respond(url, {"response_type": "in_channel", "replace_original": False, **body})
        return True

    async def update(self, to: Address, remote_id: str, card: Card, tag: str) -> None:
        channel = await self.channel_id(to)
        # An update without the metadata would remove it, and `find` would not find the message.
        await self._call(to, "chat.update", channel=channel, ts=remote_id, **message(card, tag, self._command))

    async def delete(self, to: Address, remote_id: str) -> None:
        channel = await self.channel_id(to)
        try:
            await self._call(to, "chat.delete", channel=channel, ts=remote_id)
        except Rejected as refused:
            if refused.reason != "message_not_found":
                raise

    async def find(self, to: Address, tag: str, since: datetime) -> str | None:
        channel, cursor = await self.channel_id(to), ""
        for _ in range(MAX_PAGES):
            page = await self._page(to, channel, since, cursor)
            matches = [posted for posted in page.get("messages", []) if _delivery_tag(posted) == tag]
            if matches:
                return str(matches[0]["ts"])
            cursor = page.get("response_metadata", {}).get("next_cursor", "")
            if not cursor:
                return None
        log.warning("message not found: too many messages", action="slack.find_gave_up", conversation=to.conversation)
        return None

    async def _page(self, to: Address, channel: str, since: datetime, cursor: str) -> Json:
        """One page of the conversation or thread; an empty one if it cannot be read."""
        within = {"ts": to.thread} if to.thread else {}
        method = "conversations.replies" if to.thread else "conversations.history"
        oldest = f"{since.timestamp():.6f}"
        try:
            return await self._call(
                to,
                method,
                channel=channel,
                oldest=oldest,
                limit=PAGE,
                include_all_metadata=True,
                cursor=cursor or None,
                **within,
            )
        except Rejected as refused:
            if refused.reason != "thread_not_found":  # the thread's first message was deleted
                raise
        except Paused as paused:
            if paused.reason != "missing_scope":
                raise
            # Without that scope, notices are delivered at least once here, instead of exactly once.
            log.warning("cannot search for a message", action="slack.cannot_find", method=method)
        return {}

    def link(self, to: Address, remote_id: str) -> str:
        """The message's permalink, or a redirect if the workspace's URL is not cached. Needs no call.

        https://docs.slack.dev/interactivity/deep-linking
        """
        channel = self._direct_channels.get((to.workspace, to.conversation), to.conversation)
        if channel.startswith(DIRECT_PREFIX) or not remote_id:
            return ""
        installation = self._installations.cached(to.workspace)
        if installation and (url := permalink(installation.url, channel, remote_id, to.thread)):
            return url
        in_thread = f"&thread_ts={to.thread}" if to.thread and to.thread != remote_id else ""
        return f"{APP_REDIRECT}?team={to.workspace}&channel={channel}&message_ts={remote_id}{in_thread}"

    async def channel_id(self, to: Address) -> str:
        """The id of the conversation; a direct one is opened the first time. Raises Unavailable or Rejected."""
        if not to.conversation.startswith(DIRECT_PREFIX):
            return to.conversation
        key = (to.workspace, to.conversation)
        if key not in self._direct_channels:
            opened = await self._call(to, "conversations.open", users=to.conversation.removeprefix(DIRECT_PREFIX))
            self._direct_channels[key] = str(opened["channel"]["id"])
        return self._direct_channels[key]

    async def _post_for_one(self, to: Address, card: Card) -> str:
        """Show *card* to one person, in the first way that works: response URL, ephemeral, direct message."""
        content = message(card, root=self._command)
        if url := self._response_url(to):
            try:
                await self._client.respond(url, {"response_type": "ephemeral", "replace_original": False, **content})
            except Rejected as refused:
                log.info("response URL used up", action="slack.way_closed", reason=refused.reason)
            else:
                return ""
        if not to.conversation.startswith(DIRECT_PREFIX):
            try:
                thread = to.thread if to.thread and await self._has_replies(to) else None
                posted = await self._call(
                    to,
                    "chat.postEphemeral",
                    channel=to.conversation,
                    user=to.only_for,
                    thread_ts=thread,
                    **content,
                )
            except Rejected as refused:
                log.info("not shown in the channel, sent directly", action="slack.said_directly", reason=refused.reason)
            else:
                return str(posted.get("message_ts", ""))
        there = replace(to, conversation=f"{DIRECT_PREFIX}{to.only_for}", thread="", only_for="")
        return await self.post(there, card, "")

    async def _has_replies(self, to: Address) -> bool:
        """True if the thread already has replies: in an empty one, an ephemeral message is invisible.

        https://docs.slack.dev/reference/methods/chat.postEphemeral
        """
        try:
            page = await self._call(to, "conversations.replies", channel=to.conversation, ts=to.thread, limit=2)
        except (Rejected, Unavailable):
            return False
        return len(page.get("messages", [])) > 1

    async def _upload(self, to: Address, channel: str, file: Attachment) -> None:
        """Upload in three steps. https://docs.slack.dev/messaging/working-with-files#upload"""
        upload = await self._call(
            to,
            "files.getUploadURLExternal",
            filename=file.name,
            length=len(file.content),
            alt_txt=file.alt[:MAX_ALT] or None,
        )
        await self._client.upload(str(upload["upload_url"]), file.content)
        await self._call(
            to,
            "files.completeUploadExternal",
            files=[{"id": upload["file_id"], "title": file.name}],
            channel_id=channel,
            thread_ts=to.thread or None,
        )

    async def _call(self, to: Address, method: str, **arguments: Any) -> Json:
        installation = await self._installations.require(to.workspace)
        try:
            return await self._client.call(installation.token, method, **arguments)
        except Unavailable as problem:
            log.warning("Slack unavailable", action="slack.unavailable", method=method, uncertain=problem.uncertain)
            raise


def _delivery_tag(posted: Json) -> str:
    metadata = posted.get("metadata", {})
    return str(metadata.get("event_payload", {}).get("delivery", "")) if metadata.get("event_type") == METADATA else ""
