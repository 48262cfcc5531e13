"""Everything Handshake can do, in the order help shows it. Adding a feature is a visible line here."""

from __future__ import annotations

from handlers import (
    acknowledging,
    board,
    celebrations,
    conflicts,
    dinners,
    drafting,
    following,
    handover,
    importing,
    notices,
    people,
    questions,
    roadmap,
    tours,
)
from handlers.feature import Feature
from handlers.help import help_feature
from handlers.operating import operating_feature

_SLICES: tuple[Feature, ...] = (
    questions.FEATURE,
    handover.FEATURE,
    following.FEATURE,
    roadmap.FEATURE,
    acknowledging.FEATURE,
    board.FEATURE,
    notices.FEATURE,
    drafting.FEATURE,
    conflicts.FEATURE,
    celebrations.FEATURE,
    tours.FEATURE,
    dinners.FEATURE,
    importing.FEATURE,
    people.FEATURE,
)

_WITH_OPERATING = (*_SLICES, operating_feature(_SLICES))

FEATURES: tuple[Feature, ...] = (*_WITH_OPERATING, help_feature(_WITH_OPERATING))
