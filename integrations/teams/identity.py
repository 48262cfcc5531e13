"""Who a Teams account is: a full member of our tenant with its verified e-mail address, a guest, or a bot.

A person has two ids: `29:…`, which the bot sees, and the Entra object id, which an administrator knows and imports.
The one that is already linked is used, otherwise the first.
https://learn.microsoft.com/microsoftteams/platform/bots/how-to/get-teams-context
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from integrations.ports.errors import Rejected, Unavailable
from integrations.ports.inbound import Account
from integrations.ports.state import AccountLinks
from integrations.teams.client import TeamsClient
from integrations.teams.config import PLATFORM, TeamsConfig
from integrations.teams.parsing import TeamsActivity

WORKSPACE = ""  # there is one tenant, in which ids are unique

PAGE = 500  # the maximum page size, by the page cited above
MAX_MEMBERS = 2_000  # a larger conversation counts as unknown, because reading it would take minutes
LOOKUP_TIMEOUT_S = 2.0  # a person is waiting
FRESH_S = 300.0  # how long the profile of an unlinked account is cached
LINKED_TIMEOUT_S = 1.0  # to check that a linked person is still a member; a person is waiting
LINKED_FRESH_S = 4 * 3600.0  # no event says that a member became a guest

Kind = Literal["member", "guest", "bot"]


@dataclass(frozen=True, slots=True)
class TeamsProfile:
    """One entry of a roster."""

    id: str
    object_id: str
    name: str
    email: str
    kind: Kind


class TeamsIdentities:
    """Looks accounts up in Teams: unlinked ones, and a few times a day whether linked ones are still members."""

    def __init__(
        self,
        config: TeamsConfig,
        client: TeamsClient,
        accounts: AccountLinks,
        *,
        clock: Callable[[], float] = time.monotonic,
        stretch: float = 1.0,
    ) -> None:
        self._config = config
        self._client = client
        self._accounts = accounts
        self._clock = clock
        self._stretch = stretch
        self._unlinked: dict[str, tuple[float, Account]] = {}
        self._linked: dict[str, tuple[float, Kind]] = {}  # expiry and kind

    async def account(self, activity: TeamsActivity) -> Account:
        """The account that sent *activity*. While Teams cannot be reached it counts as unknown."""
        for external_id in filter(None, (activity.sender, activity.sender_object)):
            if await self._accounts.is_linked(PLATFORM, WORKSPACE, external_id):
                kind = await self._kind_of(activity)
                return Account(PLATFORM, external_id, WORKSPACE, activity.sender_name, kind=kind)
        cached = self._unlinked.get(activity.sender)
        if cached and self._clock() - cached[0] < FRESH_S:
            return cached[1]
        try:
            async with asyncio.timeout(LOOKUP_TIMEOUT_S * self._stretch):
                profile = await self._profile(activity)
        except (Unavailable, Rejected, TimeoutError):
            return Account(PLATFORM, activity.sender, WORKSPACE, activity.sender_name)
        account = as_account(profile, ())
        self._remember(account)
        return account

    async def _kind_of(self, activity: TeamsActivity) -> Kind:
        """The current kind of a linked account; the last known one, at first "member", while Teams cannot be reached."""
        until, kind = self._linked.get(activity.sender, (float("-inf"), "member"))
        if self._clock() < until:
            return kind
        try:
            async with asyncio.timeout(LINKED_TIMEOUT_S * self._stretch):
                kind = (await self._profile(activity)).kind
            keep_s = LINKED_FRESH_S if kind == "member" else FRESH_S
        except (Unavailable, Rejected, TimeoutError):
            keep_s = FRESH_S
        self._linked[activity.sender] = (self._clock() + keep_s, kind)
        return kind

    async def _profile(self, activity: TeamsActivity) -> TeamsProfile:
        return await self._member(activity, activity.sender)

    async def _member(self, activity: TeamsActivity, account: str) -> TeamsProfile:
        data = await self._client.get_json(
            activity.service_url, "conversations", activity.conversation, "members", account
        )
        return profile_from(data, self._config.tenant_id)

    async def email_of(self, activity: TeamsActivity, account: str) -> str:
        """The address of somebody whom *activity* mentions: that of their account, else as Teams confirms it, else ""."""
        if email := await self._accounts.email_of(PLATFORM, WORKSPACE, account):
            return email
        if not account.startswith("29:"):
            return ""
        try:
            async with asyncio.timeout(LOOKUP_TIMEOUT_S * self._stretch):
                return (await self._member(activity, account)).email
        except (Unavailable, Rejected, TimeoutError):
            return ""

    def _remember(self, account: Account) -> None:
        now = self._clock()
        kept = self._unlinked.items()
        self._unlinked = {key: value for key, value in kept if now - value[0] < FRESH_S}
        self._unlinked[account.external_id] = (now, account)

    async def members(self, service_url: str, conversation: str, us: str) -> Sequence[Account] | None:
        """All members except the bot; None when there are too many. Raises Unavailable and Rejected."""
        profiles: list[TeamsProfile] = []
        token = ""
        while True:
            query = {"pageSize": str(PAGE)} | ({"continuationToken": token} if token else {})
            page = await self._client.get_json(service_url, "conversations", conversation, "pagedmembers", **query)
            profiles += [profile_from(entry, self._config.tenant_id) for entry in page.get("members", ())]
            token = str(page.get("continuationToken") or "")
            if len(profiles) > MAX_MEMBERS:
                return None
            if not token:
                break
        others = [profile for profile in profiles if profile.id not in (us, self._config.bot_account)]
        object_ids = [profile.object_id for profile in others if profile.object_id]
        linked = await self._accounts.linked(PLATFORM, WORKSPACE, [*object_ids, *(profile.id for profile in others)])
        return [as_account(profile, linked) for profile in others]


def profile_from(data: Mapping[str, Any], tenant: str) -> TeamsProfile:
    """One entry of a roster. Only a full member of *tenant* ("" is any, for a local test) gets an e-mail address."""
    account, upn = str(data.get("id") or ""), str(data.get("userPrincipalName") or "")
    # Guests have the role "guest" and "#EXT#" in their name; others in a shared channel belong to another tenant.
    # https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/shared-channels
    home = str(data.get("tenantId") or "")
    ours = not tenant or home.lower() in ("", tenant.lower())
    role = str(data.get("userRole") or "user").lower()
    kind: Kind = "bot" if account.startswith("28:") else "member"
    if kind == "member" and (role != "user" or not ours or "#EXT#" in upn.upper()):
        kind = "guest"
    address = str(data.get("email") or "") or upn
    return TeamsProfile(
        id=account,
        object_id=str(data.get("aadObjectId") or data.get("objectId") or ""),
        name=str(data.get("name") or ""),
        email=address if kind == "member" and "@" in address else "",
        kind=kind,
    )


def as_account(profile: TeamsProfile, linked: frozenset[str] | tuple[str, ...]) -> Account:
    """The account of *profile*, under whichever of its two ids is in *linked*."""
    by_object_id = profile.object_id in linked and profile.id not in linked
    external_id = profile.object_id if by_object_id else profile.id
    return Account(PLATFORM, external_id, WORKSPACE, profile.name, profile.email, profile.kind)
