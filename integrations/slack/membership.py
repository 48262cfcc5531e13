"""Who is in which channel. It decides what a card may contain there, so it is updated before each answer."""

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
from integrations.slack.config import PLATFORM
from integrations.slack.identity import SlackIdentities, as_account
from integrations.slack.installations import Installation, Installations
from integrations.slack.markup import Json
from integrations.slack.payloads import CHANNEL_CHANGED, CHANNEL_CLOSED, SlackRequest
from integrations.slack.responses import OK, SlackResponse

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

FRESH = timedelta(minutes=5)
REFRESH_EVERY = timedelta(minutes=30)  # for a channel in which nobody writes
UNKNOWN_AFTER = timedelta(minutes=35)  # without a successful refresh, the members count as unknown
PAGE = 500
MAX_MEMBERS = 5_000  # a larger channel counts as unknown, so nothing restricted is posted there
MEMBERS_TIMEOUT_S = 1.5  # of the three seconds that Slack waits for an answer


@dataclass(frozen=True, slots=True)
class ChannelState:
    """A channel as Slack described it. *members* excludes the bot; None if they are unknown."""

    where: ConversationRef
    members: tuple[Account, ...] | None
    is_external: bool
    is_member: bool  # the bot is in it, so it can post there
    fresh_until: datetime


class SlackMembership:
    """Stores who is in which channel, with a cache of five minutes that events keep up to date."""

    def __init__(
        self, client: SlackClient, identities: SlackIdentities, rooms: Membership, clock: Clock, *, stretch: float = 1.0
    ) -> None:
        self._timeout_s = MEMBERS_TIMEOUT_S * stretch
        self._client = client
        self._identities = identities
        self._membership = rooms
        self._clock = clock
        self._known: dict[tuple[str, str], ChannelState] = {}

    async def channel_state(self, installation: Installation, team: str, channel: str, name: str = "") -> ChannelState:
        """The channel, fetched and stored unless cached. If Slack cannot be reached, its members count as unknown.

        Raises Unavailable when the store cannot be reached.
        """
        known = self._known.get((team, channel))
        if known and self._clock.now() < known.fresh_until:
            return known
        where = ConversationRef(PLATFORM, channel, team, name or (known.where.name if known else ""))
        try:
            async with asyncio.timeout(self._timeout_s):
                state = await self._fetch(installation, where)
        except (Unavailable, TimeoutError):
            log.warning("members not read", action="slack.room_unknown", conversation=channel)
            state = ChannelState(where, None, is_external=False, is_member=True, fresh_until=self._clock.now())
        return await self._sync(state)

    async def refresh(self, installation: Installation, where: ConversationRef) -> None:
        """Fetch a channel in which nobody writes, unless that was done recently. Raises Unavailable.

        After a failure the stored members stay valid until `UNKNOWN_AFTER`.
        """
        known = self._known.get((where.workspace, where.id))
        fetched_at = known.fresh_until - FRESH if known else None
        if fetched_at and self._clock.now() < fetched_at + REFRESH_EVERY:
            return
        try:
            state = await self._fetch(installation, where)
        except Unavailable:
            if known and fetched_at and self._clock.now() >= fetched_at + UNKNOWN_AFTER:
                await self._sync(replace(known, members=None))
            raise
        await self._sync(state)

    async def reopen(self, installation: Installation, where: ConversationRef) -> None:
        """Open a closed channel again if the bot is back in it. Raises Unavailable."""
        state = await self._fetch(installation, where)
        if state.is_member:
            await self._sync(state)

    async def joined(self, installation: Installation, team: str, channel: str, user: str) -> None:
        """A user or the bot joined the channel."""
        known = self._known.get((team, channel))
        if user == installation.bot_user or known is None or known.members is None:
            await self.reload(installation, team, channel)
        else:
            others = [member for member in known.members if member.external_id != user]
            account = await self._identities.account(installation, team, user)
            await self._sync(replace(known, members=(*others, account)))

    async def left(self, installation: Installation, team: str, channel: str, user: str) -> None:
        """A user or the bot left the channel."""
        known = self._known.get((team, channel))
        if user == installation.bot_user:
            await self.closed(team, channel)
        elif known is None or known.members is None:
            await self.reload(installation, team, channel)
        else:
            others = [member for member in known.members if member.external_id != user]
            await self._sync(replace(known, members=tuple(others)))

    async def reload(self, installation: Installation, team: str, channel: str) -> None:
        """Fetch the channel again, because something about it changed."""
        if known := self._known.get((team, channel)):
            self._known[team, channel] = replace(known, fresh_until=self._clock.now())
        await self.channel_state(installation, team, channel)

    async def id_changed(self, installation: Installation, team: str, old: str, new: str) -> None:
        """Slack gave the channel another id, as it does when a private channel is shared with another organisation."""
        self._known.pop((team, old), None)
        await self._membership.change_id(ConversationRef(PLATFORM, old, team), new)
        await self.reload(installation, team, new)

    async def closed(self, team: str, channel: str) -> None:
        """The bot was removed from the channel, or it was archived."""
        self._known.pop((team, channel), None)
        await self._membership.mark_closed(ConversationRef(PLATFORM, channel, team))

    def mark_all_stale(self) -> None:
        """Fetch every channel again before the next answer there, because a user's profile changed."""
        self._known = {key: replace(state, fresh_until=self._clock.now()) for key, state in self._known.items()}

    async def _fetch(self, installation: Installation, where: ConversationRef) -> ChannelState:
        until = self._clock.now() + FRESH
        try:
            response = await self._client.call(installation.token, "conversations.info", channel=where.id)
            info: Json = response["channel"]
            members = await self._members(installation, where)
        except Rejected:
            # A command typed in a private channel or a conversation that the bot is not in.
            return ChannelState(where, None, is_external=False, is_member=False, fresh_until=until)
        name = f"#{info['name']}" if info.get("name") else where.name
        # A channel shared only within one organisation is not external.
        external = bool(info.get("is_ext_shared") or info.get("is_pending_ext_shared"))
        is_member = bool(info.get("is_member", True)) and not info.get("is_archived")
        return ChannelState(replace(where, name=name), members, external, is_member, until)

    async def _members(self, installation: Installation, where: ConversationRef) -> tuple[Account, ...] | None:
        ids: list[str] = []
        cursor = ""
        while len(ids) <= MAX_MEMBERS:
            page = await self._client.call(
                installation.token,
                "conversations.members",
                channel=where.id,
                limit=PAGE,
                cursor=cursor or None,
            )
            ids += [str(user) for user in page.get("members", []) if user != installation.bot_user]
            cursor = page.get("response_metadata", {}).get("next_cursor", "")
            if not cursor:
                profiles = await self._identities.profiles(installation, where.workspace, ids)
                return tuple(
                    as_account(where.workspace, user, profile)
                    for user, profile in profiles.items()
                    if not profile.is_deactivated
                )
        return None

    async def _sync(self, state: ChannelState) -> ChannelState:
        await self._membership.sync(state.where, state.members, external=state.is_external)
        self._known[state.where.workspace, state.where.id] = state
        return state


