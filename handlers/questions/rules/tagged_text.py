"""The question as a list of chunks. What was recognised becomes a single chunk, so that patterns stay short.

Its text is c_0 for a campaign, t_1 a team, s_2 a side, p_3 a person, k_4 an item key, d_5 a day or period.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from handlers.questions.rules.name_index import NamedEntity
from handlers.questions.rules.tokens import Token
from storage.values.questions import DateRange


class Unparsable(Exception):
    """The question cannot be read. The text says why; `understand` turns it into `NotUnderstood`."""


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A period in the question. `is_end`: it is the end of something; `anchor`: the campaign it is relative to.

    `problem` says why there is no such period. `late`: it says since when open items are late.
    """

    period: DateRange
    is_end: bool = False
    anchor: NamedEntity | None = None
    problem: str = ""
    late: bool = False


Value = NamedEntity | DateSpan | str | None


@dataclass(slots=True)
class Chunk:
    text: str
    tokens: tuple[Token, ...]
    value: Value = None
    used: bool = False
    candidates: tuple[NamedEntity, ...] = ()  # all readings, if there are several
    whole: bool = True  # matched the full name or an alias, not just a part


@dataclass
class TaggedText:
    chunks: list[Chunk] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(chunk.text for chunk in self.chunks)

    def matches(self, pattern: re.Pattern[str]) -> Iterator[tuple[re.Match[str], int, int]]:
        """Each match, with the index of its first chunk and the index after its last."""
        text = self.text
        for match in pattern.finditer(text):
            first = text.count(" ", 0, match.start())
            yield match, first, first + match.group().strip().count(" ") + 1

    def has(self, pattern: re.Pattern[str]) -> bool:
        return pattern.search(self.text) is not None

    def put(self, first: int, last: int, letter: str, value: Value, *, number: int = 0) -> None:
        """Replace the chunks *first* to *last* (exclusive) with one for *value*."""
        tokens = tuple(token for chunk in self.chunks[first:last] for token in chunk.tokens)
        self.chunks[first:last] = [Chunk(f"{letter}_{number}", tokens, value)]

    def rewrite(self, pattern: re.Pattern[str], letter: str, read: Callable[[re.Match[str]], Value]) -> None:
        """Replace every match for which *read* returns a value, from the last to the first."""
        hits = [(first, last, read(match)) for match, first, last in self.matches(pattern)]
        for first, last, value in reversed(hits):
            if value is not None:
                self.put(first, last, letter, value)

    def renumber(self) -> None:
        """Number every tagged chunk by its position."""
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
    """Compile *pattern* so that it matches whole words only."""
    return re.compile(rf"(?<![^ ])(?:{' '.join(pattern.split())})(?![^ ])")
