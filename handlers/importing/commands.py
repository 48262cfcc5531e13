"""`import`: a CSV attached to a message becomes a draft; nobody is notified before it is published."""

from __future__ import annotations

import asyncio
from typing import cast, get_args

from handlers.context import AppContext, Request
from handlers.errors import BadInput, NotAllowed
from handlers.importing import cards
from handlers.importing.rules.files import file_kind
from handlers.importing.rules.report import AT_ONCE, FileKind, Importer, ImportOptions, ImportReport
from handlers.importing.workflow.files import import_sheet, read_sheet
from handlers.shared.audited_transaction import write
from integrations.ports.files import Sheet
from integrations.ports.inbound import Reply
from storage.values.company import Permission

MAX_BYTES = 20_000_000  # limit of one message; larger files go through `handshake import`


async def import_attachment(ctx: AppContext, request: Request) -> Reply:
    """`import [roadmap|teams|people|campaigns]` with a file: validated as a whole, then written as a draft."""
    if not request.files:
        raise BadInput("Drop a CSV file into a direct message to me, or attach it to this command.", "help import")
    if len(request.files) > 1:
        raise BadInput("Send one file at a time, so that you see what each of them does. Nothing was imported.")
    file = request.files[0]
    if len(file.content) > MAX_BYTES:
        raise BadInput(
            f"{file.name} has {len(file.content) / 1e6:.0f} MB; a message may bring {MAX_BYTES / 1e6:.0f} MB. "
            f"An operator can import it: handshake import roadmap {file.name}"
        )
    sheet = await read_sheet(ctx, file.content)
    what = _file_kind(request.args.first(), sheet)
    by = _importer(request, what)
    switches = request.args
    options = ImportOptions(
        dry_run=switches.has("dry-run"),
        accept_errors=switches.has("accept-errors"),
        complete=switches.has("complete"),
        accept_removals=switches.has("accept-removals"),
        settle=switches.has("settle"),
        reason=switches.flags.get("why", "" if what in AT_ONCE else f"Imported {file.name}"),
    )
    # The event is recorded last: after a crash in between, the platform's retry imports the same file again, which is
    # compared with the store and changes nothing. Recorded first, the file would be lost.
    report = await import_sheet(ctx, what, sheet, options, by)
    if report.written:
        async with write(ctx, request, what=what):
            pass

    return await asyncio.to_thread(reply_with, report, dry_run=options.dry_run)


def _file_kind(typed: str, sheet: Sheet) -> FileKind:
    if typed:
        if typed.casefold() not in get_args(FileKind):
            raise BadInput(f"I can import {', '.join(get_args(FileKind))}; not “{typed}”.", "import roadmap")
        return cast(FileKind, typed.casefold())
    recognised = file_kind(sheet.columns)
    if not recognised:
        raise BadInput(
            "I cannot tell from its columns what this file holds. Type what it is:", "import roadmap", "import people"
        )
    return cast(FileKind, recognised)


def _importer(request: Request, what: FileKind) -> Importer:
    is_admin = request.person.permission.covers(Permission.ADMIN)
    if what in {"teams", "people"} and not is_admin:
        raise NotAllowed(f"An admin imports {what}. Send the file to one of them, or type: roles")
    if what == "campaigns" and not request.person.permission.covers(Permission.PUBLISHER):
        raise NotAllowed("A publisher imports campaigns. Send the file to one of them, or type: roles")
    return Importer(
        person=request.person.id,
        team=None if is_admin else request.person.team,
        audience=request.audience,
        account=request.operator,
        platform=request.account.platform,
    )


def reply_with(report: ImportReport, *, dry_run: bool) -> Reply:
    """The report as a reply."""
    return Reply(cards.report(report, dry_run=dry_run), facts=report.facts(), exit=report.exit)
