"""Which command or topic somebody wants to be told about. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

# Below this likeness (0 to 100) a proposal is a guess.
MIN_SIMILARITY = 60
MAX_PROPOSALS = 3


def fold(words: str) -> str:
    return " ".join(words.casefold().split())


def commands_beginning_with(said: str, known: Iterable[str]) -> tuple[str, ...]:
    """Those of *known* that begin with all the words of *said* and go on after them."""
    return tuple(each for each in known if each.startswith(f"{said} "))


def suggest(said: str, known: Sequence[str]) -> tuple[str, ...]:
    """What *said* may have meant, nearest first; what it begins with counts as near."""
    from rapidfuzz import fuzz, process  # only needed when somebody slipped

    begun = [each for each in known if said.startswith(f"{each} ")]
    near = process.extract(said, known, scorer=fuzz.ratio, score_cutoff=MIN_SIMILARITY, limit=MAX_PROPOSALS)
    return tuple(dict.fromkeys([*begun, *(name for name, _, _ in near)]))[:MAX_PROPOSALS]
