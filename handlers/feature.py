"""A slice's name plate: what can be said to it, what it says by itself, and what it wants to know."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any, Literal

from handlers.context import AppContext, OnPublished, Request
from handlers.shared.rules.schedule import Schedule
from integrations.ports.cards import Card
from integrations.ports.inbound import Reply
from storage.store import Session
from storage.values.company import Audience, Permission
from storage.values.deliveries import Delivery

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


_modules: list[str] = []


class _LazyModule:
    """A module of asynchronous functions that is loaded when one of them is called."""

    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        async def load_and_call(*args: Any) -> Any:
            return await getattr(import_module(self._module), name)(*args)

        return load_and_call


def lazy_module(module: str) -> Any:
    """The functions of *module*, which is loaded when one of them is first called."""
    _modules.append(module)
    return _LazyModule(module)


def load_lazy_modules() -> None:
    """Load every module that was put off."""
    for module in _modules:
        import_module(module)
