"""The types with which a slice describes itself: its commands, jobs, notices and hooks."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any, Literal

from handlers.context import AppContext, PersonTraces, Request
from handlers.shared.rules.schedule import Schedule
from integrations.ports.cards import Button, Card
from integrations.ports.inbound import Reply
from storage.store import Session
from storage.values.company import Audience, Permission, Person
from storage.values.deliveries import Delivery
from storage.values.roadmap import Change, Revision

CommandHandler = Callable[[AppContext, Request], Awaitable[Reply]]


# Part of a usage that a person replaces or leaves out: KEY, "…", [R42], off|on.
_PLACEHOLDER = re.compile(r"[\[|…]|(?<!\S)[A-Z]{2,}(?!\S)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command of the chat. Buttons and forms name it by the same words.

    `usage` defaults to the words; `examples` default to the usage if it can be typed as it is.
    `takes` is the largest number of positional words; a reading command with more of them is treated as a question.
    `options` take a value (`--why "…"`), `switches` do not (`--now`), `named` are the keys of `key=value`
    (None: any key, checked by the command itself). `people` are those that take a list of people; `clears` are those
    that may be empty, to take something back. `allows_strangers`: also for people who are not known yet.
    `first_word_pattern` has to match the first positional word: "follow WEB-12" is a command, "follow up on the
    banner" is a question. `never_suggested`: it deletes, publishes or gives rights, so it is not proposed for words
    that are only close to it.
    """

    words: str
    run: CommandHandler
    does: str
    usage: str = ""
    examples: tuple[str, ...] = ()
    needs: Permission = Permission.VIEWER
    writes: bool = False
    takes: int = 0
    options: tuple[str, ...] = ()
    switches: tuple[str, ...] = ()
    named: tuple[str, ...] | None = ()
    people: tuple[str, ...] = ()
    clears: tuple[str, ...] = ()
    allows_strangers: bool = False
    first_word_pattern: str = ""
    never_suggested: bool = False

    def __post_init__(self) -> None:
        if not self.usage:
            object.__setattr__(self, "usage", self.words)
        if not self.examples:
            if _PLACEHOLDER.search(self.usage):
                raise ValueError(f"the usage of “{self.words}” has placeholders, so the command needs examples")
            object.__setattr__(self, "examples", (self.usage,))


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRoute:
    """What to type to get the answer to a question about *topic* in which *when* (a pattern) occurs.

    `say` is a reading command. It gets what *argument* (a pattern) finds in the question as well, or with `takes_people`
    the e-mails of the people named there. The first route that fits answers. `invitation` is offered where there is
    nothing yet.
    """

    topic: str
    say: str
    when: str = ""
    argument: str = ""
    takes_people: bool = False
    invitation: Button | None = None


# Builds the card of a notice when it is sent, from what everyone in its place may see then; None: nothing to send.
Compose = Callable[[AppContext, Session, Delivery, Audience], Awaitable[Card | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work on a schedule. `does` describes it to people.

    `run` gets the due time and the transaction that records the run; it must not call outside services.
    `jobs run` takes the former name as well.
    `catch_up` says which missed due times run after a stop: all, the last, or none (the last unless it is a day old).
    """

    name: str
    does: str
    schedule: Schedule
    catch_up: Literal["all", "last", "none"]
    run: Callable[[AppContext, Session, datetime], Awaitable[None]]
    former_name: str = ""


OnPublished = Callable[[AppContext, Session, Revision, Sequence[Change]], Awaitable[None]]
# The last argument decrypts what only this person may read, or says why it cannot be shown here.
ExportPerson = Callable[[Session, Person, Callable[[str], str]], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class OpenWork:
    """A decision that is open because somebody left ("owner of WEB-1"), and the buttons for it."""

    what: str
    buttons: tuple[Button, ...] = ()


# Releases what needs no decision when somebody left: a seat, a vote.
OnLeft = Callable[[AppContext, Session, Person, datetime], Awaitable[None]]
# The decisions that are open because that person left.
OpenWorkOf = Callable[[Session, Person], Awaitable[Sequence[OpenWork]]]
# Returns how many texts that named the person were blanked, by kind.
ForgetPerson = Callable[[AppContext, Session, PersonTraces], Awaitable[Mapping[str, int]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """A vertical slice, named as its package is.

    `answers` says which commands answer questions in plain words about this feature. `notices` maps kinds of notices to
    the functions that compose their cards; only processes that send call it. Hooks
    run inside the transaction of the caller: `on_published` with every published revision, `export_person` for
    `me export`, `forget_person` for `me forget`, `on_left` and `open_work` when somebody left the organisation.
    """

    name: str
    title: str
    commands: tuple[Command, ...] = ()
    answers: tuple[QuestionRoute, ...] = ()
    notices: Callable[[], Mapping[str, Compose]] = dict
    jobs: tuple[Job, ...] = ()
    on_published: OnPublished | None = None
    export_person: ExportPerson | None = None
    forget_person: ForgetPerson | None = None
    on_left: OnLeft | None = None
    open_work: OpenWorkOf | None = None


def jobs_of(features: Iterable[Feature]) -> tuple[Job, ...]:
    """All jobs, by name."""
    return tuple(sorted((job for feature in features for job in feature.jobs), key=lambda job: job.name))


def job_named(features: Iterable[Feature], name: str) -> Job | None:
    """The job of that name, present or former."""
    return next((job for job in jobs_of(features) if name and name in (job.name, job.former_name)), None)


_modules: list[str] = []


class _LazyModule:
    """Stands for a module of async functions and imports it when one of them is called."""

    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        async def load_and_call(*args: Any) -> Any:
            return await getattr(import_module(self._module), name)(*args)

        load_and_call.__qualname__ = f"{self._module}:{name}"  # what a test checks, and what a traceback shows
        return load_and_call


def lazy_module(module: str) -> Any:
    """Import *module* at the first call of one of its async functions, to keep the start of the terminal fast."""
    _modules.append(module)
    return _LazyModule(module)


def load_lazy_modules() -> None:
    """Import now what `lazy_module` postponed, so that the first request does not wait for it."""
    for module in _modules:
        import_module(module)
