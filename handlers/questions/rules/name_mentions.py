"""Which names of a company a text mentions. Pure.

The text's words are looked up in an index, so that the effort grows with the text and not with the number of people.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from handlers.questions.rules.name_matching import LONGEST_NAME
from storage.values.company import Directory

_WORD = re.compile(r"\w+")
# A regular expression that ignores case takes all of these for one letter.
_LETTERS_I = str.maketrans({"ı": "i", "\u0307": ""})


@dataclass(frozen=True, slots=True)
class MentionIndex:
    """Names by their words, in any case; `lengths` are the numbers of words that names have."""

    by_words: Mapping[tuple[str, ...], Sequence[str]]
    lengths: tuple[int, ...]

    def candidates(self, text: str) -> set[str]:
        """The names whose words follow one another in *text*; names without a word always."""
        return {name for phrase in self._phrases(_words(text)) for name in self.by_words.get(phrase, ())}

    def _phrases(self, words: Sequence[str]) -> Iterator[tuple[str, ...]]:
        for length in self.lengths:
            for start in range(len(words) - length + 1):
                yield tuple(words[start : start + length])


class _SameDirectory:
    """A directory compared by identity, so that questions about the same company share an index."""

    def __init__(self, names: Directory) -> None:
        self.names = names

    def __hash__(self) -> int:
        return id(self.names)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _SameDirectory) and other.names is self.names


def mention_index(names: Directory) -> MentionIndex:
    """The index of *names*. The last few are cached."""
    return _index(_SameDirectory(names))


@lru_cache(maxsize=4)
def _index(same: _SameDirectory) -> MentionIndex:
    by_words: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name in _all_names(same.names):
        by_words[tuple(_words(name))].append(name)
    return MentionIndex(dict(by_words), tuple(sorted({len(words) for words in by_words})))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold().translate(_LETTERS_I))


def _all_names(names: Directory) -> Iterable[str]:
    """All names of teams, campaigns and people, and the parts of people's names that are longer than two letters."""
    whole = {team.name for team in names.teams} | {campaign.name for campaign in names.campaigns}
    whole |= {person.name for person in names.people if person.name}
    parts = {part for person in names.people for part in person.name.split() if len(part) > 2}
    return {name for name in whole | parts if len(name.split()) <= LONGEST_NAME + 2}
