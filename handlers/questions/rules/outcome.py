"""The outcome of a question, before it is saved under a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from handlers.questions.rules.understanding import Understood
from integrations.ports.cards import Block, Card
from storage.values.company import Directory
from storage.values.plan_json import plan_to_json
from storage.values.questions import Plan, VerifiedAnswer
from storage.values.roadmap import Item, Revision


class Outcome(StrEnum):
    """The four possible outcomes of a question. There is always one of them, and never a guess."""

    ANSWERED = "answered"
    NONE = "none"
    CLARIFY = "clarify"
    NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: its card without buttons, and the data behind it. `revision` is the version it was read from."""

    outcome: Outcome
    revision: Revision
    newest: Revision
    card: Card
    understood: Understood | None = None
    plan: Plan | None = None
    items: tuple[Item, ...] = ()  # the first ones, in full
    keys: tuple[str, ...] = ()  # of all that match
    names: Directory | None = None
    candidates: Sequence[dict[str, str]] = ()
    verified: VerifiedAnswer | None = None

    @property
    def facts(self) -> dict[str, Any]:
        published = self.revision.published_at.isoformat() if self.revision.published_at else ""
        facts: dict[str, Any] = {
            "outcome": str(self.outcome),
            "items": list(self.keys),
            "revision": self.revision.number,
            "as_of": published,
            "plan": plan_to_json(self.plan) if self.plan else {},
            "candidates": list(self.candidates),
        }
        if self.verified:
            facts["verified"] = {"question": f"Q{self.verified.number}", "text": self.verified.text}
        return facts

    def with_verified(self, verified: VerifiedAnswer, blocks: tuple[Block, ...]) -> Answer:
        """A copy with a person's earlier answer on top, or as the answer if we found nothing."""
        if self.outcome is Outcome.ANSWERED:
            return replace(self, card=replace(self.card, blocks=(*blocks, *self.card.blocks)), verified=verified)
        card = Card("Somebody answered that before", blocks)
        return replace(self, outcome=Outcome.ANSWERED, card=card, keys=verified.keys, verified=verified, candidates=())

    def with_prose(self, prose: Block) -> Answer:
        """A copy with sentences above the list of items."""
        return replace(self, card=replace(self.card, blocks=(prose, *self.card.blocks)))
