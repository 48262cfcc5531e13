"""What happens to rooms, people and the installation itself, so that what we remember of them stays true.

https://docs.slack.dev/reference/events
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import structlog

from integrations.slack.elements import Json
from integrations.slack.heard import UNDERSTOOD, Answer, Heard
from integrations.slack.installs import Installs
from integrations.slack.people import People
from integrations.slack.rooms import Sitting

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


class News:
    """Hears of changes. What it does is done before Slack gets its answer: a missed one comes again."""

    def __init__(self, people: People, sitting: Sitting, installs: Installs) -> None:
        self._people = people
        self._sitting = sitting
        self._installs = installs
        self._by_type: Mapping[str, Callable[[Heard, Json], Awaitable[None]]] = {
            "member_joined_channel": self._joined,
            "member_left_channel": self._left,
            "team_join": self._person,
            "user_change": self._person,
            **dict.fromkeys(CHANGED, self._changed),
            **dict.fromkeys(CLOSED, self._closed),
        }

    async def heard(self, heard: Heard) -> Answer:
        event: Json = heard.body["event"]
        if handle := self._by_type.get(str(event.get("type"))):
            await handle(heard, event)
        return UNDERSTOOD

    async def _joined(self, heard: Heard, event: Json) -> None:
        await self._sitting.joined(heard.installation, heard.team, str(event["channel"]), str(event["user"]))

    async def _left(self, heard: Heard, event: Json) -> None:
        await self._sitting.left(heard.installation, heard.team, str(event["channel"]), str(event["user"]))

    async def _changed(self, heard: Heard, event: Json) -> None:
        await self._sitting.again(heard.installation, heard.team, _channel(event))

    async def _closed(self, heard: Heard, event: Json) -> None:
        await self._sitting.closed(heard.team, _channel(event))

    async def _person(self, heard: Heard, event: Json) -> None:
        self._people.learn(heard.team, event["user"], heard.installation)
        self._sitting.doubt()

    async def gone(self, team: str, enterprise: str, event: Json) -> Answer:
        """The app was taken out, or its token revoked. https://docs.slack.dev/reference/events/tokens_revoked"""
        revoked = (event.get("tokens") or {}).get("bot")
        if event.get("type") == "app_uninstalled" or revoked:
            await self._installs.forget(team, enterprise)
            log.warning("taken out of a workspace", action="slack.uninstalled", team=team, kind=event.get("type"))
        return UNDERSTOOD


CHANGED = (
    "channel_rename",
    "group_rename",
    "channel_unarchive",
    "group_unarchive",
    "channel_shared",
    "channel_unshared",
)
CLOSED = ("channel_archive", "group_archive", "channel_deleted", "group_deleted", "channel_left", "group_left")
GONE = ("app_uninstalled", "tokens_revoked")


def _channel(event: Json) -> str:
    """Some events tell of the room by its id, some show it whole."""
    channel = event.get("channel")
    return str(channel["id"]) if isinstance(channel, dict) else str(channel)
