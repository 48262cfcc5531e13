"""Where a text mentions names: of a company's people, teams and campaigns, or of items. Pure.

The text's words are looked up in an index that is made once, so that the effort grows with the text and not with the
number of names.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from handlers.questions.rules.tokens import fold
from storage.values.company import Directory

MOST_WORDS = 8  # of a person's, team's or campaign's name; longer ones are not looked for
_WORD = re.compile(r"\w+")
# A regular expression that ignores case takes all of these for one letter.
_LETTERS_I = str.maketrans({"ı": "i", "\u0307": ""})


@dataclass(frozen=True, slots=True)
class NameMention:
    """The words of a text from *start* to *end* (excluded), and the names that consist of them."""

    start: int
    end: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MentionIndex:
    """Names by their words, without case and accents. `lengths` are the numbers of words of names that begin so.

    `wordless` are names without a letter or a digit.
    """

    by_words: Mapping[tuple[str, ...], Sequence[str]]
    lengths: Mapping[str, Sequence[int]]
    wordless: Sequence[str] = ()

    def mentions(self, text: str) -> tuple[NameMention, ...]:
        """All mentions in *text*, which has to be composed (NFC), the longest first; they may overlap."""
        mentions = sorted(self._mentions(text), key=lambda mention: (mention.start - mention.end, mention.start))
        return tuple(mentions)

    def candidates(self, text: str) -> set[str]:
        """The names whose words follow one another in *text*; names without a word always."""
        mentioned = self._mentions(unicodedata.normalize("NFC", text))
        return {name for mention in mentioned for name in mention.names} | set(self.wordless)

    def _mentions(self, text: str) -> Iterator[NameMention]:
        matches = [(match.start(), match.end(), _folded(match[0])) for match in _WORD.finditer(text)]
        for index, (start, _, word) in enumerate(matches):
            for length in self.lengths.get(word, ()):
                phrase = matches[index : index + length]
                names = self.by_words.get(tuple(folded for _, _, folded in phrase))
                if names and len(phrase) == length:
                    yield NameMention(start, phrase[-1][1], tuple(names))


def index_of(names: Iterable[str]) -> MentionIndex:
    """The index of *names*."""
    by_words: dict[tuple[str, ...], list[str]] = defaultdict(list)
    lengths: dict[str, set[int]] = defaultdict(set)
    for name in names:
        words = tuple(_words(name))
        by_words[words].append(name)
        if words:
            lengths[words[0]].add(len(words))
    wordless = by_words.pop((), [])
    return MentionIndex(dict(by_words), {word: sorted(counts) for word, counts in lengths.items()}, wordless)


def without_overlaps(mentions: Iterable[NameMention]) -> tuple[NameMention, ...]:
    """Those of *mentions* that overlap none before them, in the order of the text."""
    kept: list[NameMention] = []
    for mention in mentions:
        if all(mention.end <= other.start or other.end <= mention.start for other in kept):
            kept.append(mention)
    return tuple(sorted(kept, key=lambda mention: mention.start))


def replaced(text: str, mentions: Collection[NameMention], by: str) -> str:
    """*text* with *by* in the place of each mention."""
    for mention in sorted(mentions, key=lambda mention: -mention.start):
        text = text[: mention.start] + by + text[mention.end :]
    return text


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


def hidden_people_index(names: Directory) -> MentionIndex:
    """The index of the names of those who opted out of being named. The last few are cached."""
    return _hidden_index(_SameDirectory(names))


@lru_cache(maxsize=4)
def _index(same: _SameDirectory) -> MentionIndex:
    return index_of(_all_names(same.names))


@lru_cache(maxsize=4)
def _hidden_index(same: _SameDirectory) -> MentionIndex:
    everybody = (*same.names.people, *same.names.former)
    hidden = [person for person in everybody if not person.named_publicly]
    names = {name for person in hidden for name in (person.name, person.email, person.email.partition("@")[0]) if name}
    return index_of(names | {part for person in hidden for part in _parts(person.name)})


def _folded(word: str) -> str:
    return fold(word).translate(_LETTERS_I)


def _words(text: str) -> list[str]:
    return [_folded(word) for word in _WORD.findall(unicodedata.normalize("NFC", text))]


def _parts(name: str) -> Iterator[str]:
    """The first and family names that are longer than two letters."""
    return (part for part in name.split() if len(part) > 2)


def _all_names(names: Directory) -> Iterable[str]:
    """All names of teams, campaigns and people, and the parts of people's names that are longer than two letters."""
    whole = {team.name for team in names.teams} | {campaign.name for campaign in names.campaigns}
    whole |= {person.name for person in names.people if person.name}
    parts = {part for person in names.people for part in _parts(person.name)}
    return {name for name in whole | parts if len(name.split()) <= MOST_WORDS}
