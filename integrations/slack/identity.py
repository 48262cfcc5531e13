"""Who a Slack account is: a full member with a confirmed e-mail address, a guest, or a bot."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from integrations.ports.clock import Clock
from integrations.ports.errors import Rejected, Unavailable
from integrations.ports.inbound import Account
from integrations.ports.state import AccountLinks
from integrations.slack.client import SlackClient
from integrations.slack.config import PLATFORM
from integrations.slack.installations import Installation
from integrations.slack.markup import Json, mentioned_users, readable_text, unnamed_channels

FRESH = timedelta(hours=1)
LINKED_FRESH = timedelta(minutes=10)
MAX_SINGLE_LOOKUPS = 10  # for more people, listing all users is faster
MAX_CHANNELS = 5  # of one text that are looked up; the others are left out
PAGE = 500
MAX_PAGES = 40
MAX_MENTIONS = 50  # each may take a call, and a person is waiting
LINKED_TIMEOUT_S = 1.0  # to check that a linked person is still a member; a person is waiting

Kind = Literal["member", "guest", "bot"]


@dataclass(frozen=True, slots=True)
class SlackProfile:
    """A user's profile in their workspace. A deactivated account reads nothing any more."""

    name: str
    email: str
    kind: Kind
    is_deactivated: bool = False


UNKNOWN_PROFILE = SlackProfile("", "", "guest")


class SlackIdentities:
    """Looks users up and caches their profiles for an hour; events keep the cache up to date."""

    def __init__(self, client: SlackClient, accounts: AccountLinks, clock: Clock, *, stretch: float = 1.0) -> None:
        self._timeout_s = LINKED_TIMEOUT_S * stretch
        self._client = client
        self._accounts = accounts
        self._clock = clock
        self._profiles: dict[tuple[str, str], tuple[SlackProfile, datetime]] = {}
        self._linked: dict[tuple[str, str], datetime] = {}

    async def account(self, installation: Installation, team: str, user: str, *, home: str = "") -> Account:
        """The account of *user*. *home* is the workspace it belongs to, if Slack says so. Raises Unavailable.

        Unlinked people are looked up in Slack. Linked ones are looked up once; events report later changes.
        """
        if home and home not in (team, installation.team, installation.enterprise):
            return Account(PLATFORM, user, home, kind="guest")
        if not await self._is_linked(team, user):
            return as_account(team, user, await self.profile(installation, team, user))
        profile = await self._linked_profile(installation, team, user)
        if profile and profile.kind != "member":  # a linked member may have become a guest
            return as_account(team, user, profile)
        return Account(PLATFORM, user, team)

    async def _linked_profile(self, installation: Installation, team: str, user: str) -> SlackProfile | None:
        """The profile of a linked person; the cached one, if any, while Slack cannot be reached."""
        before, _ = self._profiles.get((team, user), (None, None))
        if before and before.kind == "member":
            return before
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self.profile(installation, team, user)
        except (Unavailable, TimeoutError):
            return before

    async def _is_linked(self, team: str, user: str) -> bool:
        """True if the account is linked. Cached for minutes; after unlinking, dispatch refuses at once all the same."""
        now = self._clock.now()
        if now < self._linked.get((team, user), now):
            return True
        linked = await self._accounts.is_linked(PLATFORM, team, user)
        if linked:
            self._linked[team, user] = now + LINKED_FRESH
        return linked

    async def profile(self, installation: Installation, team: str, user: str) -> SlackProfile:
        if cached := self._cached(team, user):
            return cached
        try:
            response = await self._client.call(installation.token, "users.info", user=user)
        except Rejected:
            return UNKNOWN_PROFILE
        return self.remember(team, response["user"], installation)

    async def profiles(self, installation: Installation, team: str, users: Iterable[str]) -> Mapping[str, SlackProfile]:
        """The profiles by user id. If many are not cached, all users of the workspace are listed at once."""
        ids = tuple(users)
        if sum(self._cached(team, user) is None for user in ids) > MAX_SINGLE_LOOKUPS:
            await self._load_all(installation, team)
        return {user: await self.profile(installation, team, user) for user in ids}

    async def _load_all(self, installation: Installation, team: str) -> None:
        cursor = ""
        for _ in range(MAX_PAGES):
            within = {"team_id": team} if installation.everywhere else {}
            page = await self._client.call(
                installation.token, "users.list", limit=PAGE, cursor=cursor or None, **within
            )
            for user in page.get("members", []):
                self.remember(team, user, installation)
            cursor = page.get("response_metadata", {}).get("next_cursor", "")
            if not cursor:
                return

    async def changed(self, team: str, user: Json, installation: Installation) -> None:
        """Take over a profile that Slack says has changed. A deactivated account of ours means that its person left."""
        profile = self.remember(team, user, installation)
        account = as_account(team, str(user.get("id", "")), profile)
        if user.get("deleted") and not _is_from_elsewhere(user, installation):
            self._linked.pop((team, account.external_id), None)
            # A deactivated account is no member any more, but the address was confirmed while it was one.
            await self._accounts.deactivated(replace(account, email=_confirmed_email(user)))
        elif account.kind == "member":
            await self._accounts.profile_changed(account)

    def remember(self, team: str, user: Json, installation: Installation) -> SlackProfile:
        """Cache the profile in a `user` object that Slack sent."""
        profile = profile_from(user, installation)
        self._profiles[team, str(user.get("id", ""))] = (profile, self._clock.now() + FRESH)
        return profile

    def _cached(self, team: str, user: str) -> SlackProfile | None:
        profile, until = self._profiles.get((team, user), (None, self._clock.now()))
        return profile if self._clock.now() < until else None

    async def readable_text(self, installation: Installation, team: str, text: str) -> str:
        """*text* as it was typed, with people's e-mail addresses or names in place of their ids."""
        users, channels = mentioned_users(text)[:MAX_MENTIONS], unnamed_channels(text)[:MAX_CHANNELS]
        people = {user: await self._display_name(installation, team, user) for user in users}
        rooms = {channel: await self._channel_name(installation, channel) for channel in channels}
        return readable_text(text, people | rooms, installation.bot_user)

    async def _channel_name(self, installation: Installation, channel: str) -> str:
        """The name of a public channel; "" for others and while Slack cannot be reached."""
        try:
            response = await self._client.call(installation.token, "conversations.info", channel=channel)
        except (Rejected, Unavailable):
            return ""
        info: Json = response["channel"]
        return "" if info.get("is_private") else str(info.get("name") or "")

    async def _display_name(self, installation: Installation, team: str, user: str) -> str:
        """The e-mail address that *user* is linked to, else the confirmed one in Slack, else the name."""
        if user == installation.bot_user:
            return ""
        if email := await self._accounts.email_of(PLATFORM, team, user):
            return email
        try:
            profile = await self.profile(installation, team, user)
        except Unavailable:
            return ""
        if profile.email and profile.kind == "member":
            return profile.email
        return f"@{profile.name}" if profile.name else ""


