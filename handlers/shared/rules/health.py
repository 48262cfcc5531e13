"""The health of a campaign, from the counts of its open items. Pure; the only rule that decides it.

off track   a milestone is late or blocked, or at least two items are that make at least 15 % of the open ones
at risk     anything is late, blocked, at risk, or due after the campaign ends
finished    the campaign has ended and nothing is open
on track    otherwise
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from storage.values.company import Campaign
from storage.values.roadmap import OpenItemCounts

OFF_TRACK_ITEMS = 2
OFF_TRACK_PERCENT = 15


class HealthState(StrEnum):
    """How a campaign is doing, worst first."""

    OFF_TRACK = "off_track"
    AT_RISK = "at_risk"
    ON_TRACK = "on_track"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class CampaignHealth:
    """A campaign's health, and the counts that it follows from."""

    campaign: Campaign
    state: HealthState
    counts: OpenItemCounts

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "campaign": self.campaign.key,
            "state": str(self.state),
            "late": self.counts.late,
            "blocked": self.counts.blocked,
            "at_risk": self.counts.at_risk,
            "open": self.counts.open,
            "conflicts": self.counts.conflicts,
        }


def health_of(campaign: Campaign, counts: OpenItemCounts, today: date) -> CampaignHealth:
    """The health of *campaign* on *today*; *counts* are over its items that the reader may see."""
    return CampaignHealth(campaign, _state(campaign, counts, today), counts)


def _state(campaign: Campaign, counts: OpenItemCounts, today: date) -> HealthState:
    if not counts.open and campaign.end and campaign.end < today:
        return HealthState.FINISHED
    many = counts.late_or_blocked >= OFF_TRACK_ITEMS
    if counts.milestones_late_or_blocked or (many and counts.late_or_blocked * 100 >= OFF_TRACK_PERCENT * counts.open):
        return HealthState.OFF_TRACK
    if counts.late_or_blocked or counts.at_risk or counts.after_end:
        return HealthState.AT_RISK
    return HealthState.ON_TRACK
