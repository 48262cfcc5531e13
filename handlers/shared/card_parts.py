"""Words and card parts that every feature uses, so that an item looks the same on every card."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from handlers.shared.rules.dates import format_day
from handlers.shared.rules.diff import GROUP_TITLES, Impact, ItemChange, grouped
from handlers.shared.rules.phrases import join_names, plural, without_hidden_names
from integrations.ports.cards import Block, Bold, Button, Buttons, Card, Form, Link, Span, Spans, Table, Text, text
from storage.values.company import Directory
from storage.values.roadmap import Change, Item, Revision, Status, as_text

STATUS_WORDS = {status: status.value.replace("_", " ") for status in Status}
FIELD_WORDS = {
    "owner": "owner",
    "visible_to": "visible to",
    "it_partner": "IT partner",
}
MAX_LINES = 12  # under one heading; the rest is only counted
HASH_SHOWN = 12  # characters
SOMEBODY_WHO_LEFT = "somebody who left"
_AUTHORS_BESIDE_PEOPLE = {"operator": "an operator", "tracker": "the tracker"}


def item_name(item: Item) -> Spans:
    """An item by its key and title, linked where it has a page."""
    key: Span = Link(item.key, item.url) if item.url else Bold(item.key)
    return (key, f" {item.title}")


def due_words(item: Item) -> str:
    return f"due {format_day(item.due)}" if item.due else "no due date"


def person_name(person_id: str, names: Directory) -> str:
    """The name of somebody who is here or has left. A person who was forgotten has none."""
    return names.name_of(person_id) or SOMEBODY_WHO_LEFT


def author_name(author: str, names: Directory) -> str:
    """The author of a revision or an edit: a person, an operator at a terminal, or a tracker."""
    return names.name_of(author) or _AUTHORS_BESIDE_PEOPLE.get(author, SOMEBODY_WHO_LEFT)


def owner_words(item: Item, names: Directory) -> str:
    return names.name_of(item.owner) or "nobody yet"


def team_name(key: str, names: Directory) -> str:
    team = names.team.get(key)
    return team.name if team else key


def item_table(items: Sequence[Item], names: Directory, total: int | None = None) -> Table:
    """Items as a table of the fields that people ask for most."""
    rows = tuple(
        (
            (item_name(item)[0],),
            (item.title,),
            (STATUS_WORDS[item.status],),
            (format_day(item.due) if item.due else "–",),
            (owner_words(item, names),),
            (team_name(item.team, names),),
        )
        for item in items
    )
    more = (len(items) if total is None else total) - len(items)
    return Table(("Key", "Title", "Status", "Due", "Owner", "Team"), rows, more)


def value_words(name: str, value: str, names: Directory) -> str:
    """A field's stored text for display: names for ids, words for codes, "none" for empty."""
    if not value:
        return "none"
    match name:
        case "owner" | "it_partner":
            return person_name(value, names)
        case "status":
            return value.replace("_", " ")
        case "team":
            return team_name(value, names)
        case "campaigns":
            return join_names([campaign_name(key, names) for key in value.split(";")])
        case "visible_to":
            return join_names([team_name(key, names) for key in value.split(";")])
        case "due" | "start" | "end":
            return format_day(date.fromisoformat(value))
        case _:
            return value.replace(";", ", ")


def campaign_name(key: str, names: Directory) -> str:
    campaign = names.campaign.get(key)
    return campaign.name if campaign else key


def item_change_line(item_change: ItemChange, names: Directory) -> Spans:
    """One change in one line: the item, then each field old -> new."""
    name = item_name(item_change.item)
    if item_change.before is None:
        parts = [
            STATUS_WORDS[item_change.item.status],
            due_words(item_change.item),
            team_name(item_change.item.team, names),
        ]
        return (*name, f" – {', '.join(parts)}")
    if item_change.after is None:
        return (*name, " – removed")
    return (*name, f" – {'; '.join(_field_words(item_change, field, names) for field in item_change.fields)}")


def _field_words(item_change: ItemChange, name: str, names: Directory) -> str:
    old, new = (
        value_words(name, as_text(getattr(side, name)), names) for side in (item_change.before, item_change.after)
    )
    label = FIELD_WORDS.get(name, name)
    if name == "summary":
        return "summary reworded"
    if name == "due" and item_change.days_later:
        days = abs(item_change.days_later)
        return f"due {old} → {new} ({plural(days, 'day')} {'later' if item_change.days_later > 0 else 'earlier'})"
    return f"{label} {old} → {new}"


