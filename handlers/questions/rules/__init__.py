"""Questions in plain words: words -> plan, and the one sentence that answers. Pure; somebody else looks things up."""

from __future__ import annotations

from handlers.questions.rules.answers import answer_line
from handlers.questions.rules.plan import understand
from handlers.questions.rules.results import (
    Aspect,
    Candidate,
    NotUnderstood,
    Unclear,
    Understanding,
    Understood,
    Unknown,
)
from handlers.questions.rules.titles import may_name_item

__all__ = [
    "Aspect",
    "Candidate",
    "NotUnderstood",
    "Unclear",
    "Understanding",
    "Understood",
    "Unknown",
    "answer_line",
    "may_name_item",
    "understand",
]
