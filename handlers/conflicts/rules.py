"""Find items that are due after their campaign starts or ends. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from storage.values.company import Campaign
from storage.values.roadmap import Item

Edge = Literal["start", "end"]


@dataclass(frozen=True, slots=True)
class Conflict:
    """An open item that is due after the start or the end of a campaign it serves."""

    item: str
    campaign: str
    due: date
    edge: Edge


def find_conflicts(items: Iterable[Item], campaigns: Mapping[str, Campaign]) -> tuple[Conflict, ...]:
    """Every conflict among *items*, by item and campaign; missing the end is worse than missing the start."""
    conflicts = [
        Conflict(item.key, key, item.due, edge)
        for item in items
        if item.is_open and item.due
        for key in item.campaigns
        if key in campaigns and (edge := _missed(item.due, campaigns[key]))
    ]
    return tuple(sorted(conflicts, key=lambda conflict: (conflict.item, conflict.campaign)))


def _missed(due: date, campaign: Campaign) -> Edge | None:
    if campaign.end and due > campaign.end:
        return "end"
    return "start" if campaign.start and due > campaign.start else None


def is_news(conflict: Conflict, last_notice: tuple[date, str] | None, days: int) -> bool:
    """Whether to notify the owners: it is new, or got worse by more than *days*."""
    if last_notice is None:
        return True
    due, edge = last_notice
    return (edge == "start" and conflict.edge == "end") or conflict.due - due > timedelta(days=days)
