"""What happens to rooms, people and the installation itself, so that what we remember of them stays true.

https://docs.slack.dev/reference/events
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import structlog

from integrations.slack.elements import Json
from integrations.slack.heard import OK, SlackRequest, SlackResponse
from integrations.slack.installs import Installations
from integrations.slack.people import SlackIdentities
from integrations.slack.rooms import SlackMembership

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


class MembershipEvents:
    """Hears of changes. What it does is done before Slack gets its answer: a missed one comes again."""

    def __init__(self, identities: SlackIdentities, membership: SlackMembership, installations: Installations) -> None:
        self._identities = identities
        self._membership = membership
        self._installations = installations
        self._by_type: Mapping[str, Callable[[SlackRequest, Json], Awaitable[None]]] = {
            "member_joined_channel": self._joined,
            "member_left_channel": self._left,
            "team_join": self._person,
            "user_change": self._person,
            **dict.fromkeys(CHANNEL_CHANGED, self._changed),
            **dict.fromkeys(CHANNEL_CLOSED, self._closed),
        }

    async def handle(self, request: SlackRequest) -> SlackResponse:
        event: Json = request.body["event"]
        if handle := self._by_type.get(str(event.get("type"))):
            await handle(request, event)
        return OK

    async def _joined(self, request: SlackRequest, event: Json) -> None:
        await self._membership.joined(request.installation, request.team, str(event["channel"]), str(event["user"]))

    async def _left(self, request: SlackRequest, event: Json) -> None:
        await self._membership.left(request.installation, request.team, str(event["channel"]), str(event["user"]))

    async def _changed(self, request: SlackRequest, event: Json) -> None:
        await self._membership.reload(request.installation, request.team, _channel_id(event))

    async def _closed(self, request: SlackRequest, event: Json) -> None:
        await self._membership.closed(request.team, _channel_id(event))

    async def _person(self, request: SlackRequest, event: Json) -> None:
        self._identities.remember(request.team, event["user"], request.installation)
        self._membership.mark_all_stale()

    async def uninstalled(self, team: str, enterprise: str, event: Json) -> SlackResponse:
        """The app was taken out, or its token revoked. https://docs.slack.dev/reference/events/tokens_revoked"""
        revoked = (event.get("tokens") or {}).get("bot")
        if event.get("type") == "app_uninstalled" or revoked:
            await self._installations.forget(team, enterprise)
            log.warning("taken out of a workspace", action="slack.uninstalled", team=team, kind=event.get("type"))
        return OK


CHANNEL_CHANGED = (
    "channel_rename",
    "group_rename",
    "channel_unarchive",
    "group_unarchive",
    "channel_shared",
    "channel_unshared",
)
CHANNEL_CLOSED = ("channel_archive", "group_archive", "channel_deleted", "group_deleted", "channel_left", "group_left")
UNINSTALL_EVENTS = ("app_uninstalled", "tokens_revoked")


def _channel_id(event: Json) -> str:
    """Some events tell of the room by its id, some show it whole."""
    channel = event.get("channel")
    return str(channel["id"]) if isinstance(channel, dict) else str(channel)
