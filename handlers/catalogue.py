"""Every feature of Handshake, in the order in which help lists them. A new slice is added here and nowhere else."""

from __future__ import annotations

from handlers import (
    acknowledging,
    board,
    celebrations,
    conflicts,
    dinners,
    editing,
    following,
    handoff,
    importing,
    operations,
    people,
    questions,
    roadmap,
    subscriptions,
    tours,
)
from handlers import (
    help as help_,
)
from handlers.feature import Feature

FEATURES: tuple[Feature, ...] = (
    questions.FEATURE,
    handoff.FEATURE,
    following.FEATURE,
    roadmap.FEATURE,
    acknowledging.FEATURE,
    board.FEATURE,
    subscriptions.FEATURE,
    editing.FEATURE,
    conflicts.FEATURE,
    celebrations.FEATURE,
    tours.FEATURE,
    dinners.FEATURE,
    importing.FEATURE,
    people.FEATURE,
    operations.FEATURE,
    help_.FEATURE,
)
