"""Questions in plain words: words -> plan, and the one sentence that answers. Pure; somebody else looks things up."""

from __future__ import annotations

from handlers.questions.rules.answers import answer_line
from handlers.questions.rules.follow_up import follow_up, is_follow_up
from handlers.questions.rules.grounding import GroundedSentence, ground
from handlers.questions.rules.plan import A_CHANGE, NOTHING, understand
from handlers.questions.rules.respelling import correct_title_words
from handlers.questions.rules.results import (
    Aspect,
    Candidate,
    NotUnderstood,
    StatusCheck,
    Unclear,
    Understanding,
    Understood,
    UnknownName,
)
from handlers.questions.rules.sentence import describe
from handlers.questions.rules.subjects import content_words
from handlers.questions.rules.text import is_context_free, is_first_person, normalised
from handlers.questions.rules.titles import may_name_item

__all__ = [
    "A_CHANGE",
    "NOTHING",
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
    "is_first_person",
    "is_follow_up",
    "may_name_item",
    "normalised",
    "understand",
]
