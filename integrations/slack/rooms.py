"""Who sits in which room. What a card there may hold depends on it, so it is told before anybody is answered there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from integrations.ports.clock import Clock
from integrations.ports.errors import Rejected, Unavailable
from integrations.ports.inbound import Account, ConversationRef
from integrations.ports.keeping import Membership
from integrations.slack.elements import Json
from integrations.slack.installs import Installation
from integrations.slack.people import SlackIdentities, as_account
from integrations.slack.web import SlackClient

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
    external: bool
    inside: bool  # we sit in it, so something can be posted there
    until: datetime


class SlackMembership:
    """Tells the house who sits where, and remembers it for five minutes; events keep it true meanwhile."""

    def __init__(
        self, web: SlackClient, people: SlackIdentities, rooms: Membership, clock: Clock, *, stretch: float = 1.0
    ) -> None:
        self._in_time_s = MEMBERS_TIMEOUT_S * stretch
        self._web = web
        self._people = people
        self._rooms = rooms
        self._clock = clock
        self._known: dict[tuple[str, str], ChannelState] = {}

    async def room(self, installation: Installation, team: str, channel: str, name: str = "") -> ChannelState:
        """The room, told to the house if that was not done lately. What cannot be found out is told as unknown.

        Raises Unavailable when the house itself cannot be told.
        """
        known = self._known.get((team, channel))
        if known and self._clock.now() < known.until:
            return known
        where = ConversationRef("slack", channel, team, name or (known.where.name if known else ""))
        try:
            async with asyncio.timeout(self._in_time_s):
                found = await self._ask(installation, where)
        except (Unavailable, TimeoutError):
            log.warning("a room's members are not known", action="slack.room_unknown", conversation=channel)
            found = ChannelState(where, None, external=False, inside=True, until=self._clock.now())
        return await self._tell(found)

    async def look(self, installation: Installation, where: ConversationRef) -> None:
        """Look at a room in which nobody speaks, unless that was done lately. Raises Unavailable.

        Then what the house knew stands for a few minutes more, in which it is tried again.
        """
        known = self._known.get((where.workspace, where.conversation))
        looked = known.until - FRESH if known else None
        if looked and self._clock.now() < looked + REFRESH_EVERY:
            return
        try:
            found = await self._ask(installation, where)
        except Unavailable:
            if known and looked and self._clock.now() >= looked + UNKNOWN_AFTER:
                await self._tell(replace(known, members=None))
            raise
        await self._tell(found)

    async def joined(self, installation: Installation, team: str, channel: str, user: str) -> None:
        """Somebody came in."""
        known = self._known.get((team, channel))
        if user == installation.bot_user or known is None or known.members is None:
            await self.again(installation, team, channel)
        else:
            others = [each for each in known.members if each.external_id != user]
            account = await self._people.account(installation, team, user)
            await self._tell(replace(known, members=(*others, account)))

    async def left(self, installation: Installation, team: str, channel: str, user: str) -> None:
        """Somebody went out."""
        known = self._known.get((team, channel))
        if user == installation.bot_user:
            await self.closed(team, channel)
        elif known is None or known.members is None:
            await self.again(installation, team, channel)
        else:
            others = [each for each in known.members if each.external_id != user]
            await self._tell(replace(known, members=tuple(others)))

    async def again(self, installation: Installation, team: str, channel: str) -> None:
        """Something about the room changed: look at it anew."""
        if known := self._known.get((team, channel)):
            self._known[team, channel] = replace(known, until=self._clock.now())
        await self.room(installation, team, channel)

    async def closed(self, team: str, channel: str) -> None:
        """We are not in it any more, or it was archived."""
        self._known.pop((team, channel), None)
        await self._rooms.closed(ConversationRef("slack", channel, team))

    def doubt(self) -> None:
        """Somebody changed who may sit anywhere: look at every room again before the next word there."""
        self._known = {key: replace(room, until=self._clock.now()) for key, room in self._known.items()}

    async def _ask(self, installation: Installation, where: ConversationRef) -> ChannelState:
        until = self._clock.now() + FRESH
        try:
            said = await self._web.call(installation.token, "conversations.info", channel=where.conversation)
            info: Json = said["channel"]
            members = await self._members(installation, where)
        except Rejected:
            # Not ours to look into: somebody typed a command in a private room or in other people's conversation.
            return ChannelState(where, None, external=False, inside=False, until=until)
        name = f"#{info['name']}" if info.get("name") else where.name
        # A room that several workspaces of one organisation share is no stranger's.
        external = bool(info.get("is_ext_shared") or info.get("is_pending_ext_shared"))
        inside = bool(info.get("is_member", True))
        return ChannelState(replace(where, name=name), members, external, inside, until)

    async def _members(self, installation: Installation, where: ConversationRef) -> tuple[Account, ...] | None:
        found: list[str] = []
        cursor = ""
        while len(found) <= MAX_MEMBERS:
            page = await self._web.call(
                installation.token,
                "conversations.members",
                channel=where.conversation,
                limit=PAGE,
                cursor=cursor or None,
            )
            found += [str(user) for user in page.get("members", []) if user != installation.bot_user]
            cursor = page.get("response_metadata", {}).get("next_cursor", "")
            if not cursor:
                profiles = await self._people.profiles(installation, where.workspace, found)
                return tuple(as_account(where.workspace, user, profile) for user, profile in profiles.items())
        return None

    async def _tell(self, room: ChannelState) -> ChannelState:
        await self._rooms.seen(room.where, room.members, external=room.external)
        self._known[room.where.workspace, room.where.conversation] = room
        return room
