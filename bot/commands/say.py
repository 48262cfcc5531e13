"""`handshake say`: chat commands from a terminal, one at a time or as a batch of JSON lines."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import output
from bot.app import App, build_app
from bot.commands.runner import AtOption, JsonOption, new_cli, os_account, parse_moment, run_with_app
from handlers.errors import BadInput
from handlers.grammar import strip_invisible
from integrations.ports.clock import FixedClock
from integrations.ports.inbound import Account, CommandText, ConversationRef, Reply
from storage.private_files import write_private
from storage.store import StoreProblem

cli = new_cli()


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
    if batch is not None and save is not None:
        raise BadInput("--save keeps the file of one answer; say it without --batch.")
    if batch is not None:
        requests = read_requests(batch)
        run_with_app(lambda app: run_batch(app, requests, account=os_account(), at=at), at)
    if not as_:
        raise BadInput('Say who is speaking: handshake say "current" --as you@example.com')
    request = SayRequest(words, as_, in_, at)
    run_with_app(lambda app: run_one(app, request, account=os_account(), as_json=json, save=save), at)


@dataclass(frozen=True, slots=True)
class SayRequest:
    """One command: its text, the speaker's e-mail, the conversation, and the time (ISO 8601, "" for now)."""

    text: str
    email: str
    conversation: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class BadLine:
    """A batch line that is not a request, and why."""

    error: str


_FIELDS = ("text", "as", "in", "at")


def read_requests(path: Path) -> list[SayRequest | BadLine]:
    """The requests in a file of JSON lines, in order. Raises BadInput when the file itself cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read as UTF-8 text: {error}") from None
    lines = text.split("\n")  # not splitlines: JSON strings may contain the other line separators it splits at
    return [_parse_line(number, line) for number, line in enumerate(lines, start=1) if line.strip()]


def _parse_line(number: int, line: str) -> SayRequest | BadLine:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        return BadLine(f"Line {number} is not JSON: {error}")
    if not isinstance(data, dict) or not all(isinstance(data.get(name), str | None) for name in _FIELDS):
        return BadLine(f'Line {number} is not an object like {{"text": "current", "as": "you@example.com"}}')
    if "text" not in data or not data.get("as"):
        return BadLine(f"Line {number} needs “text” and “as”.")
    text, who, where, at = (data.get(name) or "" for name in _FIELDS)
    return SayRequest(text, who, where, at)


def parse_conversation(words: str, email: str) -> ConversationRef:
    """The conversation that `--in` names; by default the direct one. Raises BadInput."""
    platform, _, conversation = words.partition(":")
    match platform:
        case "":
            return ConversationRef("console", f"@{email}", direct=True)
        case "console" if conversation.startswith("#") and len(conversation) > 1:
            return ConversationRef("console", conversation, name=conversation)
        case "slack" if conversation.count("/") == 1 and not conversation.startswith("/"):
            workspace, _, channel = conversation.partition("/")
            return ConversationRef("slack", channel, workspace)
        case "teams" if conversation:
            return ConversationRef("teams", conversation)
        case _:
            raise BadInput(
                f"“{words}” is not a place. Write console:#name, slack:TEAM/CONVERSATION or teams:CONVERSATION."
            )


async def answer(app: App, request: SayRequest, account: str) -> Reply:
    """Handshake's reply to *request*."""
    email = strip_invisible(request.email).strip().lower()
    return await app.dispatch(
        CommandText(
            account=Account("console", email, email=email),
            conversation=parse_conversation(strip_invisible(request.conversation), email),
            words=request.text,
            operator=account,
        )
    )


async def run_one(app: App, request: SayRequest, *, account: str, as_json: bool, save: Path | None = None) -> int:
    """Run one command and print the reply; returns the reply's exit status.

    An attached file is written to *save* (a file or a folder) and otherwise dropped. Raises BadInput.
    """
    reply = await answer(app, request, account)
    saved = _save_file(reply, save)
    if as_json:
        output.write_json(output.reply_json(reply, saved))
    else:
        output.show_reply(reply, saved)
    if save and not saved and not reply.exit:
        sys.stderr.write("That answer has no file, so nothing was saved.\n")
        return 1
    return reply.exit


def _save_file(reply: Reply, save: Path | None) -> str:
    """Write the reply's file, readable by its owner alone, and return its path; "" if nothing was written."""
    if save is None or reply.file is None:
        return ""
    path = save / reply.file.name if save.is_dir() else save
    try:
        write_private(path, reply.file.content)
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror or error}") from None
    return str(path)


async def run_batch(app: App, lines: list[SayRequest | BadLine], *, account: str, at: str) -> int:
    """Run one command a line, in order; returns the highest exit status."""
    worst = 0
    for line in lines:
        outcome = await _run_line(app, line, account, at)
        worst = max(worst, int(outcome.get("exit", 0)))
        output.write_json(outcome)
    return worst


async def _run_line(app: App, line: SayRequest | BadLine, account: str, at: str) -> dict[str, Any]:
    if isinstance(line, BadLine):
        return {"error": line.error, "exit": 2}
    try:
        app = _app_at(app, replace(line, at=line.at or at))
        return output.reply_json(await answer(app, line, account))
    except BadInput as error:
        return {"error": error.text, "exit": error.exit}
    except StoreProblem as problem:
        return {"error": str(problem), "exit": 3}


def _app_at(app: App, request: SayRequest) -> App:
    """The app with its clock set to the time of the request."""
    return build_app(app.settings, app.store, FixedClock(parse_moment(request.at))) if request.at else app
