"""A slice's name plate: what can be said to it, what it says by itself, and what it wants to know."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from handlers.grammar import Arguments
from handlers.schedule import Schedule
from handlers.toolbox import AppContext, OnPublished
from integrations.ports.cards import Card
from integrations.ports.inbound import Account, Attachment, ConversationRef, Reply
from storage.store import Session
from storage.values.company import Audience, Permission, Person
from storage.values.post import Delivery, Place


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


CommandHandler = Callable[[AppContext, Request], Awaitable[Reply]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Something that can be said. A button's action and a form's id are these same words.

    `takes` is the largest number of positional words; a reading command with more of them was a question.
    `options` take a value (`--why "…"`), `switches` do not (`--now`), `named` are the keys of `key=value`
    (None: any key, checked by the command itself). `strangers` may say it before they are known.
    `begins` is a pattern that the first positional word has to fit: "follow WEB-12", but "follow up on the banner" is
    a question.
    """

    words: str
    run: CommandHandler
    usage: str
    does: str
    examples: tuple[str, ...]
    needs: Permission = Permission.VIEWER
    writes: bool = False
    takes: int = 0
    options: tuple[str, ...] = ()
    switches: tuple[str, ...] = ()
    named: tuple[str, ...] | None = ()
    allows_strangers: bool = False
    first_word_pattern: str = ""


# Words a notice when it is sent, for what everyone in its place may see then; None when nothing is left to say.
Compose = Callable[[AppContext, Session, Delivery, Audience], Awaitable[Card | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something that happens by itself. `does` is a sentence for people.

    `run` is called with the moment that was due, inside the transaction that remembers it: it writes, and calls nobody.
    `catch_up` says what is made up for after a stop: all due times, the last one, or none (the last, unless a day old).
    """

    name: str
    does: str
    schedule: Schedule
    catch_up: Literal["all", "last", "none"]
    run: Callable[[AppContext, Session, datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One vertical slice. `notices` gives who words which kind of notice; only a process that sends them calls it."""

    name: str
    title: str
    commands: tuple[Command, ...] = ()
    notices: Callable[[], Mapping[str, Compose]] = dict
    on_published: OnPublished | None = None
    jobs: tuple[Job, ...] = ()


def jobs_of(features: Iterable[Feature]) -> tuple[Job, ...]:
    """Everything that happens by itself, by name."""
    return tuple(sorted((job for feature in features for job in feature.jobs), key=lambda job: job.name))
