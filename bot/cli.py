"""The command line of the contract, thin: words in, one function called, words or JSON out.

Exit status: 0 done, 1 refused or nothing found, 2 bad usage or bad input, 3 the store or a neighbour is unavailable.
"""

from __future__ import annotations

import asyncio
import gc
import getpass
import os
import sys
from collections.abc import Callable, Coroutine
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from bot.app import App
    from bot.settings import Settings

cli = typer.Typer(
    name="handshake",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
post = typer.Typer(help="Look at what goes out, and try again what failed.", no_args_is_help=True)
cli.add_typer(post, name="post")
jobs = typer.Typer(help="Show what happens by itself, or ring one by hand.")
cli.add_typer(jobs, name="jobs")
manifest = typer.Typer(help="Write what a platform's administrator needs to install the app.", no_args_is_help=True)
cli.add_typer(manifest, name="manifest")

AtOption = Annotated[
    str, typer.Option("--at", metavar="TIMESTAMP", help="The clock of this command, ISO 8601; UTC without a zone.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


class CommandLineError(Exception):
    """The command line cannot be used as it is; exit status 2."""


def main() -> None:
    """Run the command line. Whatever happens, a person gets words and an exit status, never a traceback."""
    # Loading makes objects that stay until the end: to look through them again and again takes a seventh of the start.
    gc.disable()
    from typer.exceptions import TyperException

    from handlers.errors import Refusal
    from storage.store import StoreProblem

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a file's name or a word may hold bytes that are no letters
            stream.reconfigure(errors="replace")
    try:
        cli(standalone_mode="--json" not in sys.argv)
    except TyperException as error:
        _exit(error.format_message(), 2)
    except (CommandLineError, _settings_error()) as error:
        _exit(str(error), 2)
    except Refusal as refusal:
        _exit("\n".join([refusal.text, *(f"Try: {words}" for words in refusal.try_words)]), refusal.exit)
    except StoreProblem as problem:
        _exit(str(problem), 3)
    except KeyboardInterrupt:
        _exit("Stopped.", 1)
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(0) from None
    except Exception:  # noqa: BLE001  (the last boundary; it is logged with the reference that is shown)
        _exit(_crash_message(), 3)


def _settings_error() -> type[Exception]:
    from bot.settings import WrongSettings

    return WrongSettings


def _crash_message() -> str:
    import secrets

    import structlog

    _log_quietly()  # it may have failed before the log was set up, and then the screen would get the traceback
    reference = secrets.token_hex(3).upper()  # nothing of ours is asked: it may be what failed
    structlog.get_logger().exception("failed", action="cli.failed", reference=reference)
    return (
        "Something went wrong on our side; nothing you typed is to blame. "
        f"The details are in {_log_file()}, under reference {reference}."
    )


def _exit(words: str, code: int) -> None:
    from bot.output import write_json

    if "--json" in sys.argv:
        write_json({"error": words, "exit": code})
    else:
        sys.stderr.write(f"{words}\n")
    raise SystemExit(code)


def _settings(**overrides: object) -> Settings:
    from bot.settings import load

    settings = load(**overrides)
    _log_quietly()
    _resume_gc()
    return settings


def _resume_gc() -> None:
    """Collect garbage from now on, without looking at what was loaded for good."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def _log_quietly() -> None:
    """Log into the file; where none can be made, nowhere: the answer matters more."""
    from bot.logs import configure

    try:
        configure("json", _log_file())
    except OSError:
        configure("json", Path(os.devnull))


def _log_file() -> Path:
    """One-shot commands keep their log out of the way of their answers."""
    return Path("var") / "handshake.log"


def _account() -> str:
    """The operating-system user, for the audit; a container may know it by number alone."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def _with_app(work: Callable[[App], Coroutine[Any, Any, int]], at: str = "", **overrides: object) -> None:
    """Open the house, let *work* be done in it, and end with the exit status that it returns."""
    from bot.app import open_app
    from bot.commands.say import parse_moment as moment_of
    from integrations.ports.clock import FixedClock

    moment = moment_of(at) if at else None
    settings = _settings(**overrides)

    async def run() -> int:
        async with open_app(settings, FixedClock(moment) if moment else None) as app:
            return await work(app)

    raise SystemExit(asyncio.run(run()))


def _show_version(wanted: bool) -> None:  # noqa: FBT001  (typer calls it with the option's value)
    if wanted:
        from importlib.metadata import version

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


@cli.command("import")
def import_(
    what: Annotated[str, typer.Argument(metavar="teams|people|campaigns|roadmap")],
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    *,
    dry_run: Annotated[bool, typer.Option(help="Say what would happen; write nothing.")] = False,
    accept_errors: Annotated[bool, typer.Option(help="Take the good rows although others are bad.")] = False,
    complete: Annotated[bool, typer.Option(help="What the file does not name any more is dropped.")] = False,
    publish: Annotated[bool, typer.Option(help="Publish at once, as the operator.")] = False,
    settle: Annotated[
        bool, typer.Option(help="A tracker's export: published by itself once nothing more came for a while.")
    ] = False,
    reason: Annotated[str, typer.Option(help="Why, for the revision.")] = "",
    at: AtOption = "",
    json: JsonOption = False,
) -> None:
    """Import a CSV file: teams, people, campaigns or the roadmap."""
    from bot.commands import import_ as commands_import_
    from handlers.importing.rules import report

    content = commands_import_.read_file(file, what)
    choices = report.ImportOptions(
        dry_run=dry_run, accept_errors=accept_errors, complete=complete, publish=publish, settle=settle, reason=reason
    )
    _with_app(lambda app: commands_import_.run(app, what, content, choices, as_json=json, account=_account()), at)


@cli.command()
def say(
    words: Annotated[str, typer.Argument(metavar="WORDS", help="Any chat command, or a question.")] = "",
    *,
    as_: Annotated[str, typer.Option("--as", metavar="EMAIL", help="Who says it.")] = "",
    in_: Annotated[
        str, typer.Option("--in", metavar="PLACE", help="console:#name, slack:TEAM/CONVERSATION or teams:CONVERSATION")
    ] = "",
    at: AtOption = "",
    batch: Annotated[
        Path | None, typer.Option(metavar="FILE.jsonl", help="One JSON request a line; one JSON reply a line.")
    ] = None,
    save: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep the file that comes with the answer here.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Say anything that can be said in Slack or Teams."""
    from bot.commands import say as commands_say

    if batch is not None and save is not None:
        raise CommandLineError("--save keeps the file of one answer; say it without --batch.")
    if batch is not None:
        requests = commands_say.read_requests(batch)
        _with_app(lambda app: commands_say.run_batch(app, requests, account=_account(), at=at), at)
    if not as_:
        raise CommandLineError('Say who is speaking: handshake say "current" --as you@example.com')
    request = commands_say.SayRequest(words, as_, in_, at)
    _with_app(lambda app: commands_say.run_one(app, request, account=_account(), as_json=json, save=save), at)


@cli.command()
def export(
    what: Annotated[str, typer.Argument(metavar="roadmap")],
    *,
    as_of: Annotated[
        str, typer.Option(metavar="DATE", help="A day, a moment or R41; the current version without it.")
    ] = "",
    at: AtOption = "",
) -> None:
    """Write the roadmap as CSV to standard output."""
    from bot.commands import export as commands_export

    if what != "roadmap":
        raise CommandLineError(f"I can export the roadmap; not “{what}”. Try: handshake export roadmap")
    _with_app(lambda app: commands_export.run(app, as_of), at)


@cli.command()
def migrate() -> None:
    """Bring the store up to this version's tables."""
    from bot.app import store_of
    from bot.output import write_text as tell

    settings = _settings()

    async def run() -> None:
        store = store_of(settings)
        try:
            await store.migrate()
            await store.open()
        finally:
            await store.close()

    asyncio.run(run())
    tell("The store is up to date.")


@cli.command()
def backup(target: Annotated[Path, typer.Argument(metavar="FILE")]) -> None:
    """Copy the whole store while everything runs; for PostgreSQL, say what does."""
    from bot.commands import backup as copying

    _with_app(lambda app: copying.run(app, target))


@cli.command()
def verify(
    *,
    head: Annotated[str, typer.Option(metavar="HASH", help="The beginning of a hash that somebody kept.")] = "",
    json: JsonOption = False,
) -> None:
    """Recompute the chain of revisions, replay it against the items, and name the first row that was altered."""
    from bot.commands import verify as commands_verify

    _with_app(lambda app: commands_verify.run(app, head, as_json=json))


@cli.command()
def doctor(*, json: JsonOption = False) -> None:
    """Check settings, store, migrations and post, and name the line to fix."""
    from bot.commands import doctor as commands_doctor

    raise SystemExit(asyncio.run(commands_doctor.run(_settings(), as_json=json)))


@cli.command()
def demo(
    *,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where the page is served.")] = 8080,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")] = False,
    expose: Annotated[
        bool, typer.Option("--expose", help="Let other machines in. There is no sign-in: whoever comes can be anybody.")
    ] = False,
    terminal: Annotated[bool, typer.Option("--terminal", help="Talk in this terminal instead of a browser.")] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Forget what was done in the demo and build the company anew.")
    ] = False,
) -> None:
    """Try everything in a web page, with a sample company; no accounts, its own store."""
    from bot.app import SystemClock
    from bot.demo.start import DATABASE_URL
    from bot.demo.start import run as play
    from bot.demo.web import PageOptions

    page = None if terminal else PageOptions(port=port, browser=not no_browser, expose=expose)
    settings, now = _settings(database_url=DATABASE_URL), SystemClock().now()
    raise SystemExit(asyncio.run(play(settings, now=now, fresh=fresh, page=page, lines=sys.stdin)))


@cli.command()
def run() -> None:
    """Run Handshake as configured by the environment."""
    import uvloop

    from bot.logs import configure
    from bot.serve import run as carry
    from bot.settings import load

    settings = load()
    configure(settings.log_format)
    _resume_gc()
    raise SystemExit(uvloop.run(carry(settings)))


@jobs.callback(invoke_without_command=True)
def jobs_show(context: typer.Context, *, json: JsonOption = False) -> None:
    """Show what happens by itself: schedule, last run, next run."""
    if context.invoked_subcommand is None:
        from bot.commands import jobs as work

        _with_app(lambda app: work.show(app, as_json=json))


@jobs.command("ring")
def jobs_ring(name: Annotated[str, typer.Argument(metavar="NAME")]) -> None:
    """Carry out one job now; its schedule stays as it was."""
    from bot.commands import jobs as work

    _with_app(lambda app: work.run_now(app, name))


@post.command("list")
def post_list(
    *,
    state: Annotated[str, typer.Option(metavar="STATE", help="new, sending, sent or dead.")] = "",
    json: JsonOption = False,
) -> None:
    """Show the newest deliveries."""
    from bot.commands import post as commands_post

    _with_app(lambda app: commands_post.show(app, state, as_json=json))


@post.command("retry")
def post_retry(which: Annotated[str, typer.Argument(metavar="ID|all-dead")]) -> None:
    """Let a dead delivery, or all of them, be tried afresh."""
    from bot.commands import post as commands_post

    _with_app(lambda app: commands_post.retry(app, which))


@manifest.command("teams")
def manifest_teams(
    *,
    out: Annotated[Path, typer.Option("--out", metavar="FILE.zip", help="Where to write the package.")] = Path(
        "handshake-teams.zip"
    ),
) -> None:
    """Write the app package for Microsoft Teams: manifest and icons."""
    from bot.commands import manifest as commands_manifest

    raise SystemExit(commands_manifest.teams(_settings(), out))


@manifest.command("slack")
def manifest_slack() -> None:
    """Print the app manifest for Slack, as JSON: api.slack.com/apps, Create New App, From a manifest."""
    from bot.commands import manifest as commands_manifest

    raise SystemExit(commands_manifest.slack(_settings()))
