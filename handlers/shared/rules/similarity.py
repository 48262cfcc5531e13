"""The names that somebody probably meant by what they typed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

K = TypeVar("K")

# Below this likeness (0 to 100) a proposal is a guess: "zebra" must not become "web".
MIN_SIMILARITY = 70


def most_similar(
    typed: str, names: Mapping[K, str], *, most: int, parts: bool = False, at_least: int = MIN_SIMILARITY
) -> list[K]:
    """The keys of the *names* that are like *typed*, the most similar first.

    With *parts*, a name of many words is also like a few of them. The caller folds case, if it does not matter.
    """
    from rapidfuzz import fuzz, process  # slow to import, and only needed when a name fits nothing

    scorer = fuzz.WRatio if parts else fuzz.ratio
    return [key for _, _, key in process.extract(typed, names, scorer=scorer, score_cutoff=at_least, limit=most)]
