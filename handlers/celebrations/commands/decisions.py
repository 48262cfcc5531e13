"""milestone done, celebrations: what becomes of a draft. Its owner decides, or whoever was asked in their place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.celebrations import MOST_THANKED
from handlers.celebrations.cards import celebration
from handlers.celebrations.queries import rooms_showing, rooms_without_card
from handlers.celebrations.rules.fingerprints import key_of
from handlers.celebrations.rules.recognition import UNDECIDED, lead_of
from handlers.celebrations.workflow import columns_with_thanks, post_in_rooms, refresh_cards
from handlers.context import AppContext, Request
from handlers.errors import BadInput, NotAllowed, NotFound, Refusal
from handlers.shared.audited_transaction import write
from handlers.shared.draft import add_edits
from handlers.shared.lookup import person_named
from handlers.shared.rules.dates import format_day, parse_day
from handlers.shared.sending_hours import hours_of, zone_of
from integrations.ports.inbound import Reply
from storage import celebrations, revisions, roadmap
from storage.directory import directory
from storage.drafts import Edit
from storage.store import Session, lock_publishing
from storage.values.celebrations import Celebration, CelebrationState
from storage.values.company import Directory, Permission
from storage.values.places import Place
from storage.values.roadmap import Item, Status

OPEN_AGAIN = (CelebrationState.WITHDRAWN, CelebrationState.REOPENED)
SCHEDULABLE = (*UNDECIDED, CelebrationState.SKIPPED, CelebrationState.UNDONE)
POSTABLE = EDITABLE = (*SCHEDULABLE, CelebrationState.POSTED)
FRESH = timedelta(days=14)  # so long a posted celebration is listed that more rooms would read
LONGEST = 600  # characters of the owner's own words


async def milestone_done(ctx: AppContext, request: Request) -> Reply:
    """`milestone done WEB-12 --thanks "@a @b"`: done in the shared draft; celebrated once that is published."""
    key, *rest = request.args.positional or ("",)
    if not key:
        raise BadInput("Say which item.", "milestone done WEB-12 --thanks @ana @bo")
    said = [*request.args.flags.get("thanks", "").replace(",", " ").split(), *rest]
    async with write(ctx, request, key=key) as session:
        await lock_publishing(session)
        names = await directory(session)
        item = await roadmap.item(session, key, request.person.audience)
        if item is None:
            raise NotFound(f"There is no item {key} on the roadmap.", "roadmap")
        _check_may_finish(request, item, names)
        thanks = [(await person_named(session, request, names, each)).id for each in said[:MOST_THANKED]]
        made, waiting = None, 0
        if item.status is Status.DONE:
            made = await _thanked_since(session, request, item, names, thanks)
        else:
            waiting = await _finish(session, request, item, thanks)
    card = celebration.finished(item, made, waiting, [names.name_of(each) for each in thanks])
    facts = {"key": item.key, "celebration": made.id if made else None, "draft": waiting}
    return Reply(card, facts=facts | {"thanks": [names.email_of(each) for each in thanks]})


async def _finish(session: Session, request: Request, item: Item, thanks: Sequence[str]) -> int:
    """Put it into the shared draft; how many changes wait there now."""
    done = {"status": str(Status.DONE)}
    edit = Edit("item", item.key, done, request.person.id, request.now, request.args.flags.get("why", ""))
    draft = await add_edits(session, [edit])
    await celebrations.save_planned_thanks(session, item.key, thanks)
    return len(draft.visible_to(request.audience).changes)


async def _thanked_since(
    session: Session, request: Request, item: Item, names: Directory, thanks: Sequence[str]
) -> Celebration:
    """The celebration of what was published as done before, with those who are thanked. Raises NotAllowed."""
    found = await celebrations.newest_of(session, item.key)
    if found is None or found.state in OPEN_AGAIN:
        newest = await revisions.latest(session)
        number = newest.number if newest else 0
        made = await celebrations.add_draft(session, item.key, number, request.person.id, request.now)
        found = await celebrations.celebration(session, made) if made else found
    if found is None:
        raise NotFound("There is nothing to celebrate yet.", "celebrations")
    if thanks:
        if found.state not in UNDECIDED:  # its words are the decider's, once they were decided upon
            _check_may_decide(request, found, item, names)
        await celebrations.update_celebration(session, found.id, **columns_with_thanks(found, thanks))
        await refresh_cards(session, request.now, key_of(found))
    return found


def _check_may_finish(request: Request, item: Item, names: Directory) -> None:
    if request.person.permission.covers(Permission.ADMIN) or request.person.team == item.team:
        return
    team = names.team[item.team].name if item.team in names.team else item.team
    raise NotAllowed(f"{item.key} is {team}'s. Ask somebody there, or an admin.")


async def show(ctx: AppContext, request: Request) -> Reply:
    """`celebrations`: what waits for your word, and what some room posted by itself and others would read too."""
    async with ctx.store.reading() as session:
        mine = [
            each for each in await celebrations.with_decider(session, request.person.id) if _may_wait(each, request)
        ]
        items = await roadmap.items_with(session, [each.item for each in mine])
        seen = [(each, items[each.item]) for each in mine if each.item in items]
        seen = [(each, item) for each, item in seen if request.person.audience.may_see(item.visible_to)]
        rows = [row for row in seen if row[0].state in UNDECIDED or await rooms_without_card(session, *row)]
    facts = {"celebrations": [{"id": each.id, "item": each.item, "state": str(each.state)} for each, _ in rows]}
    return Reply(celebration.waiting(rows), facts=facts)


def _may_wait(found: Celebration, request: Request) -> bool:
    return found.state in UNDECIDED or (found.state is CelebrationState.POSTED and request.now - found.made_at < FRESH)


async def post(ctx: AppContext, request: Request) -> Reply:
    """`celebrations post 12`: into every room that follows the item and may see it."""
    async with write(ctx, request) as session:
        found, item = await _requested_celebration(session, request, POSTABLE)
        rooms = await rooms_without_card(session, found, item)
        if not rooms and found.state is CelebrationState.POSTED:
            raise Refusal("That celebration is posted already.", f"celebrations undo {found.id}")
        if not rooms:
            raise Refusal(f"No room follows {item.key}, so there is nowhere to post it.", "subscribe roadmap")
        count = await post_in_rooms(session, found, item, rooms, await directory(session), request.now)
    return Reply(celebration.posted(found, item, count), facts={"celebration": found.id, "rooms": count})


async def later(ctx: AppContext, request: Request) -> Reply:
    """`celebrations later 12 Monday`: at nine in your own zone on that day. Without a day, a form."""
    said = request.args.named.get("day", "") or " ".join(request.args.positional[1:])
    zone = zone_of(ctx.policy, Place(0, "", "", "", direct=True), request.person)
    today = request.now.astimezone(ZoneInfo(zone)).date()
    if not said:
        async with ctx.store.reading() as session:
            found, item = await _requested_celebration(session, request, SCHEDULABLE)
        form = celebration.later_form(found, item, _next_working_day(ctx, request, today))
        return Reply(celebration.form_opened(form), form=form, facts={"celebration": found.id})
    due = datetime.combine(parse_day(said, today=today), time(9), ZoneInfo(zone))
    async with write(ctx, request) as session:
        found, item = await _requested_celebration(session, request, SCHEDULABLE)
        if due <= request.now:
            raise BadInput(
                f"{format_day(due.date())}, 09:00 {zone} is over; say a day ahead, or post it now.",
                f"celebrations post {found.id}",
            )
        await celebrations.update_celebration(session, found.id, state=CelebrationState.SCHEDULED, due_at=due)
        await refresh_cards(session, request.now, key_of(found))
    return Reply(celebration.scheduled(found, item, due, zone), facts={"celebration": found.id, "due": due.isoformat()})


def _next_working_day(ctx: AppContext, request: Request, today: date) -> date:
    hours = hours_of(ctx.policy, Place(0, "", "", "", direct=True), request.person)
    ahead = (today + timedelta(days=each) for each in range(1, 15))
    return next((day for day in ahead if hours.is_working_day(day)), today + timedelta(days=1))


async def edit(ctx: AppContext, request: Request) -> Reply:
    """`celebrations edit 12 text="…" thanks="@a @b"`: your own words, and who helped. Without words, a form."""
    given = {name: value for name, value in request.args.named.items() if name in {"text", "thanks"}}
    if not given:
        async with ctx.store.reading() as session:
            found, item = await _requested_celebration(session, request, EDITABLE)
            names = await directory(session)
        form = celebration.edit_form(found, item, names)
        return Reply(celebration.form_opened(form), form=form, facts={"celebration": found.id})
    if len(given.get("text", "")) > LONGEST:
        raise BadInput(f"At most {LONGEST} characters; the item's own page holds the rest.", "celebrations")
    async with write(ctx, request) as session:
        found, item = await _requested_celebration(session, request, EDITABLE)
        names = await directory(session)
        values: dict[str, object] = {}
        if "text" in given:
            values["text"] = given["text"].strip()
        if "thanks" in given:
            said = given["thanks"].replace(",", ";").replace(" @", ";@").split(";")
            people = [await person_named(session, request, names, each) for each in said if each.strip()]
            values |= columns_with_thanks(found, [each.id for each in people[:MOST_THANKED]])
        await celebrations.update_celebration(session, found.id, **values)
        await refresh_cards(session, request.now, key_of(found))
        changed = len(await rooms_showing(session, key_of(found)))
    return Reply(celebration.edited(found, item, changed), facts={"celebration": found.id, "changed": changed})


async def skip(ctx: AppContext, request: Request) -> Reply:
    """`celebrations skip 12`: nothing is said about it."""
    async with write(ctx, request) as session:
        found, item = await _requested_celebration(session, request, UNDECIDED)
        await celebrations.update_celebration(session, found.id, state=CelebrationState.SKIPPED, due_at=None)
        await refresh_cards(session, request.now, key_of(found))
    return Reply(celebration.skipped(found, item), facts={"celebration": found.id})


async def undo(ctx: AppContext, request: Request) -> Reply:
    """`celebrations undo 12`: its card is removed everywhere."""
    async with write(ctx, request) as session:
        found, item = await _requested_celebration(
            session, request, (CelebrationState.POSTED, CelebrationState.REOPENED)
        )
        await celebrations.update_celebration(session, found.id, state=CelebrationState.UNDONE, people=[])
        kept = await refresh_cards(session, request.now, key_of(found))
    return Reply(
        celebration.undone(found, item, kept.removed), facts={"celebration": found.id, "removed": kept.removed}
    )


async def _requested_celebration(
    session: Session, request: Request, states: Sequence[CelebrationState]
) -> tuple[Celebration, Item]:
    """The celebration that is meant, and its item, for who may decide about it. Raises NotFound, NotAllowed, Refusal."""
    said = request.args.first().removeprefix("#")
    found = await celebrations.celebration(session, int(said)) if said.isdecimal() else None
    item = (await roadmap.items_with(session, [found.item])).get(found.item) if found else None
    if found is None or item is None or not request.person.audience.may_see(item.visible_to):
        raise NotFound("There is no such celebration.", "celebrations")
    _check_may_decide(request, found, item, await directory(session))
    if found.state in OPEN_AGAIN and found.state not in states:
        raise Refusal(f"{item.key} is open again, so there is nothing to say yet.", f"item {item.key}")
    if found.state not in states:
        raise Refusal(f"That celebration is {found.state} already.", "celebrations")
    return found, item


def _check_may_decide(request: Request, found: Celebration, item: Item, names: Directory) -> None:
    may = {found.decider, item.owner, lead_of(item.team, names)}
    if request.person.id not in may and not request.person.permission.covers(Permission.ADMIN):
        raise NotAllowed("Whoever owned it decides, or the team's lead.", "celebrations")
