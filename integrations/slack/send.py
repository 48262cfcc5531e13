"""Slack as the post sees it: a card is put somewhere, changed, taken away, or looked up again by its metadata."""

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
from integrations.slack.installations import Installations
from integrations.slack.markup import Json
from integrations.slack.render import METADATA, message
from integrations.slack.responses import ResponseUrls

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

# https://docs.slack.dev/reference/methods/conversations.history
PAGE = 200
MAX_PAGES = 25  # 5,000 messages since the minute before: more is no room, it is a flood

# One a second in each channel: https://docs.slack.dev/apis/web-api/rate-limits. With exactly a second between them,
# every other gap was shorter by the time they arrived (measured: 0.90 to 1.03 s).
SPACING = timedelta(seconds=1.1)

# Longer ones are refused with `alt_txt_too_large`. https://docs.slack.dev/reference/methods/files.getUploadURLExternal
MAX_ALT = 1_000
APP_REDIRECT = "https://slack.com/app_redirect"
DIRECT_PREFIX = "@"  # before the id of somebody whose direct conversation is meant


class SlackChat:
    """A ChatPlatform. Which workspace's token is used, the address says."""

    name = "slack"
    can_find = True
    spacing = SPACING

    def __init__(
        self, client: SlackClient, installations: Installations, response_urls: ResponseUrls, *, command: str
    ) -> None:
        self._client = client
        self._installations = installations
        self._response_urls = response_urls
        self._command = command
        self._direct_channels: dict[tuple[str, str], str] = {}  # whose direct conversation has which id

    async def post(self, to: Address, card: Card, tag: str, file: Attachment | None = None) -> str:
        if to.only_for and file is None:
            return await self._post_for_one(to, card)
        # A file cannot be shown to one reader of a room alone.
        there = replace(to, conversation=f"{DIRECT_PREFIX}{to.only_for}", thread="") if to.only_for else to
        channel = await self.channel_id(there)
        if file is not None:
            # First the file: if the card fails after it, both are sent again, and nothing was lost.
            await self._upload(there, channel, file)
        shown = message(card, tag, self._command)
        quiet = {"unfurl_links": False, "unfurl_media": False}
        try:
            said = await self._call(
                there, "chat.postMessage", channel=channel, thread_ts=there.thread or None, **quiet, **shown
            )
        except Rejected as refused:
            if not (refused.closes_place and await self._respond_in_channel(to, shown)):
                raise
            return ""
        return str(said["ts"])

    async def _respond_in_channel(self, to: Address, shown: Json) -> bool:
        """Say it by the way that somebody asked: that works in a room that we do not sit in."""
        url = self._response_urls.decrypt(to.via)
        if not url or to.only_for:
            return False
        said = {name: shown[name] for name in ("text", "blocks")}
        await self._client.respond(url, {"response_type": "in_channel", "replace_original": False, **said})
        return True

    async def update(self, to: Address, remote_id: str, card: Card, tag: str) -> None:
        channel = await self.channel_id(to)
        # The metadata goes along, or a later look would not find the message any more.
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
            if found := next(
                (str(each["ts"]) for each in page.get("messages", []) if _delivery_tag(each) == tag), None
            ):
                return found
            cursor = page.get("response_metadata", {}).get("next_cursor", "")
            if not cursor:
                return None
        log.warning("too many messages to look through", action="slack.find_gave_up", conversation=to.conversation)
        return None

    async def _page(self, to: Address, channel: str, since: datetime, cursor: str) -> Json:
        """One page of the conversation, or of the thread. An empty one where looking is not possible."""
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
            if refused.reason != "thread_not_found":  # the message it hung on was taken away
                raise
        except Paused as paused:
            if paused.reason != "missing_scope":
                raise
            # Without that scope this place gets a notice at least once, in place of exactly once.
            log.warning("cannot look a message up", action="slack.cannot_find", method=method)
        return {}

    def link(self, to: Address, remote_id: str) -> str:
        """The message's permalink, or a redirect where the workspace's address is not known: nobody has to be asked.

        https://docs.slack.dev/interactivity/deep-linking
        """
        channel = self._direct_channels.get((to.workspace, to.conversation), to.conversation)
        if channel.startswith(DIRECT_PREFIX) or not remote_id:
            return ""
        installation = self._installations.cached(to.workspace)
        if installation and installation.url.startswith("https://"):
            return f"{installation.url.rstrip('/')}/archives/{channel}/p{remote_id.replace('.', '')}"
        return f"{APP_REDIRECT}?team={to.workspace}&channel={channel}&message_ts={remote_id}"

    async def channel_id(self, to: Address) -> str:
        """The id of the conversation; a direct one is opened the first time. Raises Unavailable or Rejected."""
        if not to.conversation.startswith(DIRECT_PREFIX):
            return to.conversation
        key = (to.workspace, to.conversation)
        if key not in self._direct_channels:
            said = await self._call(to, "conversations.open", users=to.conversation.removeprefix(DIRECT_PREFIX))
            self._direct_channels[key] = str(said["channel"]["id"])
        return self._direct_channels[key]

    async def _post_for_one(self, to: Address, card: Card) -> str:
        """Show *card* to one reader of the room, in the first of three ways that works."""
        shown = message(card, root=self._command)
        if url := self._response_urls.decrypt(to.via):
            try:
                await self._client.respond(url, {"response_type": "ephemeral", "replace_original": False, **shown})
            except Rejected as refused:
                log.info("a way back was used up", action="slack.way_closed", reason=refused.reason)
            else:
                return ""
        if not to.conversation.startswith(DIRECT_PREFIX):
            try:
                thread = to.thread if to.thread and await self._has_replies(to) else None
                said = await self._call(
                    to,
                    "chat.postEphemeral",
                    channel=to.conversation,
                    user=to.only_for,
                    thread_ts=thread,
                    **shown,
                )
            except Rejected as refused:
                log.info("said in a direct conversation", action="slack.said_directly", reason=refused.reason)
            else:
                return str(said.get("message_ts", ""))
        there = replace(to, conversation=f"{DIRECT_PREFIX}{to.only_for}", thread="", only_for="")
        return await self.post(there, card, "")

    async def _has_replies(self, to: Address) -> bool:
        """True when somebody answered in that thread already: nobody sees what is shown for one alone in any other.

        https://docs.slack.dev/reference/methods/chat.postEphemeral
        """
        try:
            page = await self._call(to, "conversations.replies", channel=to.conversation, ts=to.thread, limit=2)
        except (Rejected, Unavailable):
            return False
        return len(page.get("messages", [])) > 1

    async def _upload(self, to: Address, channel: str, file: Attachment) -> None:
        """Upload in three steps. https://docs.slack.dev/messaging/working-with-files#upload"""
        place = await self._call(
            to,
            "files.getUploadURLExternal",
            filename=file.name,
            length=len(file.content),
            alt_txt=file.alt[:MAX_ALT] or None,
        )
        await self._client.upload(str(place["upload_url"]), file.content)
        await self._call(
            to,
            "files.completeUploadExternal",
            files=[{"id": place["file_id"], "title": file.name}],
            channel_id=channel,
            thread_ts=to.thread or None,
        )

    async def _call(self, to: Address, method: str, **arguments: Any) -> Json:
        installation = await self._installations.require(to.workspace)
        try:
            return await self._client.call(installation.token, method, **arguments)
        except Unavailable as problem:
            log.warning("Slack did not do it", action="slack.unavailable", method=method, uncertain=problem.uncertain)
            raise


def _delivery_tag(said: Json) -> str:
    metadata = said.get("metadata", {})
    return str(metadata.get("event_payload", {}).get("delivery", "")) if metadata.get("event_type") == METADATA else ""
