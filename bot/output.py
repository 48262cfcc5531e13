"""What a terminal shows: cards as words, progress on long work, and one JSON object where that was asked for."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from integrations.plain.render import card_text, form_text
from integrations.ports.cards import Card, to_json
from integrations.ports.inbound import Reply

# Signs at which many readers end a line, and which JSON would allow inside a string as they are.
_ESCAPED_LINE_ENDS = str.maketrans({"\u0085": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def write_json(value: Mapping[str, Any]) -> None:
    """One object on one line of standard output."""
    line = json.dumps(value, ensure_ascii=False, default=str).translate(_ESCAPED_LINE_ENDS)
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def reply_json(reply: Reply, saved: str = "") -> dict[str, Any]:
    """A reply as the contract's JSON object; a failed one also says `error` and `exit`, one with a file where it is."""
    whole: dict[str, Any] = {
        "text": reply_text(reply),
        "card": to_json(reply.card),
        "private": reply.private,
        "facts": dict(reply.facts),
    }
    if reply.form:
        whole["form"] = to_json(reply.form)
    if reply.file:
        whole["file"] = {"name": reply.file.name, "saved": saved}
    if reply.exit:
        whole |= {"error": reply.facts.get("error", card_text(reply.card)), "exit": reply.exit}
    return whole


def reply_text(reply: Reply) -> str:
    """The complete plain text of a reply; a form is asked for in words."""
    card_words = card_text(reply.card)
    return f"{card_words}\n\n{form_text(reply.form)}" if reply.form else card_words


def show_reply(reply: Reply, saved: str = "") -> None:
    """A reply for a person at a terminal, and where the file that came with it is: *saved*, or nowhere."""
    show_card(reply.card, error=bool(reply.exit))
    if reply.form:
        write_text(form_text(reply.form))
    if reply.file:
        nowhere = f"{reply.file.name} was written nowhere. To keep it, say the same with --save FILE"
        write_text(f"Saved as {saved}" if saved else nowhere)


def show_card(card: Card, *, error: bool = False) -> None:
    """A card drawn where somebody looks, and its complete plain text where a program reads."""
    if not (sys.stderr if error else sys.stdout).isatty():
        write_text(card_text(card), error=error)
        return
    from rich.console import Console

    from integrations.terminal.render import render_card

    Console(stderr=error, highlight=False).print(render_card(card))


def write_text(whole: str, *, error: bool = False) -> None:
    """Words on the screen, the first line bold where the screen can; failures go to standard error."""
    stream = sys.stderr if error else sys.stdout
    if not stream.isatty():
        stream.write(f"{whole}\n")
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=error, highlight=False, soft_wrap=True)
    title, _, rest = whole.partition("\n")
    console.print(Text(title, style="bold red" if error else "bold"))
    if rest:
        console.print(Text(rest))


@contextmanager
def progress(what: str, *, quiet: bool = False) -> Iterator[None]:
    """Show that something takes its time, on a terminal alone."""
    if quiet or not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield
