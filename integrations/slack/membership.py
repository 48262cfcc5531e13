"""Who sits in which room. What a card there may hold depends on it, so it is told before anybody is answered there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from integrations.ports.clock import Clock
from integrations.ports.errors import Rejected, Unavailable
from integrations.ports.inbound import Account, ConversationRef
from integrations.ports.state import Membership
from integrations.slack.client import SlackClient
from integrations.slack.identity import SlackIdentities, as_account
from integrations.slack.installations import Installation, Installations
from integrations.slack.markup import Json
from integrations.slack.parsing import SlackRequest
from integrations.slack.responses import OK, SlackResponse

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

FRESH = timedelta(minutes=5)
REFRESH_EVERY = timedelta(minutes=30)  # between two looks at a room in which nobody speaks
UNKNOWN_AFTER = timedelta(minutes=35)  # without a look that told anything, nobody knows any more who sits there
PAGE = 500
MAX_MEMBERS = 5_000  # a larger room is a public square: nothing restricted is said there
MEMBERS_TIMEOUT_S = 1.5  # of the three seconds in which Slack wants its answer


@dataclass(frozen=True, slots=True)
class ChannelState:
    """A room as Slack told of it. *members* is everybody but us; None when it cannot be told."""

    where: ConversationRef
    members: tuple[Account, ...] | None
    is_external: bool
    is_member: bool  # we sit in it, so something can be posted there
    fresh_until: datetime


class SlackMembership:
    """Tells the house who sits where, and remembers it for five minutes; events keep it true meanwhile."""

    def __init__(
        self, client: SlackClient, identities: SlackIdentities, rooms: Membership, clock: Clock, *, stretch: float = 1.0
    ) -> None:
        self._in_time_s = MEMBERS_TIMEOUT_S * stretch
        self._client = client
        self._identities = identities
        self._membership = rooms
        self._clock = clock
        self._known: dict[tuple[str, str], ChannelState] = {}

    async def channel_state(self, installation: Installation, team: str, channel: str, name: str = "") -> ChannelState:
        """The room, told to the house if that was not done lately. What cannot be found out is told as unknown.

        Raises Unavailable when the house itself cannot be told.
        """
        known = self._known.get((team, channel))
        if known and self._clock.now() < known.fresh_until:
            return known
        where = ConversationRef("slack", channel, team, name or (known.where.name if known else ""))
        try:
            async with asyncio.timeout(self._in_time_s):
                found = await self._fetch(installation, where)
        except (Unavailable, TimeoutError):
            log.warning("a room's members are not known", action="slack.room_unknown", conversation=channel)
            found = ChannelState(where, None, is_external=False, is_member=True, fresh_until=self._clock.now())
        return await self._sync(found)

    async def refresh(self, installation: Installation, where: ConversationRef) -> None:
        """Look at a room in which nobody speaks, unless that was done lately. Raises Unavailable.

        Then what the house knew stands for a few minutes more, in which it is tried again.
        """
        known = self._known.get((where.workspace, where.id))
        looked = known.fresh_until - FRESH if known else None
        if looked and self._clock.now() < looked + REFRESH_EVERY:
            return
        try:
            found = await self._fetch(installation, where)
        except Unavailable:
            if known and looked and self._clock.now() >= looked + UNKNOWN_AFTER:
                await self._sync(replace(known, members=None))
            raise
        await self._sync(found)

    async def joined(self, installation: Installation, team: str, channel: str, user: str) -> None:
        """Somebody came in."""
        known = self._known.get((team, channel))
        if user == installation.bot_user or known is None or known.members is None:
            await self.reload(installation, team, channel)
        else:
            others = [each for each in known.members if each.external_id != user]
            account = await self._identities.account(installation, team, user)
            await self._sync(replace(known, members=(*others, account)))

    async def left(self, installation: Installation, team: str, channel: str, user: str) -> None:
        """Somebody went out."""
        known = self._known.get((team, channel))
        if user == installation.bot_user:
            await self.closed(team, channel)
        elif known is None or known.members is None:
            await self.reload(installation, team, channel)
        else:
            others = [each for each in known.members if each.external_id != user]
            await self._sync(replace(known, members=tuple(others)))

    async def reload(self, installation: Installation, team: str, channel: str) -> None:
        """Something about the room changed: look at it anew."""
        if known := self._known.get((team, channel)):
            self._known[team, channel] = replace(known, fresh_until=self._clock.now())
        await self.channel_state(installation, team, channel)

    async def closed(self, team: str, channel: str) -> None:
        """We are not in it any more, or it was archived."""
        self._known.pop((team, channel), None)
        await self._membership.mark_closed(ConversationRef("slack", channel, team))

    def mark_all_stale(self) -> None:
        """Somebody changed who may sit anywhere: look at every room again before the next word there."""
        self._known = {key: replace(room, fresh_until=self._clock.now()) for key, room in self._known.items()}

    async def _fetch(self, installation: Installation, where: ConversationRef) -> ChannelState:
        until = self._clock.now() + FRESH
        try:
            said = await self._client.call(installation.token, "conversations.info", channel=where.id)
            info: Json = said["channel"]
            members = await self._members(installation, where)
        except Rejected:
            # Not ours to look into: somebody typed a command in a private room or in other people's conversation.
            return ChannelState(where, None, is_external=False, is_member=False, fresh_until=until)
        name = f"#{info['name']}" if info.get("name") else where.name
        # A room that several workspaces of one organisation share is no stranger's.
        external = bool(info.get("is_ext_shared") or info.get("is_pending_ext_shared"))
        inside = bool(info.get("is_member", True))
        return ChannelState(replace(where, name=name), members, external, inside, until)

    async def _members(self, installation: Installation, where: ConversationRef) -> tuple[Account, ...] | None:
        found: list[str] = []
        cursor = ""
        while len(found) <= MAX_MEMBERS:
            page = await self._client.call(
                installation.token,
                "conversations.members",
                channel=where.id,
                limit=PAGE,
                cursor=cursor or None,
            )
            found += [str(user) for user in page.get("members", []) if user != installation.bot_user]
            cursor = page.get("response_metadata", {}).get("next_cursor", "")
            if not cursor:
                profiles = await self._identities.profiles(installation, where.workspace, found)
                return tuple(as_account(where.workspace, user, profile) for user, profile in profiles.items())
        return None

    async def _sync(self, room: ChannelState) -> ChannelState:
        await self._membership.sync(room.where, room.members, external=room.is_external)
        self._known[room.where.workspace, room.where.id] = room
        return room


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
