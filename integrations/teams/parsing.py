"""One activity of the Bot Connector, read out of its JSON before anybody trusts it. Pure.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference#activity-object
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

PERSONAL, GROUP, CHANNEL = "personal", "groupChat", "channel"
SHARED = "shared"  # a sort of channel
FILE_DOWNLOAD_TYPE = "application/vnd.microsoft.teams.file.download.info"

# The id of a thread is the channel's with this and the id of the first message behind it.
# https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/channel-and-group-conversations
_THREAD = ";messageid="


@dataclass(frozen=True, slots=True)
class DroppedFile:
    """A file that somebody dropped into the chat; *url* opens it for a few minutes, for anybody who has it."""

    name: str
    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TeamsMention:
    """Somebody else who is mentioned: *words* stand for them in the text."""

    words: str
    account: str
    name: str


@dataclass(frozen=True, slots=True)
class TeamsActivity:
    """What happened, where, and who did it. `conversation` is without its thread; `bot` is us."""

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
        """The name of this very event: the Connector may send it twice."""
        return f"{self.conversation}|{self.id}" if self.id else ""

    @property
    def direct(self) -> bool:
        return self.sort == PERSONAL


def parse_activity(data: Mapping[str, Any]) -> TeamsActivity:
    """*data* as far as it can be made out; what is missing or of another shape is empty."""
    place, extra, sender = _object(data, "conversation"), _object(data, "channelData"), _object(data, "from")
    us, team, channel = _object(data, "recipient"), _object(extra, "team"), _object(extra, "channel")
    conversation, _, thread = _text(place, "id").partition(_THREAD)
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
        mentions=tuple(each for each in _mentions(data) if each.account != _text(us, "id")),
    )


def _sort(place: Mapping[str, Any], channel: Mapping[str, Any]) -> str:
    said = _text(place, "conversationType")
    if said in (PERSONAL, GROUP, CHANNEL):
        return said
    if _text(channel, "id"):
        return CHANNEL
    return GROUP if place.get("isGroup") is True else PERSONAL


def _own_text(data: Mapping[str, Any], us: str) -> str:
    """What was said without our own name; other people's stay. A mention may be anywhere in the text."""
    words = _text(data, "text")
    for each in _mentions(data):
        if each.account == us:
            words = words.replace(each.words, " ")
    return words.strip()


def _mentions(data: Mapping[str, Any]) -> Sequence[TeamsMention]:
    found = [each for each in _objects(data, "entities") if _text(each, "type").lower() == "mention"]
    people = [(_text(each, "text"), _object(each, "mentioned")) for each in found]
    return [TeamsMention(words, _text(who, "id"), _text(who, "name")) for words, who in people if words]


def _files(data: Mapping[str, Any]) -> Sequence[DroppedFile]:
    return [
        DroppedFile(_text(each, "name"), url)
        for each in _objects(data, "attachments")
        if _text(each, "contentType") == FILE_DOWNLOAD_TYPE and (url := _text(_object(each, "content"), "downloadUrl"))
    ]


def _text(data: Mapping[str, Any], key: str) -> str:
    """That text, "" when it is none; half a character, which JSON may hold and no store takes, is a question mark."""
    found = data.get(key)
    return found.encode(errors="replace").decode() if isinstance(found, str) else ""


def _object(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = data.get(key)
    return found if isinstance(found, dict) else {}


def _objects(data: Mapping[str, Any], key: str) -> Sequence[Mapping[str, Any]]:
    found = data.get(key)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _ids(data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return tuple(_text(each, "id") for each in _objects(data, key))
