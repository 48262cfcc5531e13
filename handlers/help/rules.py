"""Find the command or topic that words ask help about. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from handlers.shared.rules.similarity import most_similar

MIN_SIMILARITY = 60  # lower than for names: a wrong topic costs the reader nothing
MAX_PROPOSALS = 3


def fold(words: str) -> str:
    return " ".join(words.casefold().split())


def commands_beginning_with(typed: str, known: Iterable[str]) -> tuple[str, ...]:
    """Those of *known* that begin with all words of *typed* and have more."""
    return tuple(words for words in known if words.startswith(f"{typed} "))


def suggest(typed: str, known: Sequence[str]) -> tuple[str, ...]:
    """Suggestions for *typed*, the most similar first; commands that it begins with come before all."""
    begun = [words for words in known if typed.startswith(f"{words} ")]
    near = most_similar(typed, {words: words for words in known}, most=MAX_PROPOSALS, at_least=MIN_SIMILARITY)
    return tuple(dict.fromkeys([*begun, *near]))[:MAX_PROPOSALS]
