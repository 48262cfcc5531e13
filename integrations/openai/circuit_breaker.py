"""Skip a model that keeps failing, so that people do not wait ten seconds for an answer that will not come."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from integrations.ports.clock import Clock
from integrations.ports.language import ComposedAnswer, ExtractedQuery, LanguageModel, ModelFailure, QueryPrompt

MAX_FAILURES = 3  # in a row
PAUSE = timedelta(seconds=60)

T = TypeVar("T")


@dataclass
class CircuitBreaker:
    """A model that is not called for a minute after three failures in a row. The state is this process's own.

    After the pause the first failure starts the next one.
    """

    model: LanguageModel
    clock: Clock
    failures: int = 0
    _paused_until: datetime | None = None

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def paused_until(self) -> datetime | None:
        until = self._paused_until
        return until if until and self.clock.now() < until else None

    async def extract_query(self, prompt: QueryPrompt) -> ExtractedQuery:
        self._check()
        return await self._counted(self.model.extract_query(prompt))

    async def compose_answer(self, question: str, lines: Sequence[Mapping[str, str]]) -> ComposedAnswer:
        self._check()
        return await self._counted(self.model.compose_answer(question, lines))

    def _check(self) -> None:
        if self.paused_until:
            raise ModelFailure("skipped after failures in a row")

    async def _counted(self, call: Awaitable[T]) -> T:
        try:
            result = await call
        # Cancelled: the time for the question is over. That is the failure of a model that hangs.
        except (ModelFailure, asyncio.CancelledError):
            self.failures += 1
            if self.failures >= MAX_FAILURES:
                self._paused_until = self.clock.now() + PAUSE
            raise
        self.failures = 0
        return result
