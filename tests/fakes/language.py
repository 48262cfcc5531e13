"""A language model in memory: returns what the test sets, remembers its requests, and fails on demand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from integrations.ports.language import ComposedAnswer, ExtractedQuery, ModelFailure, Sentence, TokenUsage, Vocabulary
from storage.store import inside_transaction

Lines = Sequence[Mapping[str, str]]


def _nothing(_question: str, _lines: Lines) -> Sequence[Sentence]:
    return ()


@dataclass
class FakeLanguage:
    """Extracts `fills` from every question; `says` makes the sentences. Raises ModelFailure while `down`.

    A call inside a transaction is an error, because a model may take ten seconds.
    """

    fills: Mapping[str, object] | None = None
    says: Callable[[str, Lines], Sequence[Sentence]] = _nothing
    down: bool = False
    hangs: bool = False
    name: str = "fake-1"
    requests: list[object] = field(default_factory=list)

    async def extract_query(self, question: str, vocabulary: Vocabulary, today: date) -> ExtractedQuery:
        await self._receive((question, vocabulary, today))
        return ExtractedQuery(self.fills, TokenUsage(100, 10))

    async def compose_answer(self, question: str, lines: Lines) -> ComposedAnswer:
        await self._receive((question, tuple(dict(line) for line in lines)))
        return ComposedAnswer(tuple(self.says(question, lines)), TokenUsage(200, 40))

    async def _receive(self, request: object) -> None:
        if inside_transaction():
            raise RuntimeError("a model is not called inside a transaction")
        self.requests.append(request)
        if self.hangs:
            await asyncio.Event().wait()
        if self.down:
            raise ModelFailure("down")
