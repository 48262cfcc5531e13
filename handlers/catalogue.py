"""Everything Handshake can do, in the order help shows it. Adding a feature is a visible line here."""

from __future__ import annotations

from handlers import acknowledging
from handlers import board as board_feature
from handlers import celebrations as celebrations_feature
from handlers import conflicts as conflicts_feature
from handlers import dinners as dinners_feature
from handlers import editing as drafting_feature
from handlers import following as following_feature
from handlers import handoff as handover_feature
from handlers import importing as importing_feature
from handlers import people as people_feature
from handlers import questions as questions_feature
from handlers import roadmap as roadmap_feature
from handlers import subscriptions as notices_feature
from handlers import tours as tours_feature
from handlers.feature import Feature
from handlers.help import help_feature
from handlers.operations import operations_feature

_SLICES: tuple[Feature, ...] = (
    questions_feature.FEATURE,
    handover_feature.FEATURE,
    following_feature.FEATURE,
    roadmap_feature.FEATURE,
    acknowledging.FEATURE,
    board_feature.FEATURE,
    notices_feature.FEATURE,
    drafting_feature.FEATURE,
    conflicts_feature.FEATURE,
    celebrations_feature.FEATURE,
    tours_feature.FEATURE,
    dinners_feature.FEATURE,
    importing_feature.FEATURE,
    people_feature.FEATURE,
)

_WITH_OPERATIONS = (*_SLICES, operations_feature(_SLICES))

FEATURES: tuple[Feature, ...] = (*_WITH_OPERATIONS, help_feature(_WITH_OPERATIONS))
