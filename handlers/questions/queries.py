"""Read earlier answers by people, and shared tour debriefs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.questions.rules.kept_answers import is_same_question
from handlers.questions.rules.outcome import Answer
from handlers.questions.rules.title_words import content_words
from handlers.questions.rules.tokens import normalised
from storage import handoffs, item_queries, roadmap, tour_progress
from storage.directory import directory
from storage.restricted_names import restricted_names
from storage.store import Session
from storage.values.company import EVERYTHING, Audience, Person
from storage.values.plan_json import canonical_plan
from storage.values.questions import Plan, SortOrder, VerifiedAnswer
from storage.values.text import digest_of
from storage.values.tours import Debrief

_ABOUT_TOURS = re.compile(r"\b(?:tours?(?: of duty)?|debriefs?)\b", re.IGNORECASE)
SHOWN = 5  # debriefs in one answer


async def verified_answer_to(
    session: Session, asker: Person, audience: Audience, words: str, answer: Answer
) -> VerifiedAnswer | None:
    """The newest valid answer of a person to the same question that *audience* may read; *answer* is ours.

    None for a question about the past, because the answer was about the day it was given.
    """
    if answer.understood is not None and answer.understood.as_of is not None:
        return None
    folded = normalised(words)
    plan = digest_of(canonical_plan(answer.plan, answer.keys)) if answer.plan else ""
    for kept in await handoffs.answers_to(session, folded):
        if is_same_question(kept, asker.id, folded, plan) and await may_read(session, audience, kept):
            return kept
    return None


async def may_read(session: Session, audience: Audience, answer: VerifiedAnswer) -> bool:
    """Whether everybody in *audience* may see the answer, every item that it is based on, and every one that it names."""
    if not audience.may_see(answer.visible_to):
        return False
    items = await roadmap.items_with(session, answer.keys)
    named = (await restricted_names(session)).named_in(answer.text, EVERYTHING)
    may_see_sources = all(key in items and audience.may_see(items[key].visible_to) for key in answer.keys)
    return may_see_sources and all(audience.may_see(visible_to) for visible_to in named.values())


async def examples_to_ask(session: Session, audience: Audience) -> tuple[str, ...]:
    """Three questions that have an answer here, about an item and a campaign that *audience* may know."""
    names = await directory(session)
    matches = await item_queries.matching(session, Plan(order=SortOrder.URGENCY, limit=1), audience, show=1)
    item = matches.items[0] if matches.items else None
    served = [names.campaign[key] for key in item.campaigns if key in names.campaign] if item else []
    campaign = next(iter([*served, *names.campaigns]), None)
    return (
        f"what is IT working on for {campaign.name}?" if campaign else "what is IT working on?",
        "what's blocked this month?",
        f"who owns {item.key}?" if item else "what is on the roadmap?",
    )


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
