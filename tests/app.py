"""Handshake in a test: store, clock, features and dispatch, used as people use it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

from handlers.context import AppContext, Policy
from handlers.dispatch import Dispatcher
from handlers.feature import Feature
from handlers.publishing import publish_changes
from integrations.files.sheets import CsvSheets
from integrations.plain.render import card_text
from integrations.ports.clock import FixedClock
from integrations.ports.inbound import (
    Account,
    ButtonPress,
    CommandText,
    ConversationRef,
    FormSubmission,
    MessageText,
    Reply,
)
from integrations.ports.language import LanguageModel
from storage import people, places, roadmap
from storage.store import Store, insert_all
from storage.values.company import Permission, Side, Team
from storage.values.roadmap import ITEM_FIELDS, Change, ChangeKind, Item, Revision, Status, field_values

MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

WEB = Team("web", "Web Platform", Side.IT, ("web",))
DATA = Team("data", "Data", Side.IT)
SEO = Team("seo", "SEO", Side.MARKETING)
BRAND = Team("brand", "Brand", Side.MARKETING)
TEAMS = (WEB, DATA, SEO, BRAND)


class CountingIds:
    """Ids that count up: t000001, t000002, …"""

    def __init__(self) -> None:
        self._numbers = count(1)

    def new(self, prefix: str = "") -> str:
        return f"{prefix}t{next(self._numbers):06d}"


class ReversingCipher:
    """Changes a text enough for a test to notice a leak, and can be decrypted."""

    def encrypt(self, text: str) -> str:
        return f"sealed:{text[::-1]}"

    def decrypt(self, encrypted: str) -> str:
        return encrypted.removeprefix("sealed:")[::-1]


def make_context(
    store: Store, features: Sequence[Feature], *, at: datetime = MONDAY, policy: Policy | None = None
) -> AppContext:
    """The context of a test's features; its clock shows *at* until the test moves it."""
    return AppContext(
        store, FixedClock(at), CountingIds(), CsvSheets(), ReversingCipher(), policy or Policy(), tuple(features)
    )


class ChatApp:
    """Handshake without a chat platform: commands in, replies out."""

    def __init__(self, store: Store, features: Sequence[Feature], policy: Policy | None = None) -> None:
        self.store = store
        self.features = tuple(features)
        self.ctx = make_context(store, self.features, policy=policy)
        self.dispatch = Dispatcher(self.ctx, self.features)
        self._events = count(1)

    @property
    def now(self) -> datetime:
        return self.ctx.clock.now()

    def advance(self, span: timedelta) -> None:
        """Move the clock forward."""
        assert isinstance(self.ctx.clock, FixedClock)
        self.ctx.clock.at += span

    def use_model(self, model: LanguageModel) -> None:
        """Let *model* read questions from now on."""
        self.ctx = replace(self.ctx, language_model=model)
        self.dispatch.ctx = self.ctx

    async def add_teams(self, *teams: Team) -> None:
        async with self.store.transaction() as session:
            await people.save_teams(session, teams or TEAMS, known=())

    async def add_person(
        self, email: str, team: str = "", permission: Permission = Permission.VIEWER, **more: object
    ) -> None:
        """Add a person; the id is `p_` and the part of the e-mail before the @."""
        name = email.split("@")[0].replace(".", " ").title()
        row = {
            "id": f"p_{email.split('@')[0]}",
            "email": email,
            "name": name,
            "team": team,
            "permission": str(permission),
        }
        async with self.store.transaction() as session:
            await people.save_people(session, [row | more], known=())

    async def link(self, email: str, platform: str, account: str, workspace: str = "") -> None:
        """Link an account to a person, as an import does."""
        async with self.store.transaction() as session:
            person = await people.with_email(session, email)
            assert person is not None
            await people.link(session, person.id, platform, workspace, account, at=self.now)

    async def subscribe_room(self, platform: str, conversation: str, *, name: str = "") -> None:
        """Subscribe a room to everything."""
        async with self.store.transaction() as session:
            place = await places.ensure(session, platform, "", conversation, name=name)
            await places.subscribe(session, place.id, campaigns=(), teams=(), level="all", by="", at=self.now)

    async def add_campaign(self, key: str, name: str, **more: object) -> None:
        row: dict[str, object] = {
            "key": key, "name": name, "aliases": "", "owner": "", "it_partner": "",
            "start": None, "end": None, "status": "", "recorded": False,
        }  # fmt: skip
        async with self.store.transaction() as session:
            await insert_all(session, roadmap.CampaignRow, [row | more])

    async def publish(self, *items: Item, reason: str = "a test") -> Revision:
        """Publish one revision after which these items are as given, added or changed."""
        async with self.store.transaction() as session:
            before = await roadmap.items_with(session, [item.key for item in items])
            changes = [_change(before.get(item.key), item) for item in items]
            changes = [change for change in changes if change.fields]
            return await publish_changes(
                self.ctx, session, "p_operator", changes, reason=reason, now=self.now, how="operator"
            )

    async def say(self, email: str, words: str, *, room: str = "", event: str = "") -> Reply:
        """Send a command, in a direct conversation or in a console room such as `#web`."""
        return await self.dispatch(
            CommandText(
                account=self.account_of(email),
                conversation=self.conversation_of(email, room),
                words=words,
                event_id=event or self.new_event_id(),
            )
        )

    async def mention(self, email: str, text: str, *, room: str) -> Reply:
        """Mention Handshake in a message."""
        return await self.dispatch(
            MessageText(
                account=self.account_of(email),
                conversation=self.conversation_of(email, room),
                text=text,
                event_id=self.new_event_id(),
            )
        )

    async def press(self, email: str, action: str, value: str = "", *, room: str = "", event: str = "") -> Reply:
        return await self.dispatch(
            ButtonPress(
                account=self.account_of(email),
                conversation=self.conversation_of(email, room),
                action=action,
                value=value,
                event_id=event or self.new_event_id(),
            )
        )

    async def submit(self, email: str, form: str, answers: Mapping[str, str], *, value: str = "") -> Reply:
        return await self.dispatch(
            FormSubmission(
                account=self.account_of(email),
                conversation=self.conversation_of(email),
                form=form,
                value=value,
                answers=answers,
                event_id=self.new_event_id(),
            )
        )

    def account_of(self, email: str) -> Account:
        """The account from which that person writes."""
        return Account("console", email, email=email)

    def conversation_of(self, email: str, room: str = "") -> ConversationRef:
        """Where that person writes: the room, or a direct conversation."""
        return ConversationRef("console", room or f"@{email}", name=room, direct=not room)

    def new_event_id(self) -> str:
        return f"event-{next(self._events)}"


def text_of(reply: Reply) -> str:
    """The reply as a person reads it."""
    return card_text(reply.card)


def item(key: str, title: str = "", team: str = "web", **more: object) -> Item:
    """An item, with defaults for what a test does not care about."""
    return replace(Item(key, title or f"Item {key}", team, due=date(2026, 12, 1), status=Status.IN_PROGRESS), **more)  # type: ignore[arg-type]


def _change(before: Item | None, after: Item) -> Change:
    new = field_values(after)
    if before is None:
        return Change("item", after.key, ChangeKind.ADDED, {name: ("", new[name]) for name in ITEM_FIELDS})
    old = field_values(before)
    return Change(
        "item",
        after.key,
        ChangeKind.CHANGED,
        {name: (old[name], new[name]) for name in ITEM_FIELDS if old[name] != new[name]},
    )
