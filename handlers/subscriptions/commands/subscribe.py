"""`subscribe`, `unsubscribe`, `subscriptions`: which notices a room gets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from handlers.context import AppContext, Request
from handlers.errors import BadInput, NotFound
from handlers.shared.audited_transaction import write
from handlers.shared.conversations import place_of
from handlers.shared.room_rights import check_may_change_room
from handlers.shared.rules.dates import parse_span
from handlers.shared.rules.names import find_campaign, find_team
from handlers.subscriptions import SUBSCRIBE_USAGE, UNSUBSCRIBE_USAGE, cards
from handlers.subscriptions.queries import revision_summary_of
from handlers.subscriptions.rules import (
    Filter,
    RoomSummary,
    parse_filter,
    summary_for_room,
)
from integrations.ports.inbound import Reply
from storage import places, revisions
from storage.directory import directory
from storage.store import Session
from storage.values.company import UNRESTRICTED, Audience, Directory
from storage.values.places import NO_PLACE, Place, Subscription, SubscriptionLevel
from storage.values.roadmap import Revision

SHOWN = 20  # notices listed by `--test`
MAX_PREVIEW_DAYS = 366


async def subscribe(ctx: AppContext, request: Request) -> Reply:
    """`subscribe roadmap team:web`: notifies the room of that team's changes."""
    filter_ = _requested_filter(request)
    if request.args.has("test"):
        return await _preview(ctx, request, filter_)

    async with write(ctx, request, level=filter_.level) as session:
        names = await directory(session)
        wanted = _subscription_of(filter_, names)
        place = await place_of(session, request)
        await check_may_change_room(session, request, place)
        await places.subscribe(
            session,
            place.id,
            campaigns=wanted.campaigns,
            teams=wanted.teams,
            level=wanted.level,
            by=request.person.id,
            at=request.now,
        )
        if place.direct:
            # Nobody but the asker reads a direct conversation.
            await places.set_members(session, place.id, [request.person.id], known=True, external=False)
        here = await places.subscriptions(session, place.id)
    number, made = next((n, existing) for n, existing in enumerate(here, start=1) if _same(existing, wanted))
    return Reply(
        cards.subscribed(made, number, names, ctx.policy.material_days), facts={"number": number, **_facts(made)}
    )


def _requested_filter(request: Request) -> Filter:
    words = [request.args.rest(), *(f'{noun}:"{name}"' for noun, name in request.args.named.items())]
    filter_ = parse_filter(" ".join(words))
    if filter_.unknown_words:
        raise BadInput(f"I do not know what “{' '.join(filter_.unknown_words)}” means here.", SUBSCRIBE_USAGE)
    return filter_


def _subscription_of(filter_: Filter, names: Directory, place: Place | None = None) -> Subscription:
    """The subscription for *filter_*, with keys in place of names. Raises NotFound."""
    campaigns = sorted({find_campaign(names, campaign).key for campaign in filter_.campaigns})
    teams = sorted({find_team(names, team).key for team in filter_.teams})
    level = cast(SubscriptionLevel, filter_.level)
    return Subscription(0, place or NO_PLACE, tuple(campaigns), tuple(teams), level)


def _same(one: Subscription, other: Subscription) -> bool:
    return (one.campaigns, one.teams) == (other.campaigns, other.teams)


def _facts(subscription: Subscription) -> dict[str, Any]:
    return {
        "campaigns": list(subscription.campaigns),
        "teams": list(subscription.teams),
        "level": subscription.level,
    }


async def _preview(ctx: AppContext, request: Request, filter_: Filter) -> Reply:
    """The notices that the filter would have sent here. Writes nothing."""
    span = parse_span(request.args.flags["test"])
    if not 1 <= span.days <= MAX_PREVIEW_DAYS:
        raise BadInput(f"A rehearsal looks back over 1 to {MAX_PREVIEW_DAYS} days.", SUBSCRIBE_USAGE)
    async with ctx.store.reading() as session:
        names = await directory(session)
        wanted = _subscription_of(filter_, names, request.place)
        audience = await _audience_here(session, request)
        told: list[tuple[Revision, RoomSummary]] = []
        for revision in await revisions.published_since(session, request.now - span):
            room_summary = summary_for_room(
                await revision_summary_of(session, revision), [wanted], audience, ctx.policy.material_days
            )
            if room_summary:
                told.append((revision, room_summary))

    shown = told[-SHOWN:]
    card = cards.preview(shown, wanted, names, span.days, len(told) - len(shown))
    notices = [
        {"revision": revision.number, "changes": len(room_summary.item_changes) + len(room_summary.campaign_changes)}
        for revision, room_summary in told
    ]
    return Reply(card, facts={"days": span.days, "notices": notices, **_facts(wanted)})


async def _audience_here(session: Session, request: Request) -> Audience:
    if request.where.direct:
        return request.audience
    return await places.audience(session, request.place) if request.place else UNRESTRICTED


async def list_subscriptions(ctx: AppContext, request: Request) -> Reply:
    """`subscriptions`: the room's subscriptions, numbered."""
    async with ctx.store.reading() as session:
        subscriptions = await places.subscriptions(session, request.place.id) if request.place else ()
        names = await directory(session)

    listed = [{"number": number, **_facts(subscription)} for number, subscription in enumerate(subscriptions, start=1)]
    return Reply(cards.subscriptions(request.place, subscriptions, names), facts={"subscriptions": listed})


async def unsubscribe(ctx: AppContext, request: Request) -> Reply:
    """`unsubscribe 2`: ends that subscription of the room; without a number, all of them."""
    async with write(ctx, request) as session:
        here = await places.subscriptions(session, request.place.id) if request.place else ()
        gone = _chosen(request.args.first(), here)
        await _check_may_stop(session, request, gone)
        for subscription in gone:
            await places.unsubscribe(session, subscription.place.id, subscription.id)
        names = await directory(session)
    card = cards.unsubscribed(gone, len(here) - len(gone), names)
    return Reply(
        card, facts={"stopped": [_facts(subscription) for subscription in gone], "left": len(here) - len(gone)}
    )


def _chosen(typed: str, here: Sequence[Subscription]) -> tuple[Subscription, ...]:
    """All of them, the one with that number in the list, or the one with that id (`#17`, from a button)."""
    if not here:
        raise NotFound("Nothing is followed here, so there is nothing to stop.", "subscribe roadmap")
    if not typed:
        return tuple(here)
    wanted = typed.removeprefix("#")
    if not wanted.isdecimal():
        raise BadInput(f"“{typed}” is not a number of the list.", "subscriptions", UNSUBSCRIBE_USAGE)
    by_id = typed.startswith("#")
    chosen = [
        subscription
        for number, subscription in enumerate(here, start=1)
        if int(wanted) == (subscription.id if by_id else number)
    ]
    if not chosen:
        raise NotFound(
            "That is no longer followed here." if by_id else f"There is no number {typed} here.", "subscriptions"
        )
    return tuple(chosen)


async def _check_may_stop(session: Session, request: Request, gone: Sequence[Subscription]) -> None:
    """Raises NotAllowed. A viewer may stop what they subscribed when they had more rights, unless the room is shared."""
    place = gone[0].place
    if place.external or any(subscription.created_by != request.person.id for subscription in gone):
        await check_may_change_room(session, request, place)
