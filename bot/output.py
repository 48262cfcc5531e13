"""Terminal output: cards as text, progress during long work, and one JSON object with `--json`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from integrations.plain.render import card_text, form_text
from integrations.ports.cards import Card, to_json
from integrations.ports.inbound import Reply

# Many readers treat these as line ends, but JSON allows them unescaped inside strings.
_ESCAPED_LINE_ENDS = str.maketrans({"\u0085": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def write_json(value: Mapping[str, Any]) -> None:
    """One object on one line of standard output."""
    line = json.dumps(value, ensure_ascii=False, default=str).translate(_ESCAPED_LINE_ENDS)
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def reply_json(reply: Reply, saved: str = "") -> dict[str, Any]:
    """A reply as a JSON object. `error` and `exit` are present when it failed; *saved* is where its file was written."""
    data: dict[str, Any] = {
        "text": reply_text(reply),
        "card": to_json(reply.card),
        "private": reply.private,
        "facts": dict(reply.facts),
    }
    if reply.form:
        data["form"] = to_json(reply.form)
    if reply.file:
        data["file"] = {"name": reply.file.name, "saved": saved}
    if reply.exit:
        data |= {"error": reply.facts.get("error", card_text(reply.card)), "exit": reply.exit}
    return data


def reply_text(reply: Reply) -> str:
    """The complete plain text of a reply, including its form."""
    card_words = card_text(reply.card)
    return f"{card_words}\n\n{form_text(reply.form)}" if reply.form else card_words


def show_reply(reply: Reply, saved: str = "") -> None:
    """Print a reply for a person. *saved* is where its file was written, "" if it was not."""
    show_card(reply.card, error=bool(reply.exit))
    if reply.form:
        write_text(form_text(reply.form))
    if reply.file:
        not_saved = f"{reply.file.name} was written nowhere. To keep it, say the same with --save FILE"
        write_text(f"Saved as {saved}" if saved else not_saved)


def show_card(card: Card, *, error: bool = False) -> None:
    """Print a card: formatted on a terminal, as complete plain text into a pipe."""
    if not (sys.stderr if error else sys.stdout).isatty():
        write_text(card_text(card), error=error)
        return
    from rich.console import Console

    from integrations.terminal.render import render_card

    Console(stderr=error, highlight=False).print(render_card(card))


def write_text(message: str, *, error: bool = False) -> None:
    """Print a message, its first line in bold on a terminal; *error* goes to standard error."""
    stream = sys.stderr if error else sys.stdout
    if not stream.isatty():
        stream.write(f"{message}\n")
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=error, highlight=False, soft_wrap=True)
    title, _, rest = message.partition("\n")
    console.print(Text(title, style="bold red" if error else "bold"))
    if rest:
        console.print(Text(rest))


@contextmanager
def progress(what: str, *, quiet: bool = False) -> Iterator[None]:
    """Show a spinner inside the block, on a terminal only."""
    if quiet or not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield
