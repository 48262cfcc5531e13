"""What a command, job or hook may use: built once by `bot.app` and passed as an argument; there is no global state."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from handlers.grammar import Arguments
from integrations.ports.clock import Clock, Ids
from integrations.ports.files import Sheets
from integrations.ports.inbound import Account, Attachment, ConversationRef
from integrations.ports.language import LanguageModel
from integrations.ports.state import Cipher
from storage.store import Store
from storage.values.company import Audience, Permission, Person
from storage.values.places import Place

if TYPE_CHECKING:
    from handlers.feature import Feature


@dataclass(frozen=True, slots=True)
class Policy:
    """The organisation's rules, read once from the settings."""

    admins: frozenset[str] = frozenset()  # e-mails, lower case
    two_key: Literal["auto", "on", "off"] = "auto"
    material_days: int = 3
    timezone: str = "UTC"
    retention_days: int = 400
    quiet_hours: str = ""  # "19:00-08:00"; notices wait until they end
    working_days: str = ""  # "mon-fri"
    holidays: str = ""  # country or region: "DE", "DE-BE"
    settling_minutes: int = 10
    values: tuple[str, ...] = ()  # the company values that a thank-you may name
    public_url: str = ""  # "" when the internet cannot reach this server
    price_in: float = 0.0  # per million input tokens of the language model
    price_out: float = 0.0  # per million output tokens
    platforms: frozenset[str] = frozenset({"console"})  # configured ones; deliveries go to no other

    def is_admin(self, person: Person) -> bool:
        """Whether *person* is an admin by permission or by the settings."""
        return person.permission is Permission.ADMIN or person.email in self.admins


@dataclass(frozen=True)
class AppContext:
    """Everything a feature works with. `features` is the whole catalogue, for what concerns every slice."""

    store: Store
    clock: Clock
    ids: Ids
    sheets: Sheets
    cipher: Cipher
    policy: Policy = field(default_factory=Policy)
    features: tuple[Feature, ...] = ()
    language_model: LanguageModel | None = None  # None: answers are worded without a model


@dataclass(frozen=True, slots=True)
class PersonTraces:
    """A person who is being forgotten, and by what stored data may name them.

    `accounts` are (platform, workspace, account), `conversations` are (platform, conversation) of direct ones, `words`
    are the names and addresses that identify them in free text.
    """

    person: Person
    accounts: tuple[tuple[str, str, str], ...]
    conversations: tuple[tuple[str, str], ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a command receives: its arguments, who asks, where, and who will read the answer.

    A typed command, a button and a form arrive as the same `args`.
    `place` is None if the conversation is not stored yet: commands that only read create no rows.
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
        """The day of the request, in UTC."""
        return self.now.date()
