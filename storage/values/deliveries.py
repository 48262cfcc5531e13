"""Notices, and their deliveries to places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from storage.values.places import Place


class DeliveryState(StrEnum):
    """`new -> sending -> sent | dead`, `dead -> dropped`. In `sending` it is uncertain: it may or may not have arrived.

    An operator decides about the dead ones: they are sent again, or dropped.
    """

    NEW = "new"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"
    DROPPED = "dropped"


UNSENT_STATES = frozenset({DeliveryState.DEAD, DeliveryState.DROPPED})
FINAL_STATES = UNSENT_STATES | {DeliveryState.SENT}

TOO_MANY_REQUESTS = "too many requests"  # the reason of a rate limit that ends by itself

# The error of a delivery that was not finished when the backup was made.
RESTORED = "restored"
WAITED_IN_BACKUP = f"{RESTORED}: it waited when the backup was made"
UNCERTAIN_IN_BACKUP = f"{RESTORED}: it was being sent when the backup was made"


class DeliveryKind(StrEnum):
    """What a delivery does in its place."""

    POST = "post"
    UPDATE = "update"
    DELETE = "delete"
    REPLY = "reply"


@dataclass(frozen=True, slots=True)
class Notice:
    """A message that nobody asked for; `kind` names the function that composes its card when it is sent."""

    id: str
    kind: str
    payload: Mapping[str, object] = field(default_factory=dict)
    trace: str = ""  # the reference of the request or job that caused it, in every log line about it


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
        """The tag that the platform stores with the message, so that it can be found again."""
        return f"{self.notice.id}.{self.id}"
