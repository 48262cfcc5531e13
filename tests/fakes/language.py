"""A language model in memory: returns what the test sets, remembers its requests, and fails on demand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from integrations.ports.language import ComposedAnswer, ExtractedQuery, ModelFailure, QueryPrompt, Sentence, TokenUsage
from storage.store import inside_transaction

Lines = Sequence[Mapping[str, str]]
Fills = Mapping[str, object] | None


def _nothing(_question: str, _lines: Lines) -> Sequence[Sentence]:
    return ()


@dataclass
class FakeLanguage:
    """Extracts `fills` from every question, nothing for None; `says` makes the sentences. Raises ModelFailure while `down`.

    A call inside a transaction is an error, because a model may take ten seconds.
    """

    fills: Fills | Callable[[QueryPrompt], Fills] = None
    says: Callable[[str, Lines], Sequence[Sentence]] = _nothing
    down: bool = False
    hangs: bool = False
    name: str = "fake-1"
    requests: list[object] = field(default_factory=list)

    @property
    def paused_until(self) -> datetime | None:
        return None

    async def extract_query(self, prompt: QueryPrompt) -> ExtractedQuery:
        await self._receive(prompt)
        fills = self.fills(prompt) if callable(self.fills) else self.fills
        return ExtractedQuery(fills or {}, TokenUsage(100, 10))

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
