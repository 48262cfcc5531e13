"""Events from people, the same for every platform: adapters build them, `dispatch` answers them."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, Protocol

from integrations.ports.cards import Card, Form

# Characters that are read of a message, a command, or an answer in a form; the forms ask for at most 3,000.
MAX_TEXT = 4_000
MAX_FILE_NAME = 200


def is_too_long(*texts: str) -> bool:
    """True if only the first MAX_TEXT characters of one of *texts* are read. The event is then `truncated`."""
    return any(len(text) > MAX_TEXT for text in texts)


@dataclass(frozen=True, slots=True)
class Account:
    """The account that the platform says is speaking.

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
    """The conversation that an event came from, in the platform's ids."""

    platform: str
    id: str
    workspace: str = ""
    name: str = ""
    direct: bool = False
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file uploaded by a person or sent by us. `alt` describes a picture."""

    name: str
    content: bytes
    alt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundBase:
    """Common fields. `event_id` is the platform's id of this event, "" where the platform never repeats one.

    `via` is the platform's return address for the reply, encrypted so that only its adapter can read it.
    `counted` is True once the rate limit has counted the event, so that it is not counted again.
    `truncated`: a text was longer than MAX_TEXT, and its end was dropped.
    """

    account: Account
    conversation: ConversationRef
    event_id: str = ""
    via: str = ""
    counted: bool = field(default=False, compare=False)
    truncated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandText(InboundBase):
    """A command typed after `/handshake` or in a terminal. The reply is private to the sender."""

    words: str
    files: tuple[Attachment, ...] = ()
    operator: str = ""  # the operating-system user, when it came from the terminal


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageText(InboundBase):
    """A mention in a channel, or a direct message. The reply goes to the same conversation."""

    text: str
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonPress(InboundBase):
    """A button pressed or a menu option picked. `value` is an id that the handler looks up again."""

    action: str
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSubmission(InboundBase):
    """A submitted form. Each answer is a string; several choices are joined by newlines."""

    form: str
    value: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)


InboundEvent = CommandText | MessageText | ButtonPress | FormSubmission


def shortened(event: InboundEvent) -> InboundEvent:
    """*event* with at most MAX_TEXT characters of every text, and `truncated` if that dropped something.

    An id that long is not ours. It becomes empty, because a part of it might name something else.
    """
    match event:
        case CommandText(words=words) if is_too_long(words):
            return replace(event, words=words[:MAX_TEXT], truncated=True)
        case MessageText(text=words) if is_too_long(words):
            return replace(event, text=words[:MAX_TEXT], truncated=True)
        case FormSubmission(value=value, answers=answers) if is_too_long(value, *answers.values()):
            read = {name: answer[:MAX_TEXT] for name, answer in answers.items()}
            return replace(event, value="" if is_too_long(value) else value, answers=read, truncated=True)
        case ButtonPress(value=value) if is_too_long(value):
            return replace(event, value="", truncated=True)
        case _:
            return event


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to an event. `facts` is the machine-readable result behind the card.

    `form` is opened where the platform can, and asked for in text where it cannot.
    `exit` is the exit status of the same command in a terminal.
    `repeats_refusal`: too many commands, as this sender was told within the last minute. Where the reply would be a
    message of its own, it is left out.
    """

    card: Card
    private: bool = True
    facts: Mapping[str, Any] = field(default_factory=dict)
    form: Form | None = None
    exit: int = 0
    file: Attachment | None = None
    repeats_refusal: bool = False


Dispatch = Callable[[InboundEvent], Awaitable[Reply]]


class InboxPort(Protocol):
    """The durable queue for events that are answered later. Raises `Unavailable` when the store cannot be reached."""

    async def enqueue(self, event: InboundEvent, pending_reply: Awaitable[Reply] | None = None) -> bool:
        """Store *event*; it will be answered even if the process stops first.

        False if it was stored before (a repeat), or is one too many for the rate limit and was refused.

        *pending_reply* is the dispatch that already runs for it: the worker awaits it instead of dispatching again,
        unless the process has restarted meanwhile.
        """

    async def reply(self, event: InboundEvent, reply: Reply) -> None:
        """Queue *reply* for the conversation of *event*, visible to its sender alone when the reply is private."""


# Queued events are stored as JSON.
_EVENT_TYPES = {kind.__name__: kind for kind in (CommandText, MessageText, ButtonPress, FormSubmission)}


def event_to_json(event: InboundEvent) -> dict[str, Any]:
    """*event* as plain JSON data; files as base64."""
    data = asdict(event)
    if "files" in data:
        data["files"] = [
            {"name": file["name"], "content": base64.b64encode(file["content"]).decode()} for file in data["files"]
        ]
    return {"type": type(event).__name__, **data}


def event_from_json(data: Mapping[str, Any]) -> InboundEvent:
    """The inverse of `event_to_json`."""
    values = {key: value for key, value in data.items() if key != "type"}
    values["account"] = Account(**values["account"])
    values["conversation"] = ConversationRef(**values["conversation"])
    if "files" in values:
        values["files"] = tuple(Attachment(file["name"], base64.b64decode(file["content"])) for file in values["files"])
    event: InboundEvent = _EVENT_TYPES[data["type"]](**values)
    return event
