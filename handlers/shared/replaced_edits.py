"""Tell people that an unpublished edit replaced theirs: in the reply to whoever replaced it, and in a notice to its author."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.context import AppContext
from handlers.shared import notify
from handlers.shared.card_parts import FIELD_WORDS, campaign_name, value_words
from handlers.shared.draft import ReplacedEdit, may_know_of
from handlers.shared.rules.phrases import join_names
from integrations.ports.cards import Block, text
from storage import people
from storage.drafts import Edit
from storage.store import Session
from storage.values.company import Directory, Person

EDIT_REPLACED = "edit_replaced"
SHOWN = 5  # replaced edits in one reply; the rest is counted
_NO_PERSON = {"operator": "an operator", "tracker": "the tracker"}


async def tell_authors(ctx: AppContext, session: Session, replaced: Sequence[ReplacedEdit], at: datetime) -> None:
    """Queue a notice for every author of *replaced* who is a person, did not do it themselves and may know the new values."""
    for entry in replaced:
        author = await people.with_id(session, entry.edit.author)
        if author is None or author.id == entry.by or not await _may_know_values(session, entry, author):
            continue
        payload = {
            "entity_type": entry.edit.entity_type,
            "key": entry.edit.key,
            "person": author.id,
            "by": entry.by,
            "discarded": entry.is_discarded,
            "fields": [[name, old, new] for name, (old, new) in entry.fields.items()],
        }
        key = f"{EDIT_REPLACED}:{entry.edit.key}:{author.id}:{entry.by}:{at.isoformat()}"
        await notify.person(ctx, session, author, EDIT_REPLACED, payload, key=key, at=at)


async def _may_know_values(session: Session, entry: ReplacedEdit, author: Person) -> bool:
    """Whether *author* may read what replaced their values. What was discarded are their own values alone."""
    if entry.is_discarded or entry.edit.entity_type != "item":
        return True
    return await may_know_of(session, entry.edit.key, author.audience)


def replaced_blocks(replaced: Sequence[ReplacedEdit], names: Directory) -> tuple[Block, ...]:
    """Whose unpublished changes were replaced, what they values and why."""
    if not replaced:
        return ()
    lines = [replaced_words(entry, names) for entry in replaced[:SHOWN]]
    if len(replaced) > SHOWN:
        lines.append(f"… and {len(replaced) - SHOWN} more")
    return (text("\n".join(lines)),)


def replaced_words(entry: ReplacedEdit, names: Directory) -> str:
    """Whose edit it was, what it values, why, and that its author is told."""
    author = author_name(entry.edit.author, names)
    key = entry.edit.key if entry.edit.entity_type == "item" else campaign_name(entry.edit.key, names)
    what = "discards" if entry.is_discarded else "replaces"
    why = f" Their reason was: {entry.edit.reason}." if entry.edit.reason else ""
    told = f" {author} gets a message about it." if entry.edit.author in names.person else ""
    return f"This {what} an unpublished change by {author}: {key} {values_replaced(entry, names)}.{why}{told}"


def values_replaced(entry: ReplacedEdit, names: Directory) -> str:
    """`due 8 Jan 2027 → 15 Jan 2027`, or what an edit values that was discarded or removed the item."""
    if entry.edit.added:
        return "as a new item"
    if entry.is_discarded and entry.fields:
        values = [
            f"{FIELD_WORDS.get(name, name)} {value_words(name, old, names)}" for name, (old, _) in entry.fields.items()
        ]
        return join_names(values)
    if entry.is_discarded:
        return "to be removed"
    if not entry.fields:
        return "was to be removed and stays"
    return join_names(
        [
            f"{FIELD_WORDS.get(name, name)} {value_words(name, old, names)} → {value_words(name, new, names)}"
            for name, (old, new) in entry.fields.items()
        ]
    )


def author_name(author: str, names: Directory) -> str:
    """The author of an edit: a person, or what is not one."""
    return names.name_of(author) or _NO_PERSON.get(author, "somebody who left")


def edit_words(edit: Edit, names: Directory) -> str:
    """Who wants what of an item or campaign, and why: `WEB-12: due, status by Bo Park, "vendor is late"`."""
    fields = ", ".join(FIELD_WORDS.get(name, name) for name in edit.fields)
    what = "added" if edit.added else "removed" if edit.removed else fields
    why = f": {edit.reason}" if edit.reason else ""
    key = edit.key if edit.entity_type == "item" else campaign_name(edit.key, names)
    return f"{key}, {what} by {author_name(edit.author, names)}{why}"
