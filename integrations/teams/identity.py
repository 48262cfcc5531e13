"""Who somebody in Teams is: a full member of our tenant with the address it vouches for, a guest, or a bot.

One person has two ids here: `29:…`, which the bot sees, and the Entra object id, which an administrator knows and
imports. Whichever is linked already is the one we go by; otherwise the first.
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
from integrations.teams.config import TeamsConfig
from integrations.teams.parsing import TeamsActivity

PLATFORM = "teams"
WORKSPACE = ""  # the ids of the one tenant are unique

PAGE = 500  # the most that one page holds, by the page cited above
MAX_MEMBERS = 2_000  # people in a room; a larger one counts as unknown rather than being read for minutes
LOOKUP_TIMEOUT_S = 2.0  # somebody waits
FRESH_S = 300.0  # how long a stranger is taken for what they were
LINKED_TIMEOUT_S = 1.0  # for a look at somebody who is linked: they are known, and wait all the same
LINKED_FRESH_S = 4 * 3600.0  # no event tells that a member became a guest

Kind = Literal["member", "guest", "bot"]


@dataclass(frozen=True, slots=True)
class TeamsProfile:
    """Somebody in a roster."""

    id: str
    object_id: str
    name: str
    email: str
    kind: Kind


class TeamsIdentities:
    """Asks Teams who people are: those who are linked to nobody yet, and a few times a day whether the others stay members."""

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
        self._linked: dict[str, tuple[float, Kind]] = {}  # until when they count as what

    async def account(self, activity: TeamsActivity) -> Account:
        """Who did *activity*. When Teams cannot be asked now they are somebody we do not know yet."""
        for each in filter(None, (activity.sender, activity.sender_object)):
            if await self._accounts.is_linked(PLATFORM, WORKSPACE, each):
                return Account(PLATFORM, each, WORKSPACE, activity.sender_name, kind=await self._kind_of(activity))
        seen = self._unlinked.get(activity.sender)
        if seen and self._clock() - seen[0] < FRESH_S:
            return seen[1]
        try:
            async with asyncio.timeout(LOOKUP_TIMEOUT_S * self._stretch):
                found = await self._profile(activity)
        except (Unavailable, Rejected, TimeoutError):
            return Account(PLATFORM, activity.sender, WORKSPACE, activity.sender_name)
        account = as_account(found, ())
        self._remember(account)
        return account

    async def _kind_of(self, activity: TeamsActivity) -> Kind:
        """What a linked person is now. While Teams does not say they are what they were, at first a member."""
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
        data = await self._client.get_json(
            activity.service_url, "conversations", activity.conversation, "members", activity.sender
        )
        return profile_from(data, self._config.tenant_id)

    def _remember(self, account: Account) -> None:
        now = self._clock()
        kept = self._unlinked.items()
        self._unlinked = {key: value for key, value in kept if now - value[0] < FRESH_S}
        self._unlinked[account.external_id] = (now, account)

    async def members(self, service_url: str, conversation: str, us: str) -> Sequence[Account] | None:
        """All members but us; None when there are too many. Raises Unavailable and Rejected."""
        found: list[TeamsProfile] = []
        token = ""
        while True:
            query = {"pageSize": str(PAGE)} | ({"continuationToken": token} if token else {})
            page = await self._client.get_json(service_url, "conversations", conversation, "pagedmembers", **query)
            found += [profile_from(each, self._config.tenant_id) for each in page.get("members", ())]
            token = str(page.get("continuationToken") or "")
            if len(found) > MAX_MEMBERS:
                return None
            if not token:
                break
        others = [each for each in found if each.id not in (us, self._config.bot_account)]
        objects = [each.object_id for each in others if each.object_id]
        linked = await self._accounts.linked(PLATFORM, WORKSPACE, [*objects, *(each.id for each in others)])
        return [as_account(each, linked) for each in others]


def profile_from(data: Mapping[str, Any], tenant: str) -> TeamsProfile:
    """One entry of a roster. The address counts only for a full member of *tenant* ("": of any, in a local test)."""
    account, upn = str(data.get("id") or ""), str(data.get("userPrincipalName") or "")
    # Guests have the role "guest", and "#EXT#" in their name; people of a shared channel come from another tenant.
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


def as_account(found: TeamsProfile, linked: frozenset[str] | tuple[str, ...]) -> Account:
    """The account of a member, under that of their two ids which is among the *linked*."""
    known = found.object_id in linked and found.id not in linked
    external_id = found.object_id if known else found.id
    return Account(PLATFORM, external_id, WORKSPACE, found.name, found.email, found.kind)
