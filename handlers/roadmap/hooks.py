"""What the roadmap adds to the export of a person's data. Owners are opaque ids, which stay."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from storage import item_queries, roadmap
from storage.store import Session
from storage.values.company import Person
from storage.values.questions import Plan, SortOrder


async def export_person(session: Session, person: Person, _decrypt: Callable[[str], str]) -> Mapping[str, Any]:
    campaigns = await roadmap.campaigns(session)
    owned = await item_queries.matching(
        session, Plan(owners=(person.id,), order=SortOrder.KEY), person.audience, show=0
    )
    return {
        "items_owned": list(owned.keys),
        "campaigns": [campaign.key for campaign in campaigns if person.id in (campaign.owner, campaign.it_partner)],
    }
