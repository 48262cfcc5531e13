"""Posting, refreshing and asking about cards of recognition: what commands, jobs and the publishing hook share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from handlers.celebrations.queries import card_sources, credits_of
from handlers.celebrations.rules.fingerprints import CARD, DRAFT, KUDOS, THANKED, fingerprint_of, key_of
from handlers.context import AppContext
from handlers.shared import posted_cards
from handlers.shared.conversations import conversation_with
from handlers.shared.posted_cards import CardContent, Fingerprint, Payload, PostedCardKinds, RefreshCounts
from handlers.shared.rules.periods import RECAP
from storage import celebrations, people
from storage.store import Session
from storage.values.celebrations import Celebration, CelebrationState
from storage.values.company import Directory
from storage.values.roadmap import Item


async def _load_fingerprints(session: Session, contents: Sequence[CardContent]) -> Fingerprint:
    payloads = [content.payload for content in contents]
    sources = await card_sources(session, payloads, with_recaps=any(content.kind == RECAP for content in contents))
    return lambda content: fingerprint_of(content.kind, content.payload, sources)


POSTED = PostedCardKinds((CARD, DRAFT, KUDOS, THANKED, RECAP), _load_fingerprints)


async def post_card(
    session: Session, subject: str, kind: str, payload: Payload, rooms: Sequence[int], at: datetime
) -> int:
    """Post *subject* in those of *rooms* that do not show it. Returns how many that are."""
    return await posted_cards.post(session, POSTED, subject, CardContent(kind, payload), rooms, at)


async def refresh_cards(session: Session, at: datetime, subject: str = "") -> RefreshCounts:
    """Edit the posted cards that are out of date, and remove those that have nothing left to say.

    With *subject*, only that one and what is below it.
    """
    return await posted_cards.refresh(session, POSTED, at, subject)


async def ask_to_decide(
    ctx: AppContext, session: Session, celebration: Celebration, person_id: str, at: datetime, *, step: str = ""
) -> None:
    """Ask a person in private to decide about a draft."""
    person = await people.with_id(session, person_id)
    if person is None:
        return
    place = await conversation_with(session, ctx.policy, person)
    payload = {"celebration": celebration.id, "person": person_id, "step": step}
    await post_card(session, f"{key_of(celebration)}:{person_id}:{step}", DRAFT, payload, [place], at)


async def post_in_rooms(
    session: Session, celebration: Celebration, item: Item, rooms: Sequence[int], names: Directory, at: datetime
) -> int:
    """Post the celebration in *rooms*. Returns how many did not show it before."""
    if not rooms:
        return 0
    values: dict[str, object] = {"state": CelebrationState.POSTED, "due_at": None}
    if celebration.state is not CelebrationState.POSTED:
        named = await credits_of(session, celebration, item, names)
        values |= {"posted_at": at, "people": [(part.person, part.role) for part in named]}
    await celebrations.update_celebration(session, celebration.id, **values)
    count = await post_card(session, key_of(celebration), CARD, {"celebration": celebration.id}, rooms, at)
    await refresh_cards(session, at, key_of(celebration))
    return count


def columns_with_thanks(celebration: Celebration, thanks: Sequence[str]) -> Mapping[str, object]:
    """The columns to write when the owner changes whom they thank, also for a posted card."""
    if not celebration.people:
        return {"thanks": list(thanks)}
    others = [(who, role) for who, role in celebration.people if who not in celebration.thanks or role != "helped"]
    credited = {who for who, _ in others}
    return {"thanks": list(thanks), "people": [*others, *((who, "helped") for who in thanks if who not in credited)]}
