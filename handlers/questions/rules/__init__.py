"""Questions in plain words: words -> plan, and the one sentence that answers. Pure; somebody else looks things up."""

from __future__ import annotations

from handlers.questions.rules.answers import answer_line
from handlers.questions.rules.follow_up import follow_up, leans
from handlers.questions.rules.grounding import Grounded, ground
from handlers.questions.rules.plan import A_CHANGE, NOTHING, understand
from handlers.questions.rules.respelling import respelled
from handlers.questions.rules.results import (
    Aspect,
    Candidate,
    NotUnderstood,
    Unclear,
    Understanding,
    Understood,
    Unknown,
    Whether,
)
from handlers.questions.rules.sentence import describe
from handlers.questions.rules.subjects import content_words
from handlers.questions.rules.text import means_the_same_to_all, same_words, speaks_of_oneself
from handlers.questions.rules.titles import may_name_item

__all__ = [
    "A_CHANGE",
    "NOTHING",
    "Aspect",
    "Candidate",
    "Grounded",
    "NotUnderstood",
    "Unclear",
    "Understanding",
    "Understood",
    "Unknown",
    "Whether",
    "answer_line",
    "content_words",
    "describe",
    "follow_up",
    "ground",
    "leans",
    "may_name_item",
    "means_the_same_to_all",
    "respelled",
    "same_words",
    "speaks_of_oneself",
    "understand",
]
