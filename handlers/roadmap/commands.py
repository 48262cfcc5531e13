"""`roadmap`, `item`, `changes`, `brief` and `export roadmap`. Nothing here writes."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, replace

from handlers.context import AppContext, Request
from handlers.errors import BadInput, NotFound
from handlers.roadmap import cards, rules
from handlers.shared import lookup
from handlers.shared.card_parts import readable_reason
from handlers.shared.item_changes import campaign_changes_between, item_changes_between
from handlers.shared.rules.dates import parse_day, parse_revision, start_of_day
from handlers.shared.rules.diff import ItemChange, diff_items, field_changes, visible_to
from handlers.shared.rules.names import Ambiguous, NoSuchName, find_campaign, find_team
from handlers.shared.rules.phrases import join_names
from handlers.shared.rules.sides import side_name
from integrations.ports.inbound import Attachment, Reply
from storage import item_queries, item_renames, revisions, roadmap, roadmap_history
from storage.directory import directory
from storage.store import Session
from storage.values.company import Audience, Campaign, Directory, Side
from storage.values.questions import Plan, SortOrder
from storage.values.roadmap import Revision

_SIDES = {"it": Side.IT, "marketing": Side.MARKETING}
_RANGE = re.compile(r"[rR](\d{1,9})\s*\.\.\s*[rR](\d{1,9})")


@dataclass(frozen=True, slots=True)
class RoadmapScope:
    """What a list is about: everything, a side, a team or a campaign."""

    title: str
    plan: Plan
    campaign: Campaign | None = None


async def show_roadmap(ctx: AppContext, request: Request) -> Reply:
    """`roadmap [campaign|team] [--as-of DATE]`: its items, the open ones first."""
    async with ctx.store.reading() as session:
        revision, number = await lookup.revision_to_read(session, request.args.flags.get("as-of", ""), request.today)
        names = await directory(session, number)
        scope = _scope(request.args.rest(), names, number)
        matches = await item_queries.matching(session, scope.plan, request.audience, show=cards.SHOWN)

    card = cards.item_list(
        scope.title, matches.items, matches.counts, revision, _public_names(names, request), scope.campaign
    )
    return Reply(card, request.private, {"items": list(matches.keys), "revision": revision.number})


def _scope(typed: str, names: Directory, number: int | None) -> RoadmapScope:
    """The campaign, team or side that the words after `roadmap` name; inexact names are accepted. Raises NotFound."""
    typed = re.sub(r"^(for|of)\s+", "", typed.strip(), flags=re.IGNORECASE)
    base = Plan(order=SortOrder.URGENCY, as_of=number)
    if not typed:
        return RoadmapScope("Roadmap", base)
    if side := _SIDES.get(typed.casefold()):
        title = side_name(side)
        return RoadmapScope(f"Roadmap of {title}", replace(base, teams=names.teams_of_side(side) or ("",)))
    # An exact team name has priority over a campaign whose name only contains it.
    for loose in (False, True):
        fitting, several, near = _scopes_named(names, typed, base, loose=loose)
        if fitting and not several and (len(fitting) == 1 or not loose):
            return next(iter(fitting.values()))
        if fitting or several:
            keys = (*fitting, *several)
            raise NotFound(
                f"“{typed}” may be {join_names(keys, 'or')}. Say which.", *(f"roadmap {key}" for key in keys)
            )
    raise NotFound(
        f"There is no campaign and no team called “{typed}”.", *(f"roadmap {key}" for key in near), "roadmap"
    )


def _scopes_named(
    names: Directory, typed: str, base: Plan, *, loose: bool
) -> tuple[dict[str, RoadmapScope], tuple[str, ...], tuple[str, ...]]:
    """The match by key, the keys of an ambiguous name, and similar keys."""
    fitting: dict[str, RoadmapScope] = {}
    several: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    for find in (_campaign_scope, _team_scope):
        try:
            key, scope = find(names, typed, base, loose)
            fitting.setdefault(key, scope)
        except Ambiguous as ambiguous:
            several += ambiguous.candidates
        except NoSuchName as nothing:
            near += nothing.candidates
    return fitting, several, near


def _campaign_scope(names: Directory, typed: str, base: Plan, loose: bool) -> tuple[str, RoadmapScope]:  # noqa: FBT001
    campaign = find_campaign(names, typed, loose=loose)
    return campaign.key, RoadmapScope(
        f"Roadmap for {campaign.name}", replace(base, campaigns=(campaign.key,)), campaign
    )


def _team_scope(names: Directory, typed: str, base: Plan, loose: bool) -> tuple[str, RoadmapScope]:  # noqa: FBT001
    team = find_team(names, typed, loose=loose)
    return team.key, RoadmapScope(f"Roadmap of {team.name}", replace(base, teams=(team.key,)))


def _public_names(names: Directory, request: Request) -> Directory:
    return names if request.private else names.with_public_names()


async def show_item(ctx: AppContext, request: Request) -> Reply:
    """`item KEY [--as-of DATE]`: one item with all its fields and recent changes."""
    key = request.args.first()
    if not key:
        raise BadInput("Say which item.", "item WEB-12")
    async with ctx.store.reading() as session:
        revision, number = await lookup.revision_to_read(session, request.args.flags.get("as-of", ""), request.today)
        names = await directory(session, number)
        item = await lookup.item_named(session, key, request.audience, "item", number)
        history = await _history(session, item.key, revision.number, request.audience)

    typed = "" if key.casefold() == item.key.casefold() else key
    card = cards.item(item, history, revision, _public_names(names, request), typed=typed, is_past=number is not None)
    return Reply(card, request.private, {"items": [item.key], "revision": revision.number})


async def _history(
    session: Session, key: str, until: int, audience: Audience, limit: int = 5
) -> tuple[tuple[Revision, ItemChange], ...]:
    """The latest changes of one item that *audience* may see, newest first."""
    visible_history: list[tuple[Revision, ItemChange]] = []
    keys = [key, *await item_renames.other_keys(session, [key])]
    renamed = dict.fromkeys(keys, key)
    for revision in await revisions.changing_item(session, keys, until, limit):
        before = await roadmap.items_with(session, keys, revision.number - 1)
        after = {
            renamed[other]: item for other, item in (await roadmap.items_with(session, keys, revision.number)).items()
        }
        reason = readable_reason(revision, await roadmap_history.names_hidden_from(session, revision.number, audience))
        shown = replace(revision, reason=reason)
        steps = [(step, visible_to(step, audience)) for step in diff_items(before, after, renamed)]
        visible_history += [(shown, _since_visible(step, seen)) for step, seen in steps if seen]
    return tuple(visible_history)


def _since_visible(step: ItemChange, seen: ItemChange) -> ItemChange:
    """*seen*; without any change for an item that *step* only made visible to the reader."""
    return ItemChange(seen.after, seen.after) if step.before and not seen.before else seen


async def show_changes(ctx: AppContext, request: Request) -> Reply:
    """`changes R40..R42 | since DATE`: the net difference between two versions."""
    async with ctx.store.reading() as session:
        first, last = await _range(session, request)
        names = await directory(session)
        item_changes = await item_changes_between(session, first, last, request.audience)
        moved = await campaign_changes_between(session, first, last)

    campaigns = [entry for change in moved for entry in rules.campaign_entries(change, names.email_of)]
    emails = {person.id: person.email for person in names.people}
    facts = {
        "from": first,
        "to": last,
        "changes": [*field_changes(item_changes, emails), *campaigns],
        "added": [item_change.key for item_change in item_changes if item_change.before is None],
        "removed": [item_change.key for item_change in item_changes if item_change.after is None],
    }
    return Reply(cards.changes(first, last, item_changes, moved, _public_names(names, request)), request.private, facts)


async def _range(session: Session, request: Request) -> tuple[int, int]:
    typed = request.args.rest().strip()
    newest = await lookup.current_revision(session)
    if match := _RANGE.fullmatch(typed):
        first, last = int(match[1]), int(match[2])
        if first > last:
            raise BadInput("Write the older version first.", f"changes R{last}..R{first}")
        if first:
            await lookup.published_revision(session, first)
        await lookup.published_revision(session, last)
        return first, last
    if (number := parse_revision(typed)) is not None:
        await lookup.published_revision(session, number)
        return number - 1, number
    if not typed.casefold().startswith("since "):
        raise BadInput("Say which versions to compare, or since when.", "changes R40..R42", "changes since 2026-09-01")
    return await _since(session, typed[len("since ") :], request, newest.number)


async def _since(session: Session, words: str, request: Request, newest: int) -> tuple[int, int]:
    if (number := parse_revision(words)) is not None:
        return (await lookup.published_revision(session, number)).number if number else 0, newest
    day = parse_day(words, today=request.today, past=True)
    before = await revisions.current_before(session, start_of_day(day))
    return (before.number if before else 0), newest


async def show_brief(ctx: AppContext, request: Request) -> Reply:
    """`brief X`: one page about a campaign or a team, to be copied."""
    if not request.args.rest():
        raise BadInput("Say what the page should be about.", "brief Spring Launch")
    async with ctx.store.reading() as session:
        revision, number = await lookup.revision_to_read(session, request.args.flags.get("as-of", ""), request.today)
        names = await directory(session, number)
        scope = _scope(request.args.rest(), names, number)
        matches = await item_queries.matching(session, scope.plan, request.audience, show=cards.BRIEF_READS)

    page = rules.brief(matches.items, request.today)
    card = cards.brief(
        scope.title.removeprefix("Roadmap ").strip(), page, revision, _public_names(names, request), scope.campaign
    )
    return Reply(card, request.private, {"items": list(matches.keys), "revision": revision.number})


async def export_roadmap(ctx: AppContext, request: Request) -> Reply:
    """`export roadmap [--as-of DATE]`: the CSV, as far as the audience may see it."""
    async with ctx.store.reading() as session:
        revision, number = await lookup.revision_to_read(session, request.args.flags.get("as-of", ""), request.today)
        content, count = await roadmap_csv(ctx, session, request.audience, number, public=not request.private)

    name = f"roadmap-{revision.name}.csv"
    card = cards.exported(name, count, revision)
    return Reply(card, request.private, {"revision": revision.number, "rows": count}, file=Attachment(name, content))


async def roadmap_csv(
    ctx: AppContext, session: Session, audience: Audience, number: int | None, *, public: bool = False
) -> tuple[bytes, int]:
    """The roadmap as a CSV file for *audience* at that revision (None: now), and how many rows it has.

    A *public* file leaves out people who opted out of being named.
    """
    names = await directory(session)
    names = names.with_public_names() if public else names
    emails = {person.id: person.email for person in names.people}
    items = [item async for item in roadmap.export(session, audience, number)]

    def written() -> bytes:
        return ctx.sheets.write(rules.COLUMNS, (rules.csv_row(item, emails) for item in items))

    return await asyncio.to_thread(written), len(items)
