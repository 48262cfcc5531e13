"""Import a file: the whole file, or nothing of it.

read and check (no transaction) -> compare and write (one transaction) -> Report

Reading, checking and comparing take seconds for a large file, so they run in a thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from handlers.context import AppContext
from handlers.errors import BadInput, Refusal
from handlers.importing.rules.files import (
    accounts_taken,
    only_of_team,
    owners_who_left,
    with_stored_keys,
    with_usable_keys,
    without_rows_of,
)
from handlers.importing.rules.people import double_entries, renamed
from handlers.importing.rules.report import (
    OPERATOR,
    FileKind,
    Importer,
    ImportOptions,
    ImportReport,
    options_without_effect,
    unfit_options,
)
from handlers.importing.workflow.company import write_campaigns, write_teams
from handlers.importing.workflow.items import write_roadmap
from handlers.importing.workflow.people import ACCOUNT_COLUMNS, write_people
from handlers.shared.approvals import needs_approval
from handlers.shared.new_keys import key_register
from handlers.shared.rules.rows.company import PersonRecord, parse_campaigns, parse_people, parse_teams
from handlers.shared.rules.rows.items import parse_items
from handlers.shared.rules.rows.parsed import Parsed
from integrations.ports.files import Sheet, Unreadable
from storage import audit, drafts, item_keys, item_renames, people, revisions, roadmap
from storage.directory import directory
from storage.store import Session, batches, lock_publishing
from storage.values.company import Directory, Person
from storage.values.roadmap import Item


async def import_file(
    ctx: AppContext, what: FileKind, content: bytes, options: ImportOptions, by: Importer
) -> ImportReport:
    """Import a CSV file. Raises BadInput for no table and unfit options; bad rows are in the report, with fixes."""
    return await import_sheet(ctx, what, await read_sheet(ctx, content), options, by)


async def read_sheet(ctx: AppContext, content: bytes) -> Sheet:
    """The table in a file. Raises BadInput if it is none."""
    try:
        return await asyncio.to_thread(ctx.sheets.read, content)
    except Unreadable as unreadable:
        raise BadInput(str(unreadable)) from None


async def import_sheet(
    ctx: AppContext, what: FileKind, sheet: Sheet, options: ImportOptions, by: Importer
) -> ImportReport:
    """Import a table. Raises BadInput for options that cannot be meant; bad rows are in the report, with fixes."""
    if unfit := unfit_options(what, options):
        raise BadInput(unfit, "help import")
    known = await _read_directory(ctx)
    match what:
        case "teams":
            teams = await asyncio.to_thread(parse_teams, sheet, known.names)
            return await _compare_and_write(ctx, what, teams, options, by, write_teams)
        case "people":
            return await _import_people(ctx, sheet, known.names, options, by)
        case "campaigns":
            parsed = await asyncio.to_thread(partial(parse_campaigns, ever=True), sheet, known.names)
            write = partial(write_campaigns, names=known.names)
            return await _compare_and_write(ctx, what, parsed, options, by, write, known)
        case "roadmap":
            rows = await _rows(ctx, sheet, known.names, by)
            write = partial(write_roadmap, names=known.names, named=await asyncio.to_thread(_keys_in, sheet))
            return await _compare_and_write(ctx, what, rows, options, by, write, known)


async def _import_people(
    ctx: AppContext, sheet: Sheet, names: Directory, options: ImportOptions, by: Importer
) -> ImportReport:
    parsed = await asyncio.to_thread(parse_people, sheet, names)
    owners = await _account_owners(ctx, parsed)
    renames = await asyncio.to_thread(partial(renamed, complete=options.complete), parsed, owners, names)
    kept_accounts = {person.id: email for email, person in renames.items()}
    errors = (*accounts_taken(parsed, owners, names, kept_accounts), *double_entries(parsed, names))
    # A bad row still names its person, who is not missing from the file.
    write = partial(write_people, named=_named_in(sheet, "email"), renames=renames)
    return await _compare_and_write(ctx, "people", without_rows_of(parsed, errors), options, by, write)


async def _account_owners(ctx: AppContext, parsed: Parsed[PersonRecord]) -> dict[str, dict[str, str]]:
    """Column -> account in the file -> the id of the person it is linked to."""
    owners: dict[str, dict[str, str]] = {}
    async with ctx.store.reading() as session:
        for column in sorted(parsed.present & ACCOUNT_COLUMNS.keys()):
            accounts = [getattr(row, column) for row in parsed.rows if getattr(row, column)]
            held = [
                await people.ids_of_accounts(session, ACCOUNT_COLUMNS[column], "", some) for some in batches(accounts)
            ]
            owners[column] = {account: person for some in held for account, person in some.items()}
    return owners


async def _rows(ctx: AppContext, sheet: Sheet, names: Directory, by: Importer) -> Parsed[Item]:
    parsed = await asyncio.to_thread(partial(parse_items, ever=True), sheet, names)
    former = {person.id for person in names.former}
    async with ctx.store.reading() as session:
        if not by.audience.everything:
            register = await key_register(session, by.audience)
            parsed = await asyncio.to_thread(with_usable_keys, parsed, register)
        stored_keys = await _spellings(session, [item.key for item in parsed.rows])
        parsed = await asyncio.to_thread(with_stored_keys, parsed, stored_keys)
        checked = [item.key for item in parsed.rows if by.team is not None or item.owner in former]
        stored = await roadmap.items_with(session, checked)
    parsed = without_rows_of(parsed, owners_who_left(parsed, names, stored))
    return parsed if by.team is None else only_of_team(parsed, by.team, names, stored)


def _named_in(sheet: Sheet, column_name: str) -> frozenset[str] | None:
    """The cells of that column in lower case, including bad rows; None if one is empty."""
    keys = _cells_of(sheet, column_name)
    return None if keys is None else frozenset(key.casefold() for key in keys)


async def _spellings(session: Session, keys: Sequence[str]) -> Mapping[str, str]:
    """Given key -> the key of the same item in the draft or on the roadmap: in another case, or after a rename."""
    proposal = await revisions.open_proposal(session)
    edits = [
        edit
        for number in (drafts.SHARED, *([proposal.number] if proposal else []))
        for edit in await drafts.edits(session, number)
        if edit.entity_type == "item" and (edit.added or "key" in edit.fields)
    ]
    same = {old.casefold(): new for old, new in (await item_renames.former_keys(session)).items()}
    same |= {edit.fields.get("key", edit.key).casefold(): edit.key for edit in edits}
    published = await roadmap.items_with(session, keys) if same else {}
    others = {key: same.get(key.casefold(), key) for key in keys if key not in published}
    return {key: other for key, other in others.items() if other != key} | await item_keys.stored_keys(session, keys)


def _keys_in(sheet: Sheet) -> frozenset[str] | None:
    """The keys in the file's rows without case, including bad rows; None if a row has no key."""
    return _named_in(sheet, "key")