def item_change_blocks(
    item_changes: Iterable[ItemChange], names: Directory, *, limit: int = MAX_LINES
) -> tuple[Block, ...]:
    """Changes under headings, each with its count and at most *limit* lines."""
    blocks: list[Block] = []
    for group, members in grouped(item_changes):
        lines: list[Span] = [Bold(f"{GROUP_TITLES[group]} ({len(members)})")]
        for item_change in members[:limit]:
            lines += ["\n• ", *item_change_line(item_change, names)]
        if len(members) > limit:
            lines.append(f"\n… and {len(members) - limit} more")
        blocks.append(Text(tuple(lines)))
    return tuple(blocks)


def headline(item_changes: Iterable[ItemChange], campaigns: Sequence[Change] = ()) -> str:
    """What happened, counted, most urgent first: `3 slipped, 1 blocked`."""
    parts = [f"{len(members)} {GROUP_TITLES[group].lower()}" for group, members in grouped(item_changes)]
    if campaigns:
        parts.append(f"{plural(len(campaigns), 'campaign')} changed")
    return ", ".join(parts)


def campaign_change_line(change: Change, names: Directory) -> Spans:
    """One campaign in one line: its name, then each field old -> new."""
    parts = [
        f"{FIELD_WORDS.get(name, name)} {value_words(name, old, names)} → {value_words(name, new, names)}"
        for name, (old, new) in change.fields.items()
    ]
    return (Bold(campaign_name(change.key, names)), f" – {'; '.join(parts)}")


def campaign_change_blocks(
    campaign_changes: Sequence[Change], names: Directory, *, limit: int = MAX_LINES
) -> tuple[Block, ...]:
    """Changed campaigns under one heading, at most *limit* lines."""
    if not campaign_changes:
        return ()
    lines: list[Span] = [Bold(f"Campaigns ({len(campaign_changes)})")]
    for change in campaign_changes[:limit]:
        lines += ["\n• ", *campaign_change_line(change, names)]
    if len(campaign_changes) > limit:
        lines.append(f"\n… and {len(campaign_changes) - limit} more")
    return (Text(tuple(lines)),)


def impact_words(impact: Impact) -> str:
    """The impact on one campaign, as a sentence."""
    parts = []
    if impact.after_end:
        parts.append(f"{_keys(impact.after_end)} due after it ends")
    if impact.after_start:
        parts.append(f"{_keys(impact.after_start)} due after it starts")
    if impact.blocked:
        parts.append(f"{_keys(impact.blocked)} blocked")
    if impact.shipped:
        parts.append(f"{_keys(impact.shipped)} shipped")
    if impact.slipped_days > 0 and not parts:
        parts.append(f"dates move by up to {plural(impact.slipped_days, 'day')}, still before it starts")
    return f"What this means for {impact.campaign.name}: {'; '.join(parts)}." if parts else ""


def _keys(keys: Sequence[str]) -> str:
    shown = join_names(keys[:4]) if len(keys) <= 4 else f"{', '.join(keys[:4])} and {len(keys) - 4} more"
    return f"{shown} {'is' if len(keys) == 1 else 'are'}"


def impact_blocks(impacts: Sequence[Impact]) -> tuple[Block, ...]:
    sentences = [words for words in map(impact_words, impacts) if words]
    return (text(*("\n".join(sentences[:4]),)),) if sentences else ()


def readable_reason(revision: Revision, hidden_names: Iterable[str]) -> str:
    """The revision's reason; "" if it names an item that the readers may not see.

    A revision has one reason, whatever part of it each reader may see.
    """
    return without_hidden_names(revision.reason, hidden_names)


def redacted_card() -> Card:
    """Replaces a card that named a person who asked to be forgotten."""
    return Card("Removed", (text("This card named somebody who asked to be forgotten."),))


def short_hash(revision: Revision) -> str:
    """The beginning of the revision's hash, which people compare with `verify --head`."""
    return revision.hash[:HASH_SHOWN]


def revision_words(revision: Revision | None) -> str:
    """The version that an answer was read from, with its date."""
    if revision is None or revision.published_at is None:
        return "Nothing has been published yet."
    return f"From {revision.name}, published {format_day(revision.published_at.date())}."


def author_words(revision: Revision, names: Directory) -> str:
    """The author of the revision, and that nobody approved it where somebody had to."""
    author = author_name(revision.author, names)
    return f"{author}, without approval" if revision.lacks_approval else author


def missing_approval_words(revision: Revision, names: Directory) -> str:
    """What was skipped when the revision was published at once; "" if nothing was."""
    if not revision.lacks_approval:
        return ""
    author = author_name(revision.author, names)
    return f"Both sides normally approve changes to the roadmap. This was published by {author} without approval."


def buttons(*row: Button) -> Buttons:
    return Buttons(row)


def form_opened(form: Form) -> Card:
    """The reply beside a form: what to type where no form can be shown."""
    return Card(form.title, (text(f"Say: {form.words}"),))
