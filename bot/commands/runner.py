"""What subcommands share: options, settings, a quiet log, and running a function with an open app."""

from __future__ import annotations

import asyncio
import gc
import getpass
import os
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from bot.app import App, open_app
from bot.logs import log_to_file
from bot.settings import Settings, load
from handlers.errors import BadInput
from integrations.ports.clock import FixedClock

AtOption = Annotated[
    str, typer.Option("--at", metavar="TIMESTAMP", help="The clock of this command, ISO 8601; UTC without a zone.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def new_cli(help_text: str | None = None, *, no_args_is_help: bool = False) -> typer.Typer:
    """A subcommand's typer app, which prints help as plain text like the whole command line."""
    return typer.Typer(help=help_text, no_args_is_help=no_args_is_help, add_completion=False, rich_markup_mode=None)


def load_settings(**overrides: object) -> Settings:
    """The settings, with the log going to its file. Raises WrongSettings."""
    settings = load(**overrides)
    log_to_file()
    resume_gc()
    return settings


def run_with_app(work: Callable[[App], Coroutine[Any, Any, int]], at: str = "", **overrides: object) -> None:
    """Run *work* with an open app, and end with the exit status that it returns."""
    moment = parse_moment(at) if at else None
    settings = load_settings(**overrides)

    async def run() -> int:
        async with open_app(settings, FixedClock(moment) if moment else None) as app:
            return await work(app)

    raise SystemExit(asyncio.run(run()))


def parse_moment(words: str) -> datetime:
    """The time that *words* give, in UTC. Raises BadInput."""
    try:
        at = datetime.fromisoformat(words)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInput(f"“{words}” is not a moment. Write it as 2026-09-01T09:00:00, with a zone or in UTC.") from None


def os_account() -> str:
    """The operating-system user, for the audit log; a user id without a name (in a container) as a number."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def resume_gc() -> None:
    """Collect garbage from now on, ignoring what was loaded at the start."""
    if not gc.isenabled():
        gc.freeze()
        # With Python's own thresholds, a large import is interrupted by many passes of up to 100 ms, which stop all threads.
        gc.set_threshold(20_000, 50, 100)
        gc.enable()
