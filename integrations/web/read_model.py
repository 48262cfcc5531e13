"""What the page shows and does not know by itself: the composition hands it in, over the store.

Values and one Protocol; the page knows neither the store nor who composes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from integrations.ports.cards import Card


@dataclass(frozen=True, slots=True)
class PagePerson:
    """Somebody whom the one at the browser can be. `side` is marketing, it or other."""

    email: str
    name: str
    role: str
    team: str
    side: str
    permission: str


@dataclass(frozen=True, slots=True)
class PageRoom:
    """A room to look into. `hears` says what it follows, in words."""

    conversation: str
    hears: str = ""
    cards: int = 0


@dataclass(frozen=True, slots=True)
class RoomMessage:
    """A message in a room. `speaker` is who said it; "" is Handshake itself."""

    id: str
    card: Card
    at: datetime
    edited: bool = False
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class CommandHint:
    """A command that can be typed; `usage` shows its form, `does` what it is for."""

    words: str
    usage: str
    does: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Words worth trying, and as whom."""

    title: str
    why: str
    words: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class TourStep:
    """A step of the tour: who to be, where to sit, what to say, and what to look at then. `{next}` is the next revision."""

    title: str
    text: str
    email: str
    conversation: str
    words: str = ""
    look_at: str = ""


@dataclass(frozen=True, slots=True)
class Walkthrough:
    """What the page suggests: who a newcomer is, what to try first, the tour, and whom to play besides."""

    house: str
    newcomer: str
    welcome: str
    first: Sequence[Suggestion]
    tour: Sequence[TourStep]
    cast: Sequence[str]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far things were before an act: the newest delivery and the newest published revision."""

    delivery: int = 0
    revision: int = 0


@dataclass(frozen=True, slots=True)
class OutgoingDelivery:
    """One delivery that came of an act: which card went where, and how far it is."""

    notice: str
    place: str
    kind: str
    state: Literal["new", "sending", "sent", "dead"]


@dataclass(frozen=True, slots=True)
class ActionOutcome:
    """What an act left in the house: the newest revision and its hash, and what went out since."""

    revision: int
    hash: str
    reason: str
    outgoing: Sequence[OutgoingDelivery] = ()


class PageReads(Protocol):
    """What the page asks. Every method raises `Unavailable` when the store cannot be reached."""

    async def people(self) -> Sequence[PagePerson]: ...

    async def rooms(self) -> Sequence[PageRoom]: ...

    async def messages(self, conversation: str, limit: int, before: int | None = None) -> Sequence[RoomMessage]:
        """The newest *limit* messages there (older than *before*), oldest first."""

    async def version(self, conversation: str) -> str:
        """Something that is different as soon as a message there came, changed or went."""

    async def checkpoint(self) -> Checkpoint:
        """How far things are now."""

    async def outcome_since(self, mark: Checkpoint) -> ActionOutcome:
        """What happened after *mark*."""
