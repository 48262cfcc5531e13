"""Cards about the roadmap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime

from handlers.roadmap.rules import Brief
from handlers.shared.card_parts import (
    STATUS_WORDS,
    campaign_change_blocks,
    due_words,
    impact_blocks,
    item_change_blocks,
    item_change_line,
    item_name,
    item_table,
    owner_words,
    revision_words,
    team_name,
    value_words,
)
from handlers.shared.rules.dates import format_day
from handlers.shared.rules.diff import ItemChange, impacts
from handlers.shared.rules.phrases import plural
from integrations.ports.cards import Block, Bold, Card, Fields, Link, Spans, Text, context, text
from storage.values.company import Campaign, Directory, Side, Team
from storage.values.roadmap import Change, ChangeKind, Item, Revision, RevisionState, Status

SHOWN = 15  # items in a list; the rest is counted
BRIEF_READS = 2000  # a brief counts all items of a campaign; no campaign has more


def item_list(
    title: str,
    items: Sequence[Item],
    counts: Mapping[Status, int],
    revision: Revision,
    names: Directory,
    campaign: Campaign | None,
) -> Card:
    """The roadmap or a part of it, most urgent first."""
    total = sum(counts.values())
    if not total:
        return Card(title, (text("Nothing is on the roadmap here yet."), context(revision_words(revision))))
    told = ", ".join(f"{counts[status]:,} {STATUS_WORDS[status]}" for status in Status if counts.get(status))
    blocks: list[Block] = [text(Bold(plural(total, "item")), f": {told}.")]
    if campaign:
        blocks.append(campaign_fields(campaign, names))
    blocks.append(item_table(items, names, total))
    blocks.append(context(revision_words(revision)))
    return Card(title, tuple(blocks))


def campaign_fields(campaign: Campaign, names: Directory) -> Fields:
    """Owner, partner and dates of a campaign."""
    pairs: list[tuple[str, Spans]] = [
        ("Owner", (names.name_of(campaign.owner) or "nobody yet",)),
        ("IT partner", (names.name_of(campaign.it_partner) or "nobody yet",)),
    ]
    if campaign.start:
        pairs.append(("Starts", (format_day(campaign.start),)))
    if campaign.end:
        pairs.append(("Ends", (format_day(campaign.end),)))
    if campaign.status:
        pairs.append(("Status", (campaign.status,)))
    return Fields(tuple(pairs))


def item(shown: Item, history: Sequence[tuple[Revision, ItemChange]], revision: Revision, names: Directory) -> Card:
    """Everything about one item."""
    campaigns = ", ".join(names.campaign[key].name for key in shown.campaigns if key in names.campaign)
    pairs: list[tuple[str, Spans]] = [
        ("Status", (STATUS_WORDS[shown.status],)),
        ("Due", (format_day(shown.due) if shown.due else "no date yet",)),
        ("Owner", (owner_words(shown, names),)),
        ("Team", (team_name(shown.team, names),)),
        ("For", (campaigns or "no campaign",)),
        ("Kind", (str(shown.kind),)),
    ]
    if shown.start:
        pairs.append(("Starts", (format_day(shown.start),)))
    if shown.finished_on:
        pairs.append(("Finished", (format_day(shown.finished_on),)))
    if shown.visible_to:
        pairs.append(("Visible to", (value_words("visible_to", ";".join(shown.visible_to), names),)))
    blocks: list[Block] = [Fields(tuple(pairs))]
    if shown.summary:
        blocks.append(text(shown.summary))
    if shown.url:
        blocks.append(text(Link("Open the item's page", shown.url)))
    if history:
        blocks.append(_history(history, names))
    blocks.append(context(revision_words(revision)))
    return Card(f"{shown.key} {shown.title}", tuple(blocks))


def _history(history: Iterable[tuple[Revision, ItemChange]], names: Directory) -> Text:
    lines: list[str | Bold] = [Bold("Lately")]
    for revision, item_change in history:
        when = format_day(revision.published_at.date()) if revision.published_at else ""
        what_changed = "".join(
            span if isinstance(span, str) else "" for span in item_change_line(item_change, names)
        ).rpartition(" – ")[2]
        told = "added" if item_change.before is None else what_changed
        why = f" ({revision.reason})" if revision.reason else ""
        lines.append(f"\n• {revision.name}, {when}: {told}{why}")
    return Text(tuple(lines))


def changes(
    first: int, last: int, item_changes: Sequence[ItemChange], campaign_changes: Sequence[Change], names: Directory
) -> Card:
    """What changed from one version to another."""
    title = f"Changes from R{first} to R{last}"
    if not item_changes and not campaign_changes:
        return Card(title, (text("Nothing that you can see is different."),))
    blocks: list[Block] = [
        *item_change_blocks(item_changes, names),
        *impact_blocks(impacts(item_changes, names.campaign)),
    ]
    blocks += campaign_change_blocks(campaign_changes, names)
    blocks.append(context(f"The net difference between R{first} and R{last}."))
    return Card(title, tuple(blocks))


def brief(title: str, page: Brief, revision: Revision, names: Directory, campaign: Campaign | None) -> Card:
    """A brief, to be copied into a mail."""
    blocks: list[Block] = []
    if campaign:
        blocks.append(campaign_fields(campaign, names))
    for heading, items in (
        ("Next dates", page.next_due),
        ("Overdue", page.overdue),
        ("Blocked or at risk", page.blocked),
        ("Shipped in the last 30 days", page.shipped),
    ):
        blocks.append(_lines(heading, items, names))
    blocks.append(context(f"{plural(page.open_count, 'open item')}. {revision_words(revision)}"))
    return Card(f"Brief: {title.removeprefix('for ').removeprefix('of ') or 'the whole roadmap'}", tuple(blocks))


def _lines(heading: str, items: Sequence[Item], names: Directory, limit: int = 8) -> Text:
    spans: list[str | Bold | Link] = [Bold(f"{heading} ({len(items)})")]
    for item in items[:limit]:
        name = item_name(item)
        spans += ["\n• ", *[span for span in name if isinstance(span, str | Bold | Link)]]
        spans.append(f" – {STATUS_WORDS[item.status]}, {due_words(item)}, {owner_words(item, names)}")
    if not items:
        spans.append("\nnone")
    if len(items) > limit:
        spans.append(f"\n… and {len(items) - limit} more")
    return Text(tuple(spans))


def exported(name: str, count: int, revision: Revision) -> Card:
    """The reply beside the exported file."""
    return Card(
        "Your copy of the roadmap", (text(f"{name}, {plural(count, 'row')}."), context(revision_words(revision)))
    )


_REVISION = Revision(
    42, RevisionState.PUBLISHED, "p1", "Vendor moved the tag manager", datetime(2026, 10, 1, 9, tzinfo=UTC),
    datetime(2026, 10, 1, 9, 30, tzinfo=UTC), hash="9f2c" * 16,
)  # fmt: skip
_NAMES = Directory(
    (Team("web", "Web Platform", Side.IT),),
    (Campaign("spring", "Spring Launch", start=date(2027, 3, 1), end=date(2027, 5, 31), status="planned"),),
)
_ITEM = Item(
    "WEB-12", "Consent banner", "web", ("spring",), Status.BLOCKED, due=date(2027, 2, 9),
    summary="One banner for all regions.", url="https://example.com/WEB-12",
)  # fmt: skip
_HOSTILE = Item("WEB-13", "<!channel> *bold* <script>alert(1)</script> مرحبا 🎉", "web", due=None)
_STEPS = (
    ItemChange(None, _HOSTILE),
    ItemChange(Item("WEB-12", "Consent banner", "web", ("spring",), due=date(2027, 2, 1)), _ITEM),
)
_MOVED = Change("campaign", "spring", ChangeKind.CHANGED, {"start": ("", "2027-03-01")})

EXAMPLES = (
    item_list(
        "Roadmap for Spring Launch",
        (_ITEM, _HOSTILE),
        {Status.BLOCKED: 1, Status.PLANNED: 200},
        _REVISION,
        _NAMES,
        _NAMES.campaigns[0],
    ),
    item_list("Roadmap", (), {}, _REVISION, _NAMES, None),
    item(_ITEM, ((_REVISION, _STEPS[1]),), _REVISION, _NAMES),
    changes(40, 42, _STEPS, [_MOVED], _NAMES),
    changes(41, 42, (), [], _NAMES),
    brief("for Spring Launch", Brief((_ITEM,), (), (_ITEM,), (), 1), _REVISION, _NAMES, _NAMES.campaigns[0]),
    exported("roadmap-R42.csv", 160, _REVISION),
)
