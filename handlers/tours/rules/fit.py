"""How well two people fit, 0 to 1000: skills wanted and offered both ways, shared working hours, a mix of seniority."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from storage.values.tours import Traveller

IntArray = NDArray[np.int64]

MAX_FIT = 1000
SKILLS_EACH_WAY = 300
HOURS = 250
SENIORITY = 150
WORKING_DAY_H = 8
# Points by difference in rank: people one or two ranks apart learn most from each other.
_BY_STEPS = (80, 150, 120, 60, 30)


def fit_scores(ones: Sequence[Traveller], others: Sequence[Traveller]) -> IntArray:
    """The fit of each of *ones* with each of *others*, row by row."""
    learns = _share_met(ones, others)
    teaches = _share_met(others, ones).T
    total = SKILLS_EACH_WAY * (learns + teaches) + HOURS * _hours_shared(ones, others)
    return np.rint(total).astype(np.int64) + _mix(ones, others)


def _share_met(learners: Sequence[Traveller], teachers: Sequence[Traveller]) -> NDArray[np.float64]:
    """The share of each learner's wanted skills that each teacher offers; 0 if none are wanted."""
    skills = sorted({skill for traveller in learners for skill in traveller.wanted})
    index = {skill: number for number, skill in enumerate(skills)}
    wants = _marks(learners, index, lambda one: one.wanted)
    offered = _marks(teachers, index, lambda one: one.offered)
    met: NDArray[np.float64] = (wants @ offered.T) / np.maximum(wants.sum(1, keepdims=True), 1)
    return met


def _marks(
    people: Sequence[Traveller], index: dict[str, int], skills: Callable[[Traveller], frozenset[str]]
) -> NDArray[np.float64]:
    marks = np.zeros((len(people), len(index)))
    for row, traveller in enumerate(people):
        marks[row, [index[skill] for skill in skills(traveller) if skill in index]] = 1
    return marks


def _hours_shared(ones: Sequence[Traveller], others: Sequence[Traveller]) -> NDArray[np.float64]:
    """The share of a working day that both are at work. Offsets wrap around: 23 hours apart is one."""
    apart = np.abs(_offsets(ones)[:, None] - _offsets(others)[None, :]) % 24
    apart = np.minimum(apart, 24 - apart)
    shared: NDArray[np.float64] = np.maximum(WORKING_DAY_H - apart, 0) / WORKING_DAY_H
    return shared


def _offsets(people: Sequence[Traveller]) -> NDArray[np.float64]:
    return np.array([traveller.utc_offset_min / 60 for traveller in people])


def _mix(ones: Sequence[Traveller], others: Sequence[Traveller]) -> IntArray:
    ranks, their_ranks = (
        np.array([traveller.seniority for traveller in people], np.int64) for people in (ones, others)
    )
    worth: IntArray = np.array(_BY_STEPS, np.int64)[np.abs(ranks[:, None] - their_ranks[None, :])]
    return worth
