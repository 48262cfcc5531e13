"""Keeps stored conversations in step with Teams: their members, their names, whether the bot is still in them.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/subscribe-to-conversation-events
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import structlog

from integrations.plain.background import BackgroundTasks
from integrations.ports.errors import Rejected, Unavailable
from integrations.ports.inbound import Account, ConversationRef
from integrations.ports.state import Membership
from integrations.teams.client import TeamsClient
from integrations.teams.config import PLATFORM
from integrations.teams.conversations import TeamsConversation, TeamsConversations
from integrations.teams.identity import TeamsIdentities
from integrations.teams.parsing import TeamsActivity

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

FRESH_S = 300.0  # how long a list of members is cached
RETRY_AFTER_S = 30.0  # … and a failure to read it
MEMBERS_TIMEOUT_S = 3.0  # a person is waiting for an answer

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
    def __init__(
        self,
        client: TeamsClient,
        identities: TeamsIdentities,
        conversations: TeamsConversations,
        rooms: Membership,
        background: BackgroundTasks,
        *,
        clock: Callable[[], float] = time.monotonic,
        stretch: float = 1.0,
    ) -> None:
        self._timeout_s = MEMBERS_TIMEOUT_S * stretch
        self._background = background
        self._client = client
        self._identities = identities
        self._conversations = conversations
        self._membership = rooms
        self._clock = clock
        self._fresh_until: dict[str, float] = {}

    async def refresh(self, reference: TeamsConversation, account: Account | None = None) -> TeamsConversation:
        """Update the members, unless that was done recently. If they cannot be read they count as unknown."""
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
            # The person's own address may have been marked closed while the bot was blocked.
            person = ConversationRef(PLATFORM, f"@{account.external_id}", name=account.name, direct=True)
            await self._membership.sync(person, [account], external=False)
        self._fresh_until[reference.conversation] = self._clock() + FRESH_S

    async def _refresh_group(self, reference: TeamsConversation) -> TeamsConversation:
        reference = await self._with_name(reference)
        members: Sequence[Account] | None = None
        keep_s = FRESH_S
        try:
            # The roster of a shared channel omits people invited from other organisations.
            if not reference.shared:
                async with asyncio.timeout(self._timeout_s):
                    members = await self._identities.members(
                        reference.service_url, reference.conversation, reference.bot
                    )
        except (Unavailable, Rejected, TimeoutError) as error:
            keep_s = RETRY_AFTER_S
            log.warning("members not read", action="teams.room_unknown", reason=str(error) or "timeout")
        await self._membership.sync(conversation_ref(reference), members, external=reference.shared)
        self._fresh_until[reference.conversation] = self._clock() + keep_s
        return reference

    async def _with_name(self, reference: TeamsConversation) -> TeamsConversation:
        """*reference* with its display name, if Teams provides it: activities only contain ids."""
        if reference.name or not reference.team:
            return reference
        try:
            async with asyncio.timeout(self._timeout_s):
                team = await self._client.get_json(reference.service_url, "teams", reference.team)
                channels = await self._client.get_json(reference.service_url, "teams", reference.team, "conversations")
        except (Unavailable, Rejected, TimeoutError):
            return reference
        matches = [entry for entry in channels.get("conversations", ()) if entry.get("id") == reference.conversation]
        # The first channel of a team has no name, by the page cited above.
        channel = str((matches[0] if matches else {}).get("name") or "General")
        return await self._conversations.rename(reference, f"{team.get('name', '')} › {channel}".strip(" ›"))

    async def installed(self, activity: TeamsActivity) -> TeamsConversation | None:
        """The bot was added or removed. Returns the conversation when it was added, None otherwise."""
        if activity.action == REMOVED:
            await self._bot_removed(activity)
        elif activity.action in ADDED:
            return await self._bot_added(activity)
        return None

    async def changed(self, activity: TeamsActivity) -> None:
        """Members joined or left, or a channel or team was renamed, archived or removed."""
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
        channel = await self._conversations.find(activity.channel_id)
        if channel and activity.event == CHANNEL_SHARED:
            channel = replace(channel, shared=True)
            await self._conversations.save(channel)
        return [channel] if channel else []

    async def _affected(self, activity: TeamsActivity) -> Sequence[TeamsConversation]:
        """The conversations that a change of members affects: all channels of a team, or one chat."""
        if activity.team:
            return await self._conversations.in_team(activity.team)
        conversation = await self._conversations.find(activity.conversation)
        return [conversation] if conversation and not conversation.account else []

    async def _bot_added(self, activity: TeamsActivity) -> TeamsConversation:
        reference = await self._conversations.remember(activity)
        self._fresh_until.pop(reference.conversation, None)
        return await self.refresh(reference) if not reference.account else reference

    async def _bot_removed(self, activity: TeamsActivity) -> None:
        own = await self._conversations.find(activity.conversation)
        of_team = await self._conversations.in_team(activity.team) if activity.team else ()
        references = {reference.conversation: reference for reference in (*([own] if own else ()), *of_team)}
        await self._close(list(references.values()))
        for reference in references.values():
            await self._conversations.forget(reference)

    async def _close(self, conversations: Sequence[TeamsConversation]) -> None:
        for reference in conversations:
            self._fresh_until.pop(reference.conversation, None)
            await self._membership.mark_closed(conversation_ref(reference))

    async def _reload(self, conversations: Sequence[TeamsConversation]) -> None:
        """Mark the members unknown and read them again in the background, which may take longer than Teams waits."""
        for reference in conversations:
            self._fresh_until.pop(reference.conversation, None)
            await self._membership.sync(conversation_ref(reference), None, external=False)
        self._background.start(self._refresh_each(conversations), "members")

    async def _refresh_each(self, conversations: Sequence[TeamsConversation]) -> None:
        for reference in conversations:
            await self.refresh(await self._conversations.rename(reference, "") if reference.team else reference)
