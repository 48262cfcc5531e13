"""What a person answered before: found for the same words or the same plan, for who may read all that it rests on."""

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


async def verified_answer_to(
    session: Session, asker: Person, audience: Audience, words: str, understanding: Understanding
) -> VerifiedAnswer | None:
    """The newest such answer. One about the past is never it: what people said then was about their day."""
    folded = normalised(words)
    plan = understanding.plan if isinstance(understanding, Understood) else None
    if isinstance(understanding, Understood) and understanding.as_of is not None:
        return None
    same = folded if plan is None and is_context_free(folded) else ""
    for answer in await handoffs.answers_to(session, same, canonical_plan(plan) if plan else ""):
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


_ABOUT_TOURS = re.compile(r"\b(?:tours?(?: of duty)?|debriefs?)\b", re.IGNORECASE)
SHOWN = 5


def asks_about_tours(words: str) -> bool:
    return _ABOUT_TOURS.search(words) is not None


async def shared_debriefs(session: Session, words: str) -> tuple[Debrief, ...]:
    """Those that hold every word that *words* is about, the newest first; all of them when it is about nothing else."""
    wanted = content_words(_ABOUT_TOURS.sub(" ", words))
    found = [each for each in await tour_progress.debriefs(session) if _holds(each.text, wanted)]
    return tuple(found[:SHOWN])


def _holds(text: str, wanted: Sequence[str]) -> bool:
    low = text.casefold()
    return all(word in low for word in wanted)
