"""The outcome of a question, before it is saved under a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from handlers.questions.rules.groups import ItemGroup
from handlers.questions.rules.understanding import Understood
from handlers.shared.rules.health import CampaignHealth
from integrations.ports.cards import Block, Card
from storage.values.company import Directory, Person
from storage.values.plan_json import plan_to_json
from storage.values.questions import AnswerType, Plan, VerifiedAnswer
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
    more_facts: Mapping[str, Any] = field(default_factory=dict)
    contact: Person | None = None  # who can do what was asked for
    is_complete: bool = False  # nobody needs to be asked: it gets no number, and no help of a language model
    groups: tuple[ItemGroup, ...] = ()
    healths: tuple[CampaignHealth, ...] = ()
    other_readings: tuple[Understood, ...] = ()  # offered as buttons

    @property
    def lists_its_items(self) -> bool:
        """Whether the card is a list of items, of which `more` has the next ones."""
        return self.plan is not None and self.plan.wanted not in {AnswerType.CHANGES, AnswerType.REASONS}

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
            **self.more_facts,
        }
        if self.groups:
            facts["groups"] = [group.facts for group in self.groups]
        if len(self.healths) == 1:
            facts["health"] = self.healths[0].facts
        elif self.healths:
            facts["healths"] = [health.facts for health in self.healths]
        if self.verified:
            facts["verified"] = {"question": f"Q{self.verified.number}", "text": self.verified.text}
        return facts

    def with_verified(self, verified: VerifiedAnswer, blocks: tuple[Block, ...]) -> Answer:
        """A copy with a person's earlier answer on top, or as the answer if we found nothing."""
        if self.outcome is Outcome.ANSWERED:
            return replace(self, card=replace(self.card, blocks=(*blocks, *self.card.blocks)), verified=verified)
        card = Card("A colleague has answered this", blocks)
        return replace(self, outcome=Outcome.ANSWERED, card=card, keys=verified.keys, verified=verified, candidates=())

    def with_prose(self, prose: Block) -> Answer:
        """A copy with sentences above the list of items."""
        return replace(self, card=replace(self.card, blocks=(prose, *self.card.blocks)))
