"""The command line: find the subcommand, load its module alone, and turn every failure into a message and an exit status.

Exit status: 0 done, 1 refused or nothing found, 2 bad usage or bad input, 3 the store or an outside service is down.
"""

from __future__ import annotations

import gc
import secrets
import sys
from importlib import import_module
from importlib.metadata import version
from io import TextIOWrapper
from typing import Annotated

import structlog
import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException
from typer.main import get_command

from bot.logs import LOG_FILE, log_to_file

# Subcommand -> its module in bot.commands, which holds a typer app named `cli`.
COMMANDS = {
    "import": "import_",
    "say": "say",
    "export": "export",
    "migrate": "migrate",
    "backup": "backup",
    "verify": "verify",
    "doctor": "doctor",
    "demo": "demo",
    "run": "run",
    "post": "post",
    "jobs": "jobs",
    "manifest": "manifest",
}


class LazyGroup(TyperGroup):
    """Loads a subcommand's module when it is used: loading all of them takes longer than most commands do."""

    def list_commands(self, ctx: object) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: object, cmd_name: str) -> TyperCommand | TyperGroup | None:  # noqa: ARG002
        # A misspelt name is compared with all the commands.
        for name in [cmd_name] if cmd_name in COMMANDS else COMMANDS:
            self.commands[name] = _load(name)
        return _load(cmd_name) if cmd_name in COMMANDS else None


def _load(name: str) -> TyperCommand | TyperGroup:
    command = get_command(import_module(f"bot.commands.{COMMANDS[name]}").cli)
    assert isinstance(command, TyperCommand | TyperGroup)  # noqa: S101  (what typer makes of an app)
    command.name = name
    return command


cli = typer.Typer(
    name="handshake",
    cls=LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _show_version(requested: bool) -> None:  # noqa: FBT001  (typer calls it with the option's value)
    if requested:
        sys.stdout.write(f"handshake {version('handshake')}\n")
        raise typer.Exit


@cli.callback()
def handshake(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Keeps two departments in step: one provable roadmap, answers without meetings."""


def main() -> None:
    """Run the command line. People get a message and an exit status, never a traceback."""
    # What is loaded now stays until the end: collecting garbage meanwhile takes a seventh of the start.
    gc.disable()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a file name or argument may contain bytes that are not UTF-8
            stream.reconfigure(errors="replace")
    try:
        cli(standalone_mode="--json" not in sys.argv)
    except KeyboardInterrupt:
        _exit("Stopped.", 1)
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(0) from None
    except Exception as error:  # noqa: BLE001  (the last boundary; unknown errors are logged with their reference)
        _exit(*_failure(error))


def _failure(error: Exception) -> tuple[str, int]:
    """The message for *error*, and the exit status."""
    from bot.settings import WrongSettings
    from handlers.errors import Refusal
    from storage.store import StoreProblem

    match error:
        case TyperException():
            return error.format_message(), 2
        case WrongSettings():
            return str(error), 2
        case Refusal():
            return "\n".join([error.text, *(f"Try: {words}" for words in error.try_words)]), error.exit
        case StoreProblem():
            return str(error), 3
        case _:
            return _crash_message(), 3


def _crash_message() -> str:
    """Log the current exception, and return an apology with its reference number."""
    log_to_file()  # the failure may have come before logging was configured
    reference = secrets.token_hex(3).upper()  # independent of our own code, which may be what failed
    structlog.get_logger().exception("failed", action="cli.failed", reference=reference)
    return (
        "Something went wrong on our side; nothing you typed is to blame. "
        f"The details are in {LOG_FILE}, under reference {reference}."
    )


def _exit(message: str, status: int) -> None:
    from bot.output import write_json

    if "--json" in sys.argv:
        write_json({"error": message, "exit": status})
    else:
        sys.stderr.write(f"{message}\n")
    raise SystemExit(status)
