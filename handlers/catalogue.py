"""Everything Handshake can do, in the order help shows it. Adding a feature is a visible line here."""

from __future__ import annotations

from handlers import acknowledging, board, drafting, importing, notices, people, questions, roadmap
from handlers.feature import Feature
from handlers.help import help_feature

_SLICES: tuple[Feature, ...] = (
    questions.FEATURE,
    roadmap.FEATURE,
    acknowledging.FEATURE,
    board.FEATURE,
    notices.FEATURE,
    drafting.FEATURE,
    importing.FEATURE,
    people.FEATURE,
)

FEATURES: tuple[Feature, ...] = (*_SLICES, help_feature(_SLICES))
