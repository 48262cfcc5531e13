"""The question as a row of cells, in which recognised stretches become one cell each, so that patterns stay short.

A name reads c_0 (campaign), t_1 (team), s_2 (side) or p_3 (person), an item's key k_4, a day or period d_5.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from handlers.questions.rules.name_index import NamedEntity
from handlers.questions.rules.tokens import Token
from storage.values.questions import DateRange


class Unparsable(Exception):
    """The words cannot be read in one way; the text says why. It ends as `NotUnderstood`."""


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A period that was named. `is_end` marks the end of something; `anchor` the campaign it hangs on."""

    period: DateRange
    is_end: bool = False
    anchor: NamedEntity | None = None


Value = NamedEntity | DateSpan | str | None


@dataclass(slots=True)
class Chunk:
    text: str
    tokens: tuple[Token, ...]
    value: Value = None
    used: bool = False
    candidates: tuple[NamedEntity, ...] = ()  # the readings, while there are several
    whole: bool = True  # the full name or an alias was said, not a part of it


@dataclass
class TaggedText:
    chunks: list[Chunk] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(chunk.text for chunk in self.chunks)

    @property
    def free(self) -> str:
        """The text with a dot for every cell that is understood already."""
        return " ".join("." if chunk.used else chunk.text for chunk in self.chunks)

    def matches(self, pattern: re.Pattern[str]) -> Iterator[tuple[re.Match[str], int, int]]:
        """Each match on whole cells, with its first cell and the one after its last."""
        text = self.text
        for match in pattern.finditer(text):
            first = text.count(" ", 0, match.start())
            yield match, first, first + match.group().strip().count(" ") + 1

    def has(self, pattern: re.Pattern[str]) -> bool:
        return pattern.search(self.text) is not None

    def use(self, pattern: re.Pattern[str]) -> bool:
        """Mark what *pattern* finds as understood; True when it found anything."""
        hits = [(first, last) for _, first, last in self.matches(pattern)]
        for first, last in hits:
            for chunk in self.chunks[first:last]:
                chunk.used = True
        return bool(hits)

    def put(self, first: int, last: int, letter: str, value: Value, *, number: int = 0) -> None:
        """Replace the cells *first* to *last* (excluded) with one that stands for *value*."""
        tokens = tuple(token for chunk in self.chunks[first:last] for token in chunk.tokens)
        self.chunks[first:last] = [Chunk(f"{letter}_{number}", tokens, value)]

    def rewrite(self, pattern: re.Pattern[str], letter: str, read: Callable[[re.Match[str]], Value]) -> None:
        """Replace every match that *read* understands, from the last to the first."""
        hits = [(first, last, read(match)) for match, first, last in self.matches(pattern)]
        for first, last, value in reversed(hits):
            if value is not None:
                self.put(first, last, letter, value)

    def renumber(self) -> None:
        """Give every recognised cell a number of its own."""
        for place, chunk in enumerate(self.chunks):
            if re.fullmatch(r"[ctspkd]_\d+", chunk.text):
                chunk.text = f"{chunk.text[0]}_{place}"

    def named(self, letters: str) -> list[tuple[int, NamedEntity]]:
        return [
            (place, chunk.value)
            for place, chunk in enumerate(self.chunks)
            if chunk.text[:1] in letters and chunk.text[1:2] == "_" and isinstance(chunk.value, NamedEntity)
        ]


def whole_words(pattern: str) -> re.Pattern[str]:
    """A pattern over whole words."""
    return re.compile(rf"(?<![^ ])(?:{' '.join(pattern.split())})(?![^ ])")
