"""`milestone done` and `celebrations`: decide about drafts. The owner decides, or the person asked in their place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.celebrations import MOST_THANKED, cards
from handlers.celebrations.queries import rooms_without_card
from handlers.celebrations.rules.fingerprints import key_of
from handlers.celebrations.rules.recognition import UNDECIDED, lead_of
from handlers.celebrations.workflow import columns_with_thanks, post_in_rooms, refresh_cards
from handlers.context import AppContext, Request
from handlers.errors import BadInput, NotAllowed, NotFound, Refusal
from handlers.shared.arguments import given_once
from handlers.shared.audited_transaction import write
from handlers.shared.card_parts import form_opened
from handlers.shared.draft import add_edits
from handlers.shared.lookup import item_named, people_named
from handlers.shared.posted_cards import rooms_showing
from handlers.shared.replaced_edits import tell_authors
from handlers.shared.rules.dates import format_day, parse_day
from handlers.shared.sending_hours import hours_of_person, zone_of_person
from integrations.ports.inbound import Reply
from storage import celebrations, revisions, roadmap
from storage.directory import directory
from storage.drafts import Edit
from storage.store import Session, lock_publishing
from storage.values.celebrations import Celebration, CelebrationState
from storage.values.company import Directory, Permission
from storage.values.roadmap import Item, Status

OPEN_AGAIN = (CelebrationState.WITHDRAWN, CelebrationState.REOPENED)
SCHEDULABLE = (*UNDECIDED, CelebrationState.SKIPPED, CelebrationState.UNDONE)
POSTABLE = EDITABLE = (*SCHEDULABLE, CelebrationState.POSTED)
FRESH = timedelta(days=14)  # how long a posted celebration stays listed if more rooms could show it
LONGEST = 600  # characters of the owner's own words


async def milestone_done(ctx: AppContext, request: Request) -> Reply:
    """`milestone done WEB-12 --thanks @a @b`: mark it done in the shared draft; publishing it drafts the celebration."""
    key, *rest = request.args.positional or ("",)
    if not key:
        raise BadInput("Say which item.", "milestone done WEB-12 --thanks @ana @bo")
    helpers = [*filter(None, [request.args.flags.get("thanks")]), *rest]
    async with write(ctx, request, key=key) as session:
        await lock_publishing(session)
        names = await directory(session)
        item = await item_named(session, key, request.person.audience, "milestone done")
        _check_may_finish(request, item, names)
        helped = await people_named(session, request, names, *helpers) if helpers else ()
        named = [person.id for person in helped]
        made, waiting = None, 0
        if item.status is Status.DONE:
            if request.args.has("why"):
                raise BadInput(f"{item.key} is done already, so there is no change that --why could explain.")
            made = await _thanked_since(session, request, item, names, named)
            thanks: Sequence[str] = made.thanks
        else:
            waiting, thanks = await _finish(ctx, session, request, item, named)
    card = cards.celebration.finished(item, made, waiting, [names.name_of(person_id) for person_id in thanks])
    facts = {"key": item.key, "celebration": made.id if made else None, "draft": waiting}
    return Reply(card, facts=facts | {"thanks": [names.email_of(person_id) for person_id in thanks]})


async def _finish(
    ctx: AppContext, session: Session, request: Request, item: Item, named: Sequence[str]
) -> tuple[int, Sequence[str]]:
    """Mark *item* done in the shared draft. Returns how many changes the draft holds now, and all who will be thanked."""
    done = {"status": str(Status.DONE)}
    edit = Edit("item", item.key, done, request.person.id, request.now, request.args.flags.get("why", ""))
    draft = await add_edits(session, [edit])
    await tell_authors(ctx, session, draft.replaced, request.now)
    thanks = _with(await celebrations.planned_thanks(session, item.key), named)
    await celebrations.save_planned_thanks(session, item.key, thanks)
    return draft.visible_to(request.audience).count, thanks


def _with(earlier: Sequence[str], named: Sequence[str]) -> tuple[str, ...]:
    """Those thanked so far and those *named* now, once each. Raises BadInput when they become too many."""
    thanks = tuple(dict.fromkeys((*earlier, *named)))
    if len(thanks) > MOST_THANKED:
        raise BadInput(f"A celebration thanks at most {MOST_THANKED} people by name.", "celebrations")
    return thanks


async def _thanked_since(
    session: Session, request: Request, item: Item, names: Directory, named: Sequence[str]
) -> Celebration:
    """The celebration of an item already published as done, with *named* added to those it thanks. Raises NotAllowed, NotFound."""
    celebration = await celebrations.newest_of(session, item.key)
    if celebration is None or celebration.state in OPEN_AGAIN:
        newest = await revisions.latest(session)
        number = newest.number if newest else 0
        made = await celebrations.add_draft(session, item.key, number, request.person.id, request.now)
        celebration = await celebrations.celebration(session, made) if made else celebration
    if celebration is None:
        raise NotFound("There is nothing to celebrate yet.", "celebrations")
    if not named:
        return celebration
    if celebration.state not in UNDECIDED:  # after the decision, only the decider may change it
        _check_may_decide(request, celebration, item, names)
    thanks = _with(celebration.thanks, named)
    await celebrations.update_celebration(session, celebration.id, **columns_with_thanks(celebration, thanks))
    await refresh_cards(session, request.now, key_of(celebration))
    return replace(celebration, thanks=thanks)


def _check_may_finish(request: Request, item: Item, names: Directory) -> None:
    if request.person.permission.covers(Permission.ADMIN) or request.person.team == item.team:
        return
    team = names.team[item.team].name if item.team in names.team else item.team
    raise NotAllowed(f"{item.key} is {team}'s. Ask somebody there, or an admin.")


async def show(ctx: AppContext, request: Request) -> Reply:
    """`celebrations`: drafts that wait for your decision, and recent posts that more rooms could show."""
    async with ctx.store.reading() as session:
        mine = [
            celebration
            for celebration in await celebrations.with_decider(session, request.person.id)
            if _may_wait(celebration, request)
        ]
        items = await roadmap.items_with(session, [celebration.item for celebration in mine])
        seen = [(celebration, items[celebration.item]) for celebration in mine if celebration.item in items]
        seen = [(celebration, item) for celebration, item in seen if request.person.audience.may_see(item.visible_to)]
        rows = [row for row in seen if row[0].state in UNDECIDED or await rooms_without_card(session, *row)]
    facts = {
        "celebrations": [
            {"id": celebration.id, "item": celebration.item, "state": str(celebration.state)} for celebration, _ in rows
        ]
    }
    return Reply(cards.celebration.waiting(rows), facts=facts)


def _may_wait(celebration: Celebration, request: Request) -> bool:
    return celebration.state in UNDECIDED or (
        celebration.state is CelebrationState.POSTED and request.now - celebration.made_at < FRESH
    )


async def post(ctx: AppContext, request: Request) -> Reply:
    """`celebrations post 12`: post it in every room that follows the item and may see it."""
    async with write(ctx, request) as session:
        celebration, item = await _requested_celebration(session, request, POSTABLE)
        rooms = await rooms_without_card(session, celebration, item)
        if not rooms and celebration.state is CelebrationState.POSTED:
            raise Refusal("That celebration is posted already.", f"celebrations undo {celebration.id}")
        if not rooms:
            raise Refusal(f"No room follows {item.key}, so there is nowhere to post it.", "subscribe roadmap")
        count = await post_in_rooms(session, celebration, item, rooms, await directory(session), request.now)
    return Reply(
        cards.celebration.posted(celebration, item, count), facts={"celebration": celebration.id, "rooms": count}
    )


async def later(ctx: AppContext, request: Request) -> Reply:
    """`celebrations later 12 Monday`: post it at nine in your time zone on that day. Without a day, a form."""
    day_text = given_once(request, ["day"], " ".join(request.args.positional[1:]))
    zone = zone_of_person(ctx.policy, request.person)
    today = request.now.astimezone(ZoneInfo(zone)).date()
    if not day_text:
        async with ctx.store.reading() as session:
            celebration, item = await _requested_celebration(session, request, SCHEDULABLE)
        form = cards.celebration.later_form(celebration, item, _next_working_day(ctx, request, today))
        return Reply(form_opened(form), form=form, facts={"celebration": celebration.id})
    due = datetime.combine(parse_day(day_text, today=today), time(9), ZoneInfo(zone))
    async with write(ctx, request) as session:
        celebration, item = await _requested_celebration(session, request, SCHEDULABLE)
        if due <= request.now:
            raise BadInput(
                f"{format_day(due.date())}, 09:00 {zone} has passed. Choose a later day, or post it now.",
                f"celebrations post {celebration.id}",
            )
        await celebrations.update_celebration(session, celebration.id, state=CelebrationState.SCHEDULED, due_at=due)
        await refresh_cards(session, request.now, key_of(celebration))
    return Reply(
        cards.celebration.scheduled(celebration, item, due, zone),
        facts={"celebration": celebration.id, "due": due.isoformat()},
    )


def _next_working_day(ctx: AppContext, request: Request, today: date) -> date:
    hours = hours_of_person(ctx.policy, request.person)
    ahead = (today + timedelta(days=days) for days in range(1, 15))
    return next((day for day in ahead if hours.is_working_day(day)), today + timedelta(days=1))


async def edit(ctx: AppContext, request: Request) -> Reply:
    """`celebrations edit 12 text="…" thanks="@a @b"`: change the text and the helpers. Without arguments, a form."""
    given = {name: value for name, value in request.args.named.items() if name in {"text", "thanks"}}
    if not given:
        async with ctx.store.reading() as session:
            celebration, item = await _requested_celebration(session, request, EDITABLE)
            names = await directory(session)
        form = cards.celebration.edit_form(celebration, item, names)
        return Reply(form_opened(form), form=form, facts={"celebration": celebration.id})
    if len(given.get("text", "")) > LONGEST:
        raise BadInput(f"At most {LONGEST} characters; the item's own page holds the rest.", "celebrations")
    async with write(ctx, request) as session:
        celebration, item = await _requested_celebration(session, request, EDITABLE)
        names = await directory(session)
        values: dict[str, object] = {}
        if "text" in given:
            values["text"] = given["text"].strip()
        if "thanks" in given:
            helpers = given["thanks"].strip()
            people = await people_named(session, request, names, helpers) if helpers else ()
            values |= columns_with_thanks(celebration, _with((), [person.id for person in people]))
        await celebrations.update_celebration(session, celebration.id, **values)
        await refresh_cards(session, request.now, key_of(celebration))
        changed = len(await rooms_showing(session, key_of(celebration)))
    return Reply(
        cards.celebration.edited(celebration, item, changed), facts={"celebration": celebration.id, "changed": changed}
    )


async def skip(ctx: AppContext, request: Request) -> Reply:
    """`celebrations skip 12`: do not announce it."""
    async with write(ctx, request) as session:
        celebration, item = await _requested_celebration(session, request, UNDECIDED)
        await celebrations.update_celebration(session, celebration.id, state=CelebrationState.SKIPPED, due_at=None)
        await refresh_cards(session, request.now, key_of(celebration))
    return Reply(cards.celebration.skipped(celebration, item), facts={"celebration": celebration.id})


async def undo(ctx: AppContext, request: Request) -> Reply:
    """`celebrations undo 12`: remove its card everywhere."""
    async with write(ctx, request) as session:
        celebration, item = await _requested_celebration(
            session, request, (CelebrationState.POSTED, CelebrationState.REOPENED)
        )
        await celebrations.update_celebration(session, celebration.id, state=CelebrationState.UNDONE, people=[])
        counts = await refresh_cards(session, request.now, key_of(celebration))
    return Reply(
        cards.celebration.undone(celebration, item, counts.removed),
        facts={"celebration": celebration.id, "removed": counts.removed},
    )


async def _requested_celebration(
    session: Session, request: Request, states: Sequence[CelebrationState]
) -> tuple[Celebration, Item]:
    """The requested celebration and its item, if the person may decide about it. Raises NotFound, NotAllowed, Refusal."""
    number = request.args.first().removeprefix("#")
    celebration = await celebrations.celebration(session, int(number)) if number.isdecimal() else None
    item = (await roadmap.items_with(session, [celebration.item])).get(celebration.item) if celebration else None
    if celebration is None or item is None or not request.person.audience.may_see(item.visible_to):
        raise NotFound("There is no such celebration.", "celebrations")
    names = await directory(session)
    if celebration.state is not CelebrationState.POSTED and not _may_decide(request, celebration, item, names):
        raise NotFound("There is no such celebration.", "celebrations")
    _check_may_decide(request, celebration, item, names)
    if celebration.state in OPEN_AGAIN and celebration.state not in states:
        raise Refusal(f"{item.key} is open again, so there is nothing to say yet.", f"item {item.key}")
    if celebration.state not in states:
        raise Refusal(f"That celebration is {celebration.state} already.", "celebrations")
    return celebration, item


def _check_may_decide(request: Request, celebration: Celebration, item: Item, names: Directory) -> None:
    if not _may_decide(request, celebration, item, names):
        raise NotAllowed("The owner of the item decides, or the lead of its team.", "celebrations")


def _may_decide(request: Request, celebration: Celebration, item: Item, names: Directory) -> bool:
    may = {celebration.decider, item.owner, lead_of(item.team, names)}
    return request.person.id in may or request.person.permission.covers(Permission.ADMIN)