def as_account(team: str, user: str, profile: SlackProfile) -> Account:
    return Account(PLATFORM, user, team, profile.name, profile.email, profile.kind)


def profile_from(user: Json, installation: Installation) -> SlackProfile:
    """The profile in a `user` object. https://docs.slack.dev/reference/objects/user-object"""
    details = user.get("profile") or {}
    name = str(details.get("real_name") or user.get("real_name") or user.get("name") or "")
    kind = _kind(user, installation)
    email = _confirmed_email(user) if kind == "member" else ""
    return SlackProfile(name, email, kind, bool(user.get("deleted")))


def _confirmed_email(user: Json) -> str:
    """The address of a full account, as far as Slack confirms it; "" for guests."""
    # Users can only log in with a confirmed address; Slack flags invited people who never did.
    confirmed = user.get("is_email_confirmed") is not False and not user.get("is_invited_user")
    limited = any(user.get(flag) for flag in ("is_restricted", "is_ultra_restricted", "is_stranger"))
    return str((user.get("profile") or {}).get("email") or "") if confirmed and not limited else ""


def _kind(user: Json, installation: Installation) -> Kind:
    if user.get("is_bot") or user.get("is_workflow_bot") or user.get("id") == "USLACKBOT":
        return "bot"
    limited = any(user.get(flag) for flag in ("is_restricted", "is_ultra_restricted", "is_stranger", "deleted"))
    return "guest" if limited or _is_from_elsewhere(user, installation) else "member"


def _is_from_elsewhere(user: Json, installation: Installation) -> bool:
    """Whether the user belongs to another organisation and is seen here in a shared channel."""
    organisation = (user.get("enterprise_user") or {}).get("enterprise_id", "")
    ours = {installation.team, installation.enterprise} - {""}
    return bool(user.get("team_id")) and not ours & {user["team_id"], organisation}
