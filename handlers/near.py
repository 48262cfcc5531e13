"""Keys that somebody probably meant who typed one that is not there."""

from __future__ import annotations

from storage import roadmap
from storage.store import Session
from storage.values.company import Audience
from storage.values.questions import Plan, SortOrder

MIN_SIMILARITY = 70  # likeness (0 to 100) below which a proposal is a guess


async def suggest_keys(session: Session, typed: str, audience: Audience, *, most: int = 3) -> tuple[str, ...]:
    """Keys of items that *audience* may see and that look like *typed*, the likest first; then items that mention it."""
    from rapidfuzz import fuzz, process  # slow to import, and only needed after a slip

    known = (await roadmap.matching(session, Plan(order=SortOrder.KEY), audience, show=0)).keys
    folded = {key: key.casefold() for key in known}
    alike = process.extract(typed.casefold(), folded, scorer=fuzz.ratio, score_cutoff=MIN_SIMILARITY, limit=most)
    mentioning = [each.key for each in await roadmap.search_items(session, typed, audience)]
    return tuple(dict.fromkeys([*(key for _, _, key in alike), *mentioning]))[:most]
