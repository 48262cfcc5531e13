"""Find the command or topic that a words asks help about. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

# Below this likeness (0 to 100) a proposal is a guess.
MIN_SIMILARITY = 60
MAX_PROPOSALS = 3


def fold(words: str) -> str:
    return " ".join(words.casefold().split())


def commands_beginning_with(typed: str, known: Iterable[str]) -> tuple[str, ...]:
    """Those of *known* that begin with all words of *typed* and have more."""
    return tuple(words for words in known if words.startswith(f"{typed} "))


def suggest(typed: str, known: Sequence[str]) -> tuple[str, ...]:
    """Suggestions for *typed*, the most similar first; commands that it begins with come before all."""
    from rapidfuzz import fuzz, process  # slow to import, and only needed after a typo

    begun = [words for words in known if typed.startswith(f"{words} ")]
    near = process.extract(typed, known, scorer=fuzz.ratio, score_cutoff=MIN_SIMILARITY, limit=MAX_PROPOSALS)
    return tuple(dict.fromkeys([*begun, *(name for name, _, _ in near)]))[:MAX_PROPOSALS]
