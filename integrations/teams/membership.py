"""What goes on around a conversation: who sits in it, what it is called, whether we are still in it.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/subscribe-to-conversation-events
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any

import structlog

from integrations.ports.errors import Rejected, Unavailable
from integrations.ports.inbound import Account, ConversationRef
from integrations.ports.state import Membership
from integrations.teams.client import TeamsClient
from integrations.teams.conversations import TeamsConversation, TeamsConversations
from integrations.teams.identity import PLATFORM, TeamsIdentities
from integrations.teams.parsing import TeamsActivity

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

FRESH_S = 300.0  # how long a room that was looked at needs no second look
RETRY_AFTER_S = 30.0  # … and one that could not be read
MEMBERS_TIMEOUT_S = 3.0  # for one look: somebody waits for an answer

CHANNEL_CLOSED = frozenset({"channelDeleted"})
CHANNEL_SHARED = "channelShared"
CHANNEL_CHANGED = frozenset({"channelRestored", "channelRenamed", CHANNEL_SHARED, "channelUnshared"})
TEAM_CLOSED = frozenset({"teamArchived", "teamDeleted", "teamHardDeleted"})
TEAM_CHANGED = frozenset({"teamUnarchived", "teamRestored", "teamRenamed"})
REMOVED, ADDED = "remove", frozenset({"add", "add-upgrade"})


def conversation_ref(reference: TeamsConversation, thread: str = "") -> ConversationRef:
    direct = not reference.is_channel and bool(reference.account)
    return ConversationRef(PLATFORM, reference.conversation, name=reference.name, direct=direct, thread=thread)


class TeamsMembership:
    """Keeps what the house knows about rooms in step with Teams."""

    def __init__(
        self,
        client: TeamsClient,
        identities: TeamsIdentities,
        conversations: TeamsConversations,
        rooms: Membership,
        in_background: Callable[[Coroutine[Any, Any, None]], None],
        *,
        clock: Callable[[], float] = time.monotonic,
        stretch: float = 1.0,
    ) -> None:
        self._look_s = MEMBERS_TIMEOUT_S * stretch
        self._in_background = in_background
        self._client = client
        self._identities = identities
        self._conversations = conversations
        self._membership = rooms
        self._clock = clock
        self._fresh_until: dict[str, float] = {}

    async def refresh(self, reference: TeamsConversation, account: Account | None = None) -> TeamsConversation:
        """Tell who sits there, unless that was done a moment ago. A room that cannot be read counts as unknown."""
        if self._clock() < self._fresh_until.get(reference.conversation, float("-inf")):
            return reference
        if reference.account:
            await self._refresh_direct(reference, account)
        else:
            reference = await self._refresh_group(reference)
        return reference

    async def _refresh_direct(self, reference: TeamsConversation, account: Account | None) -> None:
        if account is None:
            return
        await self._membership.sync(conversation_ref(reference), [account], external=False)
        if account.kind == "member":
            # What is sent to the person, rather than to the chat, may have been closed while we were blocked.
            person = ConversationRef(PLATFORM, f"@{account.external_id}", name=account.name, direct=True)
            await self._membership.sync(person, [account], external=False)
        self._fresh_until[reference.conversation] = self._clock() + FRESH_S

    async def _refresh_group(self, reference: TeamsConversation) -> TeamsConversation:
        reference = await self._with_name(reference)
        members: Sequence[Account] | None = None
        keep_s = FRESH_S
        try:
            # The roster of a shared channel leaves out those who were invited from elsewhere.
            if not reference.shared:
                async with asyncio.timeout(self._look_s):
                    members = await self._identities.members(
                        reference.service_url, reference.conversation, reference.bot
                    )
        except (Unavailable, Rejected, TimeoutError) as error:
            keep_s = RETRY_AFTER_S
            log.warning("a room cannot be read", action="teams.room_unknown", reason=str(error) or "timeout")
        await self._membership.sync(conversation_ref(reference), members, external=reference.shared)
        self._fresh_until[reference.conversation] = self._clock() + keep_s
        return reference

    async def _with_name(self, reference: TeamsConversation) -> TeamsConversation:
        """*reference* with what people call it, if that can be found out: messages carry ids alone."""
        if reference.name or not reference.team:
            return reference
        try:
            async with asyncio.timeout(self._look_s):
                team = await self._client.get_json(reference.service_url, "teams", reference.team)
                channels = await self._client.get_json(reference.service_url, "teams", reference.team, "conversations")
        except (Unavailable, Rejected, TimeoutError):
            return reference
        here = [each for each in channels.get("conversations", ()) if each.get("id") == reference.conversation]
        # The first channel of a team has no name of its own, by the page cited above.
        channel = str((here[0] if here else {}).get("name") or "General")
        return await self._conversations.rename(reference, f"{team.get('name', '')} › {channel}".strip(" ›"))

    # ── what Teams tells by itself ───────────────────────────────────────────────────────────────────────────────

    async def installed(self, activity: TeamsActivity) -> TeamsConversation | None:
        """We were added or removed. The way back when somebody added us, None otherwise."""
        if activity.action == REMOVED:
            await self._bot_removed(activity)
        elif activity.action in ADDED:
            return await self._bot_added(activity)
        return None

    async def changed(self, activity: TeamsActivity) -> None:
        """Somebody came or left, or something was renamed, archived or removed."""
        if activity.bot in activity.added:
            await self._bot_added(activity)
        elif activity.bot in activity.removed:
            await self._bot_removed(activity)
        elif activity.event in TEAM_CLOSED:
            await self._close(await self._conversations.in_team(activity.team))
        elif activity.event in TEAM_CHANGED:
            await self._reload(await self._conversations.in_team(activity.team))
        elif activity.event in CHANNEL_CLOSED:
            await self._close(await self._channel(activity))
        elif activity.event in CHANNEL_CHANGED:
            await self._reload(await self._channel(activity))
        elif activity.added or activity.removed:
            await self._reload(await self._affected(activity))

    async def _channel(self, activity: TeamsActivity) -> Sequence[TeamsConversation]:
        found = await self._conversations.find(activity.channel_id)
        if found and activity.event == CHANNEL_SHARED:
            found = replace(found, shared=True)
            await self._conversations.save(found)
        return [found] if found else []

    async def _affected(self, activity: TeamsActivity) -> Sequence[TeamsConversation]:
        """The rooms that a change of members touches: all channels of a team, or the one chat."""
        if activity.team:
            return await self._conversations.in_team(activity.team)
        found = await self._conversations.find(activity.conversation)
        return [found] if found and not found.account else []

    async def _bot_added(self, activity: TeamsActivity) -> TeamsConversation:
        reference = await self._conversations.remember(activity)
        self._fresh_until.pop(reference.conversation, None)
        return await self.refresh(reference) if not reference.account else reference

    async def _bot_removed(self, activity: TeamsActivity) -> None:
        here = await self._conversations.find(activity.conversation)
        everywhere = await self._conversations.in_team(activity.team) if activity.team else ()
        found = {each.conversation: each for each in (*([here] if here else ()), *everywhere)}
        await self._close(list(found.values()))
        for each in found.values():
            await self._conversations.forget(each)

    async def _close(self, conversations: Sequence[TeamsConversation]) -> None:
        for each in conversations:
            self._fresh_until.pop(each.conversation, None)
            await self._membership.mark_closed(conversation_ref(each))

    async def _reload(self, conversations: Sequence[TeamsConversation]) -> None:
        """Nobody is known to sit there until each of *conversations* was read anew, which may take longer than Teams waits."""
        for each in conversations:
            self._fresh_until.pop(each.conversation, None)
            await self._membership.sync(conversation_ref(each), None, external=False)
        self._in_background(self._refresh_each(conversations))

    async def _refresh_each(self, conversations: Sequence[TeamsConversation]) -> None:
        for each in conversations:
            await self.refresh(await self._conversations.rename(each, "") if each.team else each)
