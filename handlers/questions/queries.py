"""Read earlier answers by people, and shared tour debriefs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.questions.rules.title_words import content_words
from handlers.questions.rules.tokens import is_context_free, is_first_person, normalised
from handlers.questions.rules.understanding import Understanding, Understood
from storage import handoffs, roadmap, tour_progress
from storage.store import Session
from storage.values.company import Audience, Person
from storage.values.plan_json import canonical_plan
from storage.values.questions import VerifiedAnswer
from storage.values.tours import Debrief

_ABOUT_TOURS = re.compile(r"\b(?:tours?(?: of duty)?|debriefs?)\b", re.IGNORECASE)
SHOWN = 5  # debriefs in one answer


async def verified_answer_to(
    session: Session, asker: Person, audience: Audience, words: str, understanding: Understanding
) -> VerifiedAnswer | None:
    """The newest valid answer to the same words or the same plan that *audience* may read.

    None for a question about the past, because the answer was about the day it was given.
    """
    folded = normalised(words)
    plan = understanding.plan if isinstance(understanding, Understood) else None
    if isinstance(understanding, Understood) and understanding.as_of is not None:
        return None
    same = folded if plan is None and is_context_free(folded) else ""
    for answer in await handoffs.answers_to(session, same, canonical_plan(plan) if plan else ""):
        # "My items" means something else for every asker.
        if is_first_person(folded) and answer.asker != asker.id:
            continue
        if await may_read(session, audience, answer):
            return answer
    return None


async def may_read(session: Session, audience: Audience, answer: VerifiedAnswer) -> bool:
    """Whether everybody in *audience* may see the answer and every item that it is based on."""
    if not audience.may_see(answer.visible_to):
        return False
    items = await roadmap.items_with(session, answer.keys)
    return all(audience.may_see(item.visible_to) for item in items.values())


def asks_about_tours(words: str) -> bool:
    return _ABOUT_TOURS.search(words) is not None


async def shared_debriefs(session: Session, words: str) -> tuple[Debrief, ...]:
    """Debriefs that contain all content words of *words*, newest first; all debriefs if there are no such words."""
    topic = content_words(_ABOUT_TOURS.sub(" ", words))
    matches = [debrief for debrief in await tour_progress.debriefs(session) if _holds(debrief.text, topic)]
    return tuple(matches[:SHOWN])


def _holds(text: str, words: Sequence[str]) -> bool:
    low = text.casefold()
    return all(word in low for word in words)
