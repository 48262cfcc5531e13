"""The health of campaigns, from the open items that the readers may see."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from handlers.shared.rules.health import CampaignHealth, HealthState, health_of
from storage import item_queries
from storage.store import Session
from storage.values.company import Audience, Directory
from storage.values.roadmap import OpenItemCounts

_WORST_FIRST = list(HealthState)


async def campaign_healths(
    session: Session,
    audience: Audience,
    names: Directory,
    today: date,
    *,
    campaigns: Collection[str] = (),
    revision: int | None = None,
) -> tuple[CampaignHealth, ...]:
    """The health of *campaigns*, or of all, worst first. *names* has their dates in the version to read."""
    counts = await item_queries.open_counts(session, audience, today, campaigns=campaigns, revision=revision)
    asked_for = [campaign for campaign in names.campaigns if not campaigns or campaign.key in campaigns]
    healths = [health_of(campaign, counts.get(campaign.key, OpenItemCounts()), today) for campaign in asked_for]
    return tuple(sorted(healths, key=lambda health: (_WORST_FIRST.index(health.state), health.campaign.name)))
