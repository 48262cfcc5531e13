"""`handshake say`: the same words as in chat reach the same functions, one at a time or in a batch."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot import output
from bot.app import App, build_app
from handlers.errors import BadInput
from handlers.grammar import strip_invisible
from integrations.ports.clock import FixedClock
from integrations.ports.inbound import Account, CommandText, ConversationRef, Reply
from storage.store import StoreProblem


@dataclass(frozen=True, slots=True)
class SayRequest:
    """One thing to say: the words, who, where, and when it is."""

    text: str
    email: str
    conversation: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line of a batch that is no request, and why."""

    error: str


_FIELDS = ("text", "as", "in", "at")


def read_requests(path: Path) -> list[SayRequest | BadLine]:
    """The requests in a file of JSON lines, in order. Raises BadInput when the file itself cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read as UTF-8 text: {error}") from None
    lines = text.split("\n")  # and nowhere else: JSON may hold the signs at which splitlines ends a line too
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


def parse_moment(words: str) -> datetime:
    """The moment that an `at` names. Raises BadInput."""
    try:
        at = datetime.fromisoformat(words)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInput(f"“{words}” is not a moment. Write it as 2026-09-01T09:00:00, with a zone or in UTC.") from None


def parse_conversation(words: str, email: str) -> ConversationRef:
    """The place that `--in` names; a direct conversation without one. Raises BadInput."""
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
    """What Handshake says to *request*."""
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
    """Say one thing and print the reply; its exit status is the command's.

    A file that comes with it is kept at *save* (in there, when that is a folder), and nowhere unasked. Raises BadInput.
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


def _open_owner_only(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)


def _save_file(reply: Reply, save: Path | None) -> str:
    """Where the reply's file was written to; "" when nowhere. It may hold what only its reader may see."""
    if save is None or reply.file is None:
        return ""
    path = save / reply.file.name if save.is_dir() else save
    try:
        with open(path, "wb", opener=_open_owner_only) as file:
            file.write(reply.file.content)
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror or error}") from None
    return str(path)


async def run_batch(app: App, lines: list[SayRequest | BadLine], *, account: str, at: str) -> int:
    """Say one thing a line, in order, each as its own event; the worst exit status is the whole one's."""
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
        there = _app_at(app, replace(line, at=line.at or at))
        return output.reply_json(await answer(there, line, account))
    except BadInput as error:
        return {"error": error.text, "exit": error.exit}
    except StoreProblem as problem:
        return {"error": str(problem), "exit": 3}


def _app_at(app: App, request: SayRequest) -> App:
    """The same house with the clock at the moment of the request."""
    return build_app(app.settings, app.store, FixedClock(parse_moment(request.at))) if request.at else app
