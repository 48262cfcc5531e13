"""Which rooms hear of the roadmap: subscribe, unsubscribe, subscriptions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from handlers.acting import place_of, write
from handlers.days import parse_span
from handlers.errors import BadInput, NotAllowed, NotFound
from handlers.feature import Request
from handlers.naming import find_campaign, find_team
from handlers.notices import cards
from handlers.notices.feature import SUBSCRIBE_USAGE, UNSUBSCRIBE_USAGE
from handlers.notices.news import RoomSummary, revision_summary_of, summary_for_room
from handlers.notices.rules import Filter, parse_filter
from handlers.toolbox import AppContext
from integrations.ports.inbound import Reply
from storage import places, revisions
from storage.directory import directory
from storage.store import Session
from storage.values.company import UNRESTRICTED, Audience, Directory, Permission
from storage.values.post import Place, Subscription, SubscriptionLevel
from storage.values.roadmap import Revision

SHOWN = 20  # lines of a rehearsal
MAX_PREVIEW_DAYS = 366


# ── subscribe ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def subscribe(box: AppContext, asked: Request) -> Reply:
    """`subscribe roadmap team:web`: this room will hear of that team's changes."""
    wish = _requested_filter(asked)
    if asked.args.has("test"):
        return await _preview(box, asked, wish)

    async with write(box, asked, level=wish.level) as session:
        names = await directory(session)
        wanted = _subscription_of(wish, names)
        place = await place_of(session, asked)
        await _check_may_subscribe(session, asked, place)
        await places.subscribe(
            session,
            place.id,
            campaigns=wanted.campaigns,
            teams=wanted.teams,
            level=wanted.level,
            by=asked.person.id,
            at=asked.now,
        )
        if place.direct:
            # Whoever speaks in a direct conversation is everybody who reads it.
            await places.set_members(session, place.id, [asked.person.id], known=True, external=False)
        here = await places.subscriptions(session, place.id)
    number, made = next((n, each) for n, each in enumerate(here, start=1) if _same(each, wanted))
    return Reply(
        cards.subscribed(made, number, names, box.policy.material_days), facts={"number": number, **_facts(made)}
    )


def _requested_filter(asked: Request) -> Filter:
    said = [asked.args.rest(), *(f'{noun}:"{name}"' for noun, name in asked.args.named.items())]
    wish = parse_filter(" ".join(said))
    if wish.unknown_words:
        raise BadInput(f"I do not know what “{' '.join(wish.unknown_words)}” means here.", SUBSCRIBE_USAGE)
    return wish


def _subscription_of(wish: Filter, names: Directory, place: Place | None = None) -> Subscription:
    """The subscription that *wish* asks for, with keys in place of names. Raises NotFound."""
    campaigns = sorted({find_campaign(names, each).key for each in wish.campaigns})
    teams = sorted({find_team(names, each).key for each in wish.teams})
    level = cast(SubscriptionLevel, wish.level)
    return Subscription(0, place or Place(0, "", "", ""), tuple(campaigns), tuple(teams), level)


def _same(one: Subscription, other: Subscription) -> bool:
    return (one.campaigns, one.teams) == (other.campaigns, other.teams)


def _facts(subscription: Subscription) -> dict[str, Any]:
    return {
        "campaigns": list(subscription.campaigns),
        "teams": list(subscription.teams),
        "level": subscription.level,
    }


async def _check_may_subscribe(session: Session, asked: Request, place: Place) -> None:
    """Raises NotAllowed unless this person may bring notices to *place*."""
    if place.direct:
        return
    if place.external and not asked.person.permission.covers(Permission.ADMIN):
        raise NotAllowed("This room is shared with another organisation; an admin has to subscribe it.")
    if not asked.person.permission.covers(Permission.CONTRIBUTOR):
        raise NotAllowed(
            "Subscribing a room takes a contributor. You can follow the roadmap yourself: "
            "say the same in a direct conversation with me. An admin can change that with: roles grant @you contributor"
        )
    said_here = asked.operator or asked.account.platform == asked.where.platform
    if not said_here and not await places.is_member(session, place.id, asked.person.id):
        raise NotAllowed("Subscribe a room from inside it, so that it is clear that you belong to it.")


