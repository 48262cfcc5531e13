"""The questions of the corpus with their labels, and the marked words from which the role model learns."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from handlers.questions.rules.tokens import clean
from tests.corpus.stores import CORPUS, Store, store

_MARK = re.compile(r"\[([^\[\]|]*)\|([a-z_]+)\]")


@dataclass(frozen=True)
class LabelledQuestion:
    """One line of the corpus: who wrote it about which store, its label, and its marks (in `train` alone)."""

    author: str
    store: Store
    ask: str
    label: Mapping[str, Any]
    marked: str = ""


@dataclass(frozen=True)
class Span:
    """Characters of the cleaned question that carry a meaning."""

    first: int
    last: int
    role: str


def questions(part: str) -> list[LabelledQuestion]:
    """All questions of one part of the corpus: `train` or `sealed`."""
    return [line for file in sorted((CORPUS / part).glob("*.jsonl")) for line in _lines(file)]


def _lines(file: Path) -> Iterator[LabelledQuestion]:
    name = file.stem.partition("-")[0]
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.strip():
            data = json.loads(line)
            yield LabelledQuestion(file.stem, store(name), data["ask"], data["label"], data.get("marked", ""))


def unmarked(marked: str) -> str:
    """The question without its marks."""
    return _MARK.sub(r"\1", marked)


def spans_of(question: LabelledQuestion) -> list[Span]:
    """The marked words as characters of the cleaned question."""
    spans, length, last = list[Span](), 0, 0
    for match in _MARK.finditer(question.marked):
        length += match.start() - last
        spans.append(Span(length, length + len(match[1]), match[2]))
        length += len(match[1])
        last = match.end()
    cleaned = clean(question.ask)
    return spans if cleaned == question.ask else [_moved(span, question.ask, cleaned) for span in spans]


def _moved(span: Span, ask: str, cleaned: str) -> Span:
    """*span* of *ask* as a span of *cleaned*."""

    def there(place: int) -> int:
        for block in SequenceMatcher(None, ask, cleaned, autojunk=False).get_matching_blocks():
            if block.a <= place <= block.a + block.size:
                return block.b + place - block.a
        return min(place, len(cleaned))

    return Span(there(span.first), there(span.last), span.role)
