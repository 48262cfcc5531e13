"""Import roadmap rows: at most one revision, inside the caller's transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from handlers.context import AppContext
from handlers.errors import BadInput, Refusal
from handlers.importing.rules.files import likely_duplicates
from handlers.importing.rules.people import HELD_ABOVE, MOST_NAMED
from handlers.importing.rules.report import Importer, ImportOptions, ImportReport
from handlers.importing.workflow.submit import submit
from handlers.shared.rules.phrases import plural
from handlers.shared.rules.rows.comparison import Comparison, compare, merged
from handlers.shared.rules.rows.parsed import Parsed
from storage import item_keys, item_renames, roadmap
from storage.store import Session
from storage.values.company import Directory
from storage.values.roadmap import Change, ChangeKind, Item, Status


async def write_roadmap(
    ctx: AppContext,
    session: Session,
    parsed: Parsed[Item],
    options: ImportOptions,
    by: Importer,
    report_so_far: ImportReport,
    *,
    names: Directory,
    named: frozenset[str] | None,
) -> ImportReport:
    if options.complete and not parsed.rows:
        raise BadInput(
            "The file holds no rows, and with --complete that would drop the whole roadmap. Nothing was done."
        )
    if options.complete and named is None:
        raise BadInput(
            "A row has no key, so nobody can tell which items are missing from the file, and with --complete those "
            "would be dropped. Nothing was done. Fill in the key, or leave --complete out."
        )
    before = await _stored_items(session, parsed.rows, options)
    comparison = await asyncio.to_thread(_compared, parsed, before, names)
    # A bad row still names its item, so the item is not missing from the file.
    gone: list[Change] = []
    if options.complete and named is not None:
        gone = _missing(before, await _with_present_keys(session, named), by)
    if not options.accept_removals and not options.dry_run:
        _check_confirmed(gone, before)
    report = replace(
        report_so_far,
        added=len(comparison.added),
        changed=len(comparison.changed),
        dropped=len(gone),
        unchanged=comparison.unchanged,
        changes=tuple(_fields(comparison, gone, names)),
        duplicates=await _duplicates(session, comparison.added, parsed, by),
    )
    if options.dry_run:
        return report
    changes = await asyncio.to_thread(comparison.changes)
    submitted = await submit(ctx, session, (*changes, *gone), options, by, names)
    return replace(report, revision=submitted.revision, replaced=submitted.replaced)


async def _duplicates(
    session: Session, added: Sequence[Item], parsed: Parsed[Item], by: Importer
) -> tuple[tuple[str, str], ...]:
    """(new key, key of the open item that it probably is), as far as the importer may see that item."""
    standing = await item_keys.open_items_titled(session, sorted({item.title for item in added}), by.audience)
    named = {item.key.casefold() for item in parsed.rows}
    pairs = await asyncio.to_thread(likely_duplicates, added, standing, parsed.present, named)
    return tuple((new.key, old.key) for new, old in pairs)


def _compared(parsed: Parsed[Item], before: Mapping[str, Item], names: Directory) -> Comparison:
    after = [
        _with_stored_owner(merged(item, before.get(item.key), parsed.present), before.get(item.key), names)
        for item in parsed.rows
    ]
    return compare(before, after)


def _with_stored_owner(item: Item, stored: Item | None, names: Directory) -> Item:
    """*item* with the stored owner's id if both ids mean one person, who was merged: that is no change."""
    is_same = stored is not None and names.merged.get(stored.owner) == item.owner
    return replace(item, owner=stored.owner) if stored and is_same else item


async def _stored_items(session: Session, rows: Sequence[Item], options: ImportOptions) -> dict[str, Item]:
    """The stored items to compare with; the whole roadmap only for a complete file."""
    if options.complete:
        return await roadmap.all_items(session)
    return await roadmap.items_with(session, [item.key for item in rows])


async def _with_present_keys(session: Session, named: frozenset[str]) -> frozenset[str]:
    """*named*, and for each former key the one that its item has now."""
    former = await item_renames.former_keys(session)
    return named | {new.casefold() for old, new in former.items() if old.casefold() in named}


def _missing(before: Mapping[str, Item], named: frozenset[str], by: Importer) -> list[Change]:
    """A complete file drops the items it does not name, of those that the importer may see and edit."""
    return [
        Change("item", key, ChangeKind.CHANGED, {"status": (str(item.status), str(Status.DROPPED))})
        for key, item in before.items()
        if key.casefold() not in named
        and item.status is not Status.DROPPED
        and by.team in (None, item.team)
        and by.audience.may_see(item.visible_to)
    ]


def _check_confirmed(gone: Sequence[Change], before: Mapping[str, Item]) -> None:
    """Raise Refusal when so many items are left out that the file may be cut off. One item alone is never held."""
    count = sum(item.status is not Status.DROPPED for item in before.values())
    if len(gone) > 1 and len(gone) * HELD_ABOVE > count:
        shown = ", ".join(change.key for change in gone[:MOST_NAMED])
        more = f" and {len(gone) - MOST_NAMED} more" if len(gone) > MOST_NAMED else ""
        raise Refusal(
            f"The file leaves out {len(gone)} of {plural(count, 'item')}: {shown}{more}. Nothing was imported. If all of "
            "them are to be dropped, import it again with --accept-removals.",
            "import roadmap --complete --accept-removals",
        )


def _fields(comparison: Comparison, gone: Sequence[Change], names: Directory) -> list[dict[str, str]]:
    entries = []
    for change in (*comparison.changed, *gone):
        for name, (old, new) in change.fields.items():
            if name == "owner":
                entries.append(
                    {"key": change.key, "field": "owner_email", "old": names.email_of(old), "new": names.email_of(new)}
                )
            else:
                entries.append({"key": change.key, "field": name, "old": old, "new": new})
    return entries
