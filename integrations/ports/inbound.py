"""What arrives from people, whichever door they used. Doors build these; `dispatch` takes them from there."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Protocol

from integrations.ports.cards import Card, Form


@dataclass(frozen=True, slots=True)
class Account:
    """Who the platform says is speaking.

    `email` is filled only when the platform confirms it; a person is linked by it only for full members.
    """

    platform: str
    external_id: str
    workspace: str = ""
    name: str = ""
    email: str = ""
    kind: Literal["member", "guest", "bot"] = "member"


@dataclass(frozen=True, slots=True)
class ConversationRef:
    """Where it was said, as the platform tells it."""

    platform: str
    id: str
    workspace: str = ""
    name: str = ""
    direct: bool = False
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file somebody dropped into the conversation, or gets from us. `alt` says what a picture shows."""

    name: str
    content: bytes
    alt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundBase:
    """What all of them share. `event` is the platform's id of this very event, "" where repeats cannot happen.

    `via` is a platform's own way back to whoever asked, sealed: only the door that made it can read it.
    """

    account: Account
    conversation: ConversationRef
    event_id: str = ""
    via: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandText(InboundBase):
    """Words after `/handshake`, `@Handshake`, or in a terminal. The reply is private to the asker."""

    words: str
    files: tuple[Attachment, ...] = ()
    operator: str = ""  # the operating-system user, when it came from the terminal


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageText(InboundBase):
    """Something said to Handshake in the open (a mention) or in a direct conversation. The reply goes where it was said."""

    text: str
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonPress(InboundBase):
    """A button pressed or an option picked. `value` is an id that the handler looks up again."""

    action: str
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSubmission(InboundBase):
    """A form sent off. An answer is a string; several choices are joined by newlines."""

    form: str
    value: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)


InboundEvent = CommandText | MessageText | ButtonPress | FormSubmission


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to somebody who waits. `facts` is the machine-readable result behind the card.

    A form in place of a card is opened where the platform can, and asked for in words where it cannot.
    `exit` is the exit status of the same words in a terminal.
    """

    card: Card
    private: bool = True
    facts: Mapping[str, Any] = field(default_factory=dict)
    form: Form | None = None
    exit: int = 0
    file: Attachment | None = None


Dispatch = Callable[[InboundEvent], Awaitable[Reply]]


class InboxPort(Protocol):
    """Where a door leaves what cannot be answered on the spot. Raises `Unavailable` when the store cannot be reached."""

    async def enqueue(self, event: InboundEvent, pending_reply: Awaitable[Reply] | None = None) -> bool:
        """Write *event* down; it will be answered in its place however often the process stops before.

        *pending_reply* is its dispatching where that is under way already: it is waited for, and not done a second time unless
        the process stops. False when this very event was taken before: a platform's repeat.
        """

    async def reply(self, event: InboundEvent, reply: Reply) -> None:
        """Send *reply* to where *event* came from: into the room, or to the asker alone when it is private."""


# An event waits as JSON between the moment it arrives and the moment it is answered.
_EVENT_TYPES = {kind.__name__: kind for kind in (CommandText, MessageText, ButtonPress, FormSubmission)}


def event_to_json(event: InboundEvent) -> dict[str, Any]:
    """*event* as plain JSON data; files as base64."""
    data = asdict(event)
    if "files" in data:
        data["files"] = [
            {"name": each["name"], "content": base64.b64encode(each["content"]).decode()} for each in data["files"]
        ]
    return {"type": type(event).__name__, **data}


def event_from_json(data: Mapping[str, Any]) -> InboundEvent:
    """The inverse of `event_to_json`."""
    values = {key: value for key, value in data.items() if key != "type"}
    values["account"] = Account(**values["account"])
    values["conversation"] = ConversationRef(**values["conversation"])
    if "files" in values:
        values["files"] = tuple(Attachment(each["name"], base64.b64decode(each["content"])) for each in values["files"])
    event: InboundEvent = _EVENT_TYPES[data["type"]](**values)
    return event
