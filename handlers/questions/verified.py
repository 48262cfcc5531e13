"""What a person answered before: found for the same words or the same plan, for who may read all that it rests on."""

from __future__ import annotations

from handlers.questions.rules.results import Understanding, Understood
from handlers.questions.rules.text import is_context_free, is_first_person, normalised
from storage import handovers, roadmap
from storage.store import Session
from storage.values.company import Audience, Person
from storage.values.plans import canonical_plan
from storage.values.questions import VerifiedAnswer


async def verified_answer_to(
    session: Session, asker: Person, audience: Audience, words: str, understanding: Understanding
) -> VerifiedAnswer | None:
    """The newest such answer. One about the past is never it: what people said then was about their day."""
    folded = normalised(words)
    plan = understanding.plan if isinstance(understanding, Understood) else None
    if isinstance(understanding, Understood) and understanding.as_of is not None:
        return None
    same = folded if plan is None and is_context_free(folded) else ""
    for answer in await handovers.answers_to(session, same, canonical_plan(plan) if plan else ""):
        # "My plan" is another plan for everybody who says it.
        if is_first_person(folded) and answer.asker != asker.id:
            continue
        if await may_read(session, audience, answer):
            return answer
    return None


async def may_read(session: Session, audience: Audience, answer: VerifiedAnswer) -> bool:
    """Whether everybody in *audience* may see the answer, and each item that it rests on."""
    if not audience.may_see(answer.visible_to):
        return False
    found = await roadmap.items_with(session, answer.keys)
    return all(audience.may_see(item.visible_to) for item in found.values())
