"""Where cards go, and what becomes of each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere a card can be put. `conversation` is the platform's own id; `@id` means "direct, to that account"."""

    id: int
    platform: str
    workspace: str
    conversation: str
    name: str = ""
    direct: bool = False
    members_known: bool = False  # every member is a person of ours: no guests, no other organisation
    external: bool = False  # shared with another organisation
    timezone: str = "UTC"
    quiet: str = ""  # its own quiet hours, "19:00-08:00"; "" are the organisation's
    days: str = ""  # its own working days, "mon-fri"; "" are the organisation's
    closed: bool = False  # archived, or we were removed


# "digest" is a daily one, "weekly" a weekly one.
SubscriptionLevel = Literal["material", "all", "digest", "weekly"]


@dataclass(frozen=True, slots=True)
class Subscription:
    """A place that wants to hear of revisions. Empty filters mean "everything on the roadmap"."""

    id: int
    place: Place
    campaigns: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    level: SubscriptionLevel = "material"
    created_by: str = ""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A person's "I have it", bound to a revision; it covers all earlier ones."""

    person: str
    revision: int
    at: datetime
    platform: str
    account: str


@dataclass(frozen=True, slots=True)
class SentReminder:
    """The latest reminder about one revision: the first, the second, or (3) the word to the lead; and when."""

    step: int
    at: datetime


class DeliveryState(StrEnum):
    """`new -> sending -> sent | dead`. A row left in `sending` is uncertain: it may or may not have arrived."""

    NEW = "new"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"


class DeliveryKind(StrEnum):
    """What a delivery does in its place."""

    POST = "post"
    UPDATE = "update"
    DELETE = "delete"
    REPLY = "reply"


@dataclass(frozen=True, slots=True)
class Notice:
    """A card that goes out unprompted; `kind` says which function words it when it is sent."""

    id: str
    kind: str
    payload: Mapping[str, object] = field(default_factory=dict)
    trace: str = ""  # the reference of what it came from, in every log line about it


@dataclass(frozen=True, slots=True)
class Delivery:
    """One notice to one place. `target` is the earlier delivery that an update or delete is about."""

    id: int
    notice: Notice
    place: Place
    kind: DeliveryKind
    state: DeliveryState
    attempts: int
    due_at: datetime
    sending_at: datetime | None = None
    remote_id: str = ""
    error: str = ""
    thread: str = ""
    target: int | None = None
    newest: int | None = None  # the delivery that a "superseded" mark links to

    @property
    def tag(self) -> str:
        """What the platform keeps beside the message, so that it can be found again."""
        return f"{self.notice.id}.{self.id}"
