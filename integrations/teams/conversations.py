"""How to reach every conversation that the bot has been in, stored across restarts.

Teams may move a conversation to another service URL at any time, so the latest one counts.
https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace

from integrations.ports.state import CONVERSATION_KIND, DIRECT_KIND, SecretStore
from integrations.teams.parsing import CHANNEL, GROUP, PERSONAL, SHARED, TeamsActivity

_SERVICE, _NEWEST = "service", "newest"


@dataclass(frozen=True, slots=True)
class TeamsConversation:
    """A conversation and how to reach it. `account` is the person in a personal one, `bot` our account in it.

    `shared`: members may come from other organisations, and the roster omits those.
    """

    conversation: str
    sort: str
    service_url: str
    bot: str = ""
    bot_name: str = ""
    tenant: str = ""
    team: str = ""
    name: str = ""
    account: str = ""
    shared: bool = False

    @property
    def is_channel(self) -> bool:
        return self.sort == CHANNEL


def to_text(reference: TeamsConversation) -> str:
    return json.dumps(asdict(reference), ensure_ascii=False)


def from_text(text: str) -> TeamsConversation:
    """The inverse of `to_text`; fields that another version added are ignored."""
    data, names = json.loads(text), {field.name for field in fields(TeamsConversation)}
    return TeamsConversation(**{name: value for name, value in data.items() if name in names})


def _personal_account(activity: TeamsActivity, known: TeamsConversation | None) -> str:
    """Whose personal conversation it is. The bot's own activities do not say."""
    if not activity.direct:
        return ""
    if activity.sender and activity.sender != activity.bot:
        return activity.sender
    return known.account if known else ""


def guess_sort(conversation: str) -> str:
    """The sort of conversation that has such an id, for one that has never sent an activity.

    https://learn.microsoft.com/microsoftteams/platform/resources/bot-v3/bot-conversations/bots-conv-channel
    """
    if conversation.startswith("19:") and conversation.endswith(("@thread.tacv2", "@thread.skype")):
        return CHANNEL
    return GROUP if conversation.startswith("19:") else PERSONAL


class TeamsConversations:
    """Stored conversations. Every method raises Unavailable when the store cannot be reached."""

    def __init__(self, secret_store: SecretStore) -> None:
        self._secret_store = secret_store
        # Only conversations without a person in them: `me forget` deletes personal ones from the store.
        self._saved: dict[str, TeamsConversation] = {}

    async def remember(self, activity: TeamsActivity) -> TeamsConversation:
        """Store how to reach the conversation that *activity* came from."""
        known = await self._known(activity.conversation)
        fresh = TeamsConversation(
            conversation=activity.conversation,
            sort=activity.sort,
            service_url=activity.service_url,
            bot=activity.bot or (known.bot if known else ""),
            bot_name=activity.bot_name or (known.bot_name if known else ""),
            tenant=activity.tenant,
            team=activity.team or (known.team if known else ""),
            name=activity.title or (known.name if known else ""),
            account=_personal_account(activity, known),
            # Not every activity contains the sort of channel.
            shared=activity.channel_sort == SHARED if activity.channel_sort else bool(known and known.shared),
        )
        await self.save(fresh)
        if activity.direct and activity.sender_object and fresh.account == activity.sender:
            await self._link_account(activity.sender_object, activity.conversation)
        return fresh

    async def save(self, reference: TeamsConversation) -> None:
        if await self._known(reference.conversation) == reference:
            return
        await self._secret_store.save(CONVERSATION_KIND, reference.conversation, to_text(reference))
        service = replace(reference, conversation="", name="", account="")  # outlives the person's own data
        await self._secret_store.save(_SERVICE, _NEWEST, to_text(service))
        if reference.sort == PERSONAL and reference.account:
            await self._link_account(reference.account, reference.conversation)
        if not reference.account:
            self._saved[reference.conversation] = reference

    async def _known(self, conversation: str) -> TeamsConversation | None:
        return self._saved.get(conversation) or await self.find(conversation)

    async def _link_account(self, account: str, conversation: str) -> None:
        if await self._secret_store.find(DIRECT_KIND, account) != conversation:
            await self._secret_store.save(DIRECT_KIND, account, conversation)

    async def rename(self, reference: TeamsConversation, name: str) -> TeamsConversation:
        renamed = replace(reference, name=name)
        await self.save(renamed)
        return renamed

    async def find(self, conversation: str) -> TeamsConversation | None:
        text = await self._secret_store.find(CONVERSATION_KIND, conversation)
        return from_text(text) if text else None

    async def find_direct(self, account: str) -> TeamsConversation | None:
        """The personal conversation with that account, by either of its ids."""
        conversation = await self._secret_store.find(DIRECT_KIND, account)
        return await self.find(conversation) if conversation else None

    async def newest(self) -> TeamsConversation | None:
        """The service URL seen last, used for conversations that have never sent an activity."""
        text = await self._secret_store.find(_SERVICE, _NEWEST)
        return from_text(text) if text else None

    async def all(self) -> Sequence[TeamsConversation]:
        return [from_text(text) for text in (await self._secret_store.all_of(CONVERSATION_KIND)).values()]

    async def in_team(self, team: str) -> Sequence[TeamsConversation]:
        return [conversation for conversation in await self.all() if team and conversation.team == team]

    async def forget(self, reference: TeamsConversation) -> None:
        self._saved.pop(reference.conversation, None)
        await self._secret_store.delete(CONVERSATION_KIND, reference.conversation)
        for account, conversation in (await self._secret_store.all_of(DIRECT_KIND)).items():
            if conversation == reference.conversation:
                await self._secret_store.delete(DIRECT_KIND, account)
