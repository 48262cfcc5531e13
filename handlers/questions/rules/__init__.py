"""Turn a question in words into a plan, and the items found into a one-sentence answer. Pure: the workflow does the queries."""

from __future__ import annotations

from handlers.questions.rules.answer_line import answer_line
from handlers.questions.rules.follow_up import follow_up, is_follow_up
from handlers.questions.rules.grounding import GroundedSentence, ground
from handlers.questions.rules.plan_description import describe
from handlers.questions.rules.reading import NOTHING_ASKED, understand
from handlers.questions.rules.title_spelling import correct_title_words
from handlers.questions.rules.title_words import content_words
from handlers.questions.rules.tokens import is_context_free, names_ones_group, names_oneself, normalised
from handlers.questions.rules.understanding import (
    Aspect,
    Candidate,
    NotUnderstood,
    StatusCheck,
    Unclear,
    Understanding,
    Understood,
    UnknownName,
)

__all__ = [
    "NOTHING_ASKED",
    "Aspect",
    "Candidate",
    "GroundedSentence",
    "NotUnderstood",
    "StatusCheck",
    "Unclear",
    "Understanding",
    "Understood",
    "UnknownName",
    "answer_line",
    "content_words",
    "correct_title_words",
    "describe",
    "follow_up",
    "ground",
    "is_context_free",
    "is_follow_up",
    "names_ones_group",
    "names_oneself",
    "normalised",
    "understand",
]
