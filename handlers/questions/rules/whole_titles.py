"""Mask whole item titles in a question before parsing, so that their words are not read as names, filters or orders."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from handlers.questions.rules.name_index import NameIndex
from handlers.questions.rules.name_matching import LONGEST_NAME
from handlers.questions.rules.stop_words import CONDITION_WORDS, FUNCTION_WORDS, GENERIC_NOUNS
from handlers.questions.rules.tokens import fold, words_of
from storage.values.questions import ItemTitle

_MARK = "zztitle"  # a word that nobody types; with a number after it, all other rules treat it like an item key
_WORD = re.compile(r"v?\d+(?:\.\d+)+|[^\W_]+(?:'[^\W_]+)*")
_ARTICLES = frozenset({"the", "a", "an"})
_SAYS_NOTHING = FUNCTION_WORDS | CONDITION_WORDS | GENERIC_NOUNS


@dataclass(frozen=True, slots=True)
class MaskedText:
    """A text in which titles are masked. `keys` and `typed` map each mask to the item keys and the original words."""

    text: str
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)

    def unmasked(self, text: str) -> str:
        """*text* with the original titles instead of their masks."""
        for word, title in self.typed.items():
            text = text.replace(word, title)
        return text


def mask_titles(text: str, titles: Sequence[ItemTitle], index: NameIndex) -> MaskedText:
    """Mask each of *titles* that *text* contains in full, longest first."""
    if not titles or _MARK in fold(text):
        return MaskedText(text)
    keys_of: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for title, key in titles:
        keys_of[_bare(words_of(title))].append(key)
    spans = sorted(_spans(text, keys_of, index))
    keys, typed = dict[str, tuple[str, ...]](), dict[str, str]()
    for number, (first, last, phrase) in reversed(list(enumerate(spans))):
        word = f"{_MARK}{number}"
        keys[word], typed[word] = tuple(dict.fromkeys(keys_of[phrase])), text[first:last]
        text = f"{text[:first]}{word}{text[last:]}"
    return MaskedText(text, keys, typed)


def _bare(phrase: tuple[str, ...]) -> tuple[str, ...]:
    return phrase[1:] if len(phrase) > 1 and phrase[0] in _ARTICLES else phrase


def _spans(
    text: str, titles: Mapping[tuple[str, ...], Sequence[str]], index: NameIndex
) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """The offsets of titles in *text*; where two overlap, the longer one."""
    pieces = [
        (piece, match.start(), match.end()) for match in _WORD.finditer(text) for piece in words_of(match.group())
    ]
    words = tuple(piece for piece, _, _ in pieces)
    taken = [False] * len(pieces)
    for length in sorted({len(phrase) for phrase in titles}, reverse=True):
        for place in range(len(pieces) - length + 1):
            phrase, end = words[place : place + length], place + length
            if not length or phrase not in titles or any(taken[place:end]):
                continue
            first, last = pieces[place][1], pieces[end - 1][2]
            if _is_within_name(words, place, end, index) or not (_speaks(phrase) or _is_quoted(text, first, last)):
                continue
            taken[place:end] = [True] * length
            yield first, _without_possessive(text, first, last), phrase


def _speaks(phrase: tuple[str, ...]) -> bool:
    """Whether *phrase* has several words, at least one of which is not an ordinary question word."""
    return len(phrase) > 1 and not _SAYS_NOTHING.issuperset(phrase)


def _is_quoted(text: str, first: int, last: int) -> bool:
    return text[first - 1 : first] in {'"', "'"} and text[last : last + 1] in {'"', "'"} and first > 0


def _is_within_name(words: tuple[str, ...], first: int, last: int, index: NameIndex) -> bool:
    """Whether the words are the full name of a team, campaign or person, or part of one."""
    return any(
        words[start:end] in index.full
        for start in range(max(0, last - LONGEST_NAME), first + 1)
        for end in range(last, min(len(words), start + LONGEST_NAME) + 1)
    )


def _without_possessive(text: str, first: int, last: int) -> int:
    """The end of the title without a possessive 's that belongs to the sentence: "Refund flow's owner"."""
    return last - 2 if text[first:last].endswith("'s") else last
