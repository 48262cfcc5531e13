"""The quarter that a command names."""

from __future__ import annotations

from handlers.context import Request
from handlers.dinners.rules.quarters import quarter_key
from handlers.errors import BadInput


def quarter_in(request: Request) -> tuple[str, tuple[str, ...]]:
    """The requested quarter ("" for none), and the other words."""
    words = list(request.args.positional)
    for length in (1, 2):
        for at in range(len(words) - length + 1):
            if key := quarter_key(" ".join(words[at : at + length]), request.today):
                return key, (*words[:at], *words[at + length :])
    return "", tuple(words)


def only_quarter_in(request: Request) -> str:
    """The requested quarter, "" for none. Raises BadInput if there are other words."""
    key, rest = quarter_in(request)
    if rest:
        raise BadInput(f"“{' '.join(rest)}” is no quarter. Write Q1, or 2027-Q1.", request.args.command)
    return key
