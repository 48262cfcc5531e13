"""What a feature may use. Made once at the roof and handed to every entry; nothing is looked up behind its back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from handlers.grammar import Arguments
from integrations.ports.clock import Clock, Ids
from integrations.ports.files import Sheets
from integrations.ports.inbound import Account, Attachment, ConversationRef
from integrations.ports.language import LanguageModel
from integrations.ports.state import Cipher
from storage.store import Session, Store
from storage.values.company import Audience, Person
from storage.values.places import Place
from storage.values.roadmap import Change, Revision


@dataclass(frozen=True, slots=True)
class Policy:
    """The organisation's own rules, read once from the settings."""

    admins: frozenset[str] = frozenset()  # e-mails, lower case
    two_key: Literal["auto", "on", "off"] = "auto"
    material_days: int = 3
    timezone: str = "UTC"
    retention_days: int = 400
    quiet_hours: str = ""  # "19:00-08:00"; nobody is spoken to unprompted then
    working_days: str = ""  # "mon-fri"
    holidays: str = ""  # whose: "DE", "DE-BE"
    settling_minutes: int = 10
    values: tuple[str, ...] = ()  # what a thank-you may be for, in the organisation's own words
    public_url: str = ""  # where the internet reaches this house, "" when it does not
    price_in: float = 0.0  # of a million tokens that a model reads, and of those it writes
    price_out: float = 0.0
    platforms: frozenset[str] = frozenset({"console"})  # those whose door is open: nothing else is ever delivered


@dataclass(frozen=True)
class AppContext:
    """Everything a feature works with."""

    store: Store
    clock: Clock
    ids: Ids
    sheets: Sheets
    cipher: Cipher
    policy: Policy = field(default_factory=Policy)
    on_published: tuple[OnPublished, ...] = ()
    language_model: LanguageModel | None = None  # nobody words anything but ourselves


OnPublished = Callable[[AppContext, Session, Revision, Sequence[Change]], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request after `dispatch` found out who asks, where, and who will read the answer.

    A typed command, a pressed button and a form sent off all arrive as the same `words`.
    `place` is None when the conversation is not known to the store yet: reading makes no rows.
    """

    args: Arguments
    person: Person
    account: Account
    where: ConversationRef
    place: Place | None
    now: datetime
    audience: Audience
    private: bool = True
    operator: str = ""
    event: str = ""
    files: tuple[Attachment, ...] = ()

    @property
    def today(self) -> date:
        """The day of the question, in UTC."""
        return self.now.date()
