"""The data that the page shows, and the Protocol by which it reads it. `bot.demo` implements that over the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from integrations.ports.cards import Card


@dataclass(frozen=True, slots=True)
class PagePerson:
    """A person whom the viewer can act as. `side` is marketing, it or other."""

    email: str
    name: str
    role: str
    team: str
    side: str
    permission: str


@dataclass(frozen=True, slots=True)
class PageRoom:
    """A room. `hears` describes its subscription."""

    conversation: str
    hears: str = ""
    cards: int = 0


@dataclass(frozen=True, slots=True)
class RoomMessage:
    """A message in a room. `speaker` is its author; "" is Handshake."""

    id: str
    card: Card
    at: datetime
    edited: bool = False
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class CommandHint:
    """A command for completion, with its usage and description."""

    words: str
    usage: str
    does: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A command worth trying, and as whom."""

    title: str
    why: str
    words: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class TourStep:
    """A step of the tour: the person, the room, what to say, and what to look at. `{next}` is the next revision."""

    title: str
    text: str
    email: str
    conversation: str
    words: str = ""
    look_at: str = ""


@dataclass(frozen=True, slots=True)
class Walkthrough:
    """The demo's content: the newcomer, first suggestions, the tour, and other people to act as."""

    house: str
    newcomer: str
    welcome: str
    first: Sequence[Suggestion]
    tour: Sequence[TourStep]
    cast: Sequence[str]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The newest delivery and the newest published revision before an action."""

    delivery: int = 0
    revision: int = 0


@dataclass(frozen=True, slots=True)
class OutgoingDelivery:
    """One delivery caused by an action: which notice, where, and its state."""

    notice: str
    place: str
    kind: str
    state: Literal["new", "sending", "sent", "dead", "dropped"]


@dataclass(frozen=True, slots=True)
class ActionOutcome:
    """What an action changed: the newest revision with its hash, and the deliveries since."""

    revision: int
    hash: str
    reason: str
    outgoing: Sequence[OutgoingDelivery] = ()


class PageReads(Protocol):
    """The page's queries. Every method raises `Unavailable` when the store cannot be reached."""

    async def people(self) -> Sequence[PagePerson]: ...

    async def rooms(self) -> Sequence[PageRoom]: ...

    async def messages(self, conversation: str, limit: int, before: int | None = None) -> Sequence[RoomMessage]:
        """The newest *limit* messages there (older than *before*), oldest first."""

    async def version(self, conversation: str) -> str:
        """A value that changes whenever a message there is added, updated or removed."""

    async def checkpoint(self) -> Checkpoint:
        """The current state, to compare with later."""

    async def outcome_since(self, mark: Checkpoint) -> ActionOutcome:
        """What happened after *mark*."""
