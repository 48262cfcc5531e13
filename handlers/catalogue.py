"""Everything Handshake can do, in the order help shows it. Adding a feature is a visible line here."""

from __future__ import annotations

from handlers.acknowledging import feature
from handlers.board import feature as board_feature
from handlers.celebrations import feature as celebrations_feature
from handlers.conflicts import feature as conflicts_feature
from handlers.dinners import feature as dinners_feature
from handlers.drafting import feature as drafting_feature
from handlers.feature import Feature
from handlers.following import feature as following_feature
from handlers.handover import feature as handover_feature
from handlers.help.commands import help_feature
from handlers.importing import feature as importing_feature
from handlers.notices import feature as notices_feature
from handlers.operating.feature import operations_feature
from handlers.people import feature as people_feature
from handlers.questions import feature as questions_feature
from handlers.roadmap import feature as roadmap_feature
from handlers.tours import feature as tours_feature

_SLICES: tuple[Feature, ...] = (
    questions_feature.FEATURE,
    handover_feature.FEATURE,
    following_feature.FEATURE,
    roadmap_feature.FEATURE,
    feature.FEATURE,
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
