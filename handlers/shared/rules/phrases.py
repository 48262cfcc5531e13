"""Small pieces of sentences: plurals and lists of names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence


def plural(count: int, one: str, many: str = "") -> str:
    """`1 item`, `3 items`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def join_names(names: Sequence[str], joint: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {joint} {names[-1]}"


def without_hidden_names(words: str, hidden_names: Iterable[str]) -> str:
    """*words*; "" if they contain any of *hidden_names* as a whole word, in any case."""
    folded = words.casefold()
    contained = [name for name in map(str.casefold, hidden_names) if name.strip() and name in folded]
    is_named = any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", folded) for name in contained)
    return "" if is_named else words


def known_and_hidden(keys: Sequence[str], hidden: int) -> str:
    """`WEB-1, WEB-2 and 3 that you cannot see`: at most ten keys."""
    named = [*keys[:10], *([f"{len(keys) - 10} more"] if len(keys) > 10 else [])]
    unnamed = f"{hidden} that you cannot see" if keys else f"{plural(hidden, 'item')} that you cannot see"
    return join_names([*named, *([unnamed] if hidden else [])])
