"""Phrases whose role is known: office idiom as data. The role model takes them as hints, not as rules."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

PHRASES_FILE = Path(__file__).with_name("phrases.csv")
_LONGEST = 6  # words


def phrase_roles(words: Sequence[str]) -> list[tuple[str, ...]]:
    """For each of *words* the roles of the known phrases that it is part of; longer phrases win."""
    known = _phrases()
    roles: list[tuple[str, ...]] = [()] * len(words)
    for length in range(min(_LONGEST, len(words)), 0, -1):
        for first in range(len(words) - length + 1):
            matching = known.get(tuple(words[first : first + length]))
            if matching and not any(roles[first : first + length]):
                roles[first : first + length] = [matching] * length
    return roles


def is_phrase(words: Sequence[str]) -> bool:
    """Whether *words* are a known phrase."""
    return tuple(words) in _phrases()


@lru_cache(maxsize=1)
def _phrases() -> Mapping[tuple[str, ...], tuple[str, ...]]:
    phrases: dict[tuple[str, ...], list[str]] = {}
    with PHRASES_FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            phrases.setdefault(tuple(row["phrase"].split()), []).append(row["role"])
    return {phrase: tuple(sorted(roles)) for phrase, roles in phrases.items()}