def _cells_of(sheet: Sheet, column_name: str) -> frozenset[str] | None:
    column = next((name for name in sheet.columns if name.strip().casefold() == column_name), "")
    keys = [row.cells.get(column, "").strip() for row in sheet.rows]
    return frozenset(keys) if all(keys) else None


@dataclass(frozen=True, slots=True)
class ImportDirectory:
    """The directory plus `newcomers`: admins of the settings without a row yet, e-mail -> new id."""

    names: Directory
    newcomers: Mapping[str, str]


async def _read_directory(ctx: AppContext) -> ImportDirectory:
    async with ctx.store.reading() as session:
        names = await directory(session)
    missing = {email: ctx.ids.new("p_") for email in sorted(ctx.policy.admins - names.by_email_ever.keys())}
    newcomers = tuple(Person(key, email, email) for email, key in missing.items())
    return ImportDirectory(replace(names, people=(*names.people, *newcomers)), missing)


async def _compare_and_write(
    ctx: AppContext,
    what: FileKind,
    parsed: Parsed[Any],
    options: ImportOptions,
    by: Importer,
    write: Any,
    known: ImportDirectory | None = None,
) -> ImportReport:
    report_so_far = ImportReport(
        kind=what,
        errors=parsed.errors,
        unknown_columns=parsed.unknown_columns,
        without_effect=options_without_effect(what, options),
    )
    if parsed.errors and not options.accept_errors:
        return report_so_far
    if options.dry_run:
        async with ctx.store.reading() as session:
            foreseen: ImportReport = await write(ctx, session, parsed, options, by, report_so_far)
            return replace(await _with_approval(ctx, session, foreseen, options, by), accepted=True)
    async with ctx.store.transaction() as session:
        await lock_publishing(session)
        if known:
            await _create_newcomers(session, known)
        report: ImportReport = await write(ctx, session, parsed, options, by, report_so_far)
        report = await _with_approval(ctx, session, report, options, by)
        await audit.record(
            session,
            f"import {what}",
            at=ctx.clock.now(),
            person="" if by.person == OPERATOR else by.person,
            operator=by.account,
            platform=by.platform,
            details={"added": report.added, "changed": report.changed, "dropped": report.dropped}
            | ({"lacks_approval": True} if report.lacks_approval else {}),
        )
        return replace(report, written=True, accepted=True)


async def _with_approval(
    ctx: AppContext, session: Session, report: ImportReport, options: ImportOptions, by: Importer
) -> ImportReport:
    """*report*, saying whether publishing it at once skips an approval. Campaigns enter a revision only with changes."""
    is_revision = report.revision is not None or (options.dry_run and _changes_roadmap(report))
    if not (options.publish and is_revision and needs_approval(ctx.policy, await directory(session))):
        return report
    return replace(report, lacks_approval=True, published_by=by.account)


def _changes_roadmap(report: ImportReport) -> bool:
    changes = report.changed + report.dropped
    return bool(changes + report.added if report.kind == "roadmap" else report.kind == "campaigns" and changes)


async def _create_newcomers(session: Session, known: ImportDirectory) -> None:
    """Create the rows of admins of the settings. Raises Refusal if another transaction created one meanwhile."""
    await people.ensure(session, known.newcomers)
    for email, key in known.newcomers.items():
        person = await people.with_email(session, email)
        if person is None or person.id != key:
            raise Refusal(f"{email} was added by somebody else just now. Nothing was imported; import the file again.")