class MembershipEvents:
    """Handles membership events before they are acknowledged, so that Slack repeats failed ones."""

    def __init__(self, identities: SlackIdentities, membership: SlackMembership, installations: Installations) -> None:
        self._identities = identities
        self._membership = membership
        self._installations = installations
        self._by_type: Mapping[str, Callable[[SlackRequest, Json], Awaitable[None]]] = {
            "member_joined_channel": self._joined,
            "member_left_channel": self._left,
            "team_join": self._person,
            "user_change": self._person,
            "channel_id_changed": self._id_changed,
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
        """A profile is new, changed or deactivated. https://docs.slack.dev/reference/events/user_change"""
        await self._identities.changed(request.team, event["user"], request.installation)
        self._membership.mark_all_stale()

    async def _id_changed(self, request: SlackRequest, event: Json) -> None:
        """https://docs.slack.dev/reference/events/channel_id_changed"""
        old, new = str(event["old_channel_id"]), str(event["new_channel_id"])
        await self._membership.id_changed(request.installation, request.team, old, new)

    async def uninstalled(self, team: str, enterprise: str, event: Json) -> SlackResponse:
        """The app was uninstalled, or its token revoked. https://docs.slack.dev/reference/events/tokens_revoked"""
        revoked = (event.get("tokens") or {}).get("bot")
        if event.get("type") == "app_uninstalled" or revoked:
            await self._installations.forget(team, enterprise)
            log.warning("uninstalled from a workspace", action="slack.uninstalled", team=team, kind=event.get("type"))
        return OK


UNINSTALL_EVENTS = ("app_uninstalled", "tokens_revoked")


def _channel_id(event: Json) -> str:
    """Some events contain the channel's id, some the whole channel object."""
    channel = event.get("channel")
    return str(channel["id"]) if isinstance(channel, dict) else str(channel)
