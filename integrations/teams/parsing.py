"""Parses an activity of the Bot Connector, before it is authenticated. Pure.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference#activity-object
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from integrations.plain.incoming import is_identifier
from integrations.plain.notation import set_apart
from integrations.ports.inbound import MAX_FILE_NAME, MAX_TEXT, is_too_long

PERSONAL, GROUP, CHANNEL = "personal", "groupChat", "channel"
SHARED = "shared"  # a sort of channel
MAX_MENTIONS = 50
FILE_DOWNLOAD_TYPE = "application/vnd.microsoft.teams.file.download.info"

MAX_MENTIONS = 50  # of one message; more are left as they are

# A thread's id is the channel's id, this, and the id of the first message.
# https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/channel-and-group-conversations
THREAD_MARK = ";messageid="


@dataclass(frozen=True, slots=True)
class DroppedFile:
    """A file dropped into the chat. *url* is pre-authorized for a few minutes."""

    name: str
    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TeamsMention:
    """A mention; *words* is how it appears in the text."""

    words: str
    account: str
    name: str


@dataclass(frozen=True, slots=True)
class TeamsActivity:
    """What happened, where, and who did it. `conversation` does not contain the thread; `bot` is our account."""

    kind: str
    id: str
    channel: str
    service_url: str
    conversation: str
    sort: str
    thread: str = ""
    tenant: str = ""
    sender: str = ""
    sender_name: str = ""
    sender_object: str = ""  # the Entra object id
    bot: str = ""
    bot_name: str = ""
    text: str = ""
    truncated: bool = False  # the text was longer than MAX_TEXT
    name: str = ""  # of an invoke
    action: str = ""  # of an installation: add, remove, …
    value: Mapping[str, Any] = field(default_factory=dict)
    reply_to: str = ""
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    event: str = ""
    team: str = ""
    team_name: str = ""
    channel_name: str = ""
    channel_sort: str = ""
    channel_id: str = ""
    title: str = ""  # of a group chat
    files: tuple[DroppedFile, ...] = ()
    mentions: tuple[TeamsMention, ...] = ()

    @property
    def key(self) -> str:
        """Identifies the event, because the Connector may send it twice."""
        return f"{self.conversation}|{self.id}" if self.id else ""

    @property
    def direct(self) -> bool:
        return self.sort == PERSONAL


def parse_activity(data: Mapping[str, Any]) -> TeamsActivity:
    """The fields of *data*; missing and malformed ones are empty."""
    place, extra, sender = _object(data, "conversation"), _object(data, "channelData"), _object(data, "from")
    us, team, channel = _object(data, "recipient"), _object(extra, "team"), _object(extra, "channel")
    conversation, _, thread = _text(place, "id").partition(THREAD_MARK)
    return TeamsActivity(
        kind=_text(data, "type"),
        id=_text(data, "id"),
        channel=_text(data, "channelId"),
        service_url=_text(data, "serviceUrl"),
        conversation=conversation,
        sort=_sort(place, channel),
        thread=thread,
        tenant=_text(_object(extra, "tenant"), "id") or _text(place, "tenantId"),
        sender=_text(sender, "id"),
        sender_name=_text(sender, "name"),
        sender_object=_text(sender, "aadObjectId"),
        bot=_text(us, "id"),
        bot_name=_text(us, "name"),
        text=_own_text(data, _text(us, "id")),
        truncated=is_too_long(_text(data, "text")),
        name=_text(data, "name"),
        action=_text(data, "action"),
        value=_object(data, "value"),
        reply_to=_text(data, "replyToId"),
        added=_ids(data, "membersAdded"),
        removed=_ids(data, "membersRemoved"),
        event=_text(extra, "eventType"),
        team=_text(team, "id"),
        team_name=_text(team, "name"),
        channel_name=_text(channel, "name"),
        channel_sort=_text(channel, "type"),
        channel_id=_text(channel, "id"),
        title=_text(place, "name"),
        files=tuple(_files(data)),
        mentions=tuple(mention for mention in _mentions(data) if mention.account != _text(us, "id")),
    )


def is_usable(activity: TeamsActivity) -> bool:
    """True if *activity* says what it is, and none of its ids is too long to be stored."""
    ids = (activity.id, activity.conversation, activity.thread, activity.sender, activity.sender_object, activity.bot)
    return bool(activity.kind) and all(
        map(is_identifier, (*ids, activity.team, activity.channel_id, activity.reply_to))
    )


def _sort(place: Mapping[str, Any], channel: Mapping[str, Any]) -> str:
    sort = _text(place, "conversationType")
    if sort in (PERSONAL, GROUP, CHANNEL):
        return sort
    if _text(channel, "id"):
        return CHANNEL
    return GROUP if place.get("isGroup") is True else PERSONAL


def _own_text(data: Mapping[str, Any], us: str) -> str:
    """The text's beginning without mentions of the bot, wherever they are; mentions of other people stay.

    A message of nothing but formatted text has it in an attachment only.
    """
    formatted = (_text(part, "content") for part in _objects(data, "attachments") if _is_html(part))
    words = (_text(data, "text") or next(formatted, ""))[:MAX_TEXT]
    ours = [(mention.words, " " if mention.account == us else mention.words) for mention in _mentions(data)]
    return with_mentions(words, ours).strip()


def _is_html(attachment: Mapping[str, Any]) -> bool:
    return _text(attachment, "contentType").lower() == "text/html"


def with_mentions(text: str, replacements: Sequence[tuple[str, str]]) -> str:
    """*text* with each mention replaced, given in their order. Two people of one name are mentioned in the same words.

    A mention that appears more often than it is given stands for the last of that name.
    """
    waiting: dict[str, deque[str]] = {}
    for words, replacement in replacements:
        waiting.setdefault(words, deque()).append(replacement)
    if not waiting:
        return text
    mentioned = re.compile("|".join(re.escape(words) for words in sorted(waiting, key=len, reverse=True)))

    def replaced(match: re.Match[str]) -> str:
        queue = waiting[match[0]]
        return set_apart(match, queue.popleft() if len(queue) > 1 else queue[0])

    return mentioned.sub(replaced, text)


def _mentions(data: Mapping[str, Any]) -> Sequence[TeamsMention]:
    entities = [entity for entity in _objects(data, "entities") if _text(entity, "type").lower() == "mention"]
    people = [(_text(entity, "text"), _object(entity, "mentioned")) for entity in entities[:MAX_MENTIONS]]
    return [TeamsMention(words, _text(who, "id"), _text(who, "name")) for words, who in people if words]


def _files(data: Mapping[str, Any]) -> Sequence[DroppedFile]:
    return [
        DroppedFile(_text(file, "name")[:MAX_FILE_NAME], url)
        for file in _objects(data, "attachments")
        if _text(file, "contentType") == FILE_DOWNLOAD_TYPE and (url := _text(_object(file, "content"), "downloadUrl"))
    ]


def _text(data: Mapping[str, Any], key: str) -> str:
    """The text at *key*, or "". Lone surrogates, which JSON allows and databases reject, become question marks."""
    text = data.get(key)
    return text.encode(errors="replace").decode() if isinstance(text, str) else ""


def _object(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def _objects(data: Mapping[str, Any], key: str) -> Sequence[Mapping[str, Any]]:
    items = data.get(key)
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _ids(data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return tuple(_text(item, "id") for item in _objects(data, key))