# ── what it would have brought ───────────────────────────────────────────────────────────────────────────────────────


async def _preview(box: AppContext, asked: Request, wish: Filter) -> Reply:
    """Which notices the filter would have brought here. Writes nothing."""
    span = parse_span(asked.args.flags["test"])
    if not 1 <= span.days <= MAX_PREVIEW_DAYS:
        raise BadInput(f"A rehearsal looks back over 1 to {MAX_PREVIEW_DAYS} days.", f"{SUBSCRIBE_USAGE}")
    async with box.store.reading() as session:
        names = await directory(session)
        wanted = _subscription_of(wish, names, asked.place)
        audience = await _audience_here(session, asked)
        told: list[tuple[Revision, RoomSummary]] = []
        for each in await revisions.published_since(session, asked.now - span):
            heard = summary_for_room(
                await revision_summary_of(session, each), [wanted], audience, box.policy.material_days
            )
            if heard:
                told.append((each, heard))

    shown = told[-SHOWN:]
    card = cards.preview(shown, wanted, names, span.days, len(told) - len(shown))
    notices = [{"revision": each.number, "changes": len(heard.item_changes) + len(heard.campaign_changes)} for each, heard in told]
    return Reply(card, facts={"days": span.days, "notices": notices, **_facts(wanted)})


async def _audience_here(session: Session, asked: Request) -> Audience:
    if asked.where.direct:
        return asked.audience
    return await places.audience(session, asked.place) if asked.place else UNRESTRICTED


# ── subscriptions, unsubscribe ───────────────────────────────────────────────────────────────────────────────────────


async def list_subscriptions(box: AppContext, asked: Request) -> Reply:
    """`subscriptions`: what this room follows, numbered."""
    async with box.store.reading() as session:
        found = await places.subscriptions(session, asked.place.id) if asked.place else ()
        names = await directory(session)

    listed = [{"number": number, **_facts(each)} for number, each in enumerate(found, start=1)]
    return Reply(cards.subscriptions(asked.place, found, names), facts={"subscriptions": listed})


async def unsubscribe(box: AppContext, asked: Request) -> Reply:
    """`unsubscribe 2`: this room no longer hears of that; without a number, of nothing."""
    async with write(box, asked) as session:
        here = await places.subscriptions(session, asked.place.id) if asked.place else ()
        gone = _chosen(asked.args.first(), here)
        _check_may_stop(asked, gone)
        for each in gone:
            await places.unsubscribe(session, each.place.id, each.id)
        names = await directory(session)
    card = cards.unsubscribed(gone, len(here) - len(gone), names)
    return Reply(card, facts={"stopped": [_facts(each) for each in gone], "left": len(here) - len(gone)})


def _chosen(said: str, here: Sequence[Subscription]) -> tuple[Subscription, ...]:
    """All of them, the one with that number in the list, or the one with that id (`#17`, from a button)."""
    if not here:
        raise NotFound("Nothing is followed here, so there is nothing to stop.", "subscribe roadmap")
    if not said:
        return tuple(here)
    wanted = said.removeprefix("#")
    if not wanted.isdecimal():
        raise BadInput(f"“{said}” is not a number of the list.", "subscriptions", UNSUBSCRIBE_USAGE)
    by_id = said.startswith("#")
    found = [each for number, each in enumerate(here, start=1) if int(wanted) == (each.id if by_id else number)]
    if not found:
        raise NotFound(
            "That is no longer followed here." if by_id else f"There is no number {said} here.", "subscriptions"
        )
    return tuple(found)


def _check_may_stop(asked: Request, gone: Sequence[Subscription]) -> None:
    if asked.where.direct or asked.person.permission.covers(Permission.CONTRIBUTOR):
        return
    if any(each.created_by != asked.person.id for each in gone):
        raise NotAllowed("Stopping what others subscribed takes a contributor. Ask one, or whoever subscribed it.")
