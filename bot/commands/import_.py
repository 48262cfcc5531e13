"""`handshake import`: a CSV file from an operator."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, cast, get_args

import typer

from bot import output
from bot.app import App
from bot.commands.runner import AtOption, JsonOption, new_cli, os_account, run_with_app
from handlers.errors import BadInput
from handlers.importing.commands import reply_with
from handlers.importing.rules.report import FileKind, Importer, ImportOptions
from handlers.importing.workflow.files import import_file

cli = new_cli()


@cli.command("import")
def import_(
    what: Annotated[str, typer.Argument(metavar="teams|people|campaigns|roadmap")],
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    *,
    dry_run: Annotated[bool, typer.Option(help="Say what would happen; write nothing.")] = False,
    accept_errors: Annotated[bool, typer.Option(help="Take the good rows although others are bad.")] = False,
    complete: Annotated[
        bool, typer.Option(help="Items that the file does not name any more are dropped; people it does not name left.")
    ] = False,
    accept_removals: Annotated[
        bool, typer.Option(help="With --complete: yes, more than a tenth of the people left.")
    ] = False,
    publish: Annotated[bool, typer.Option(help="Publish at once, as the operator.")] = False,
    settle: Annotated[
        bool, typer.Option(help="A tracker's export: published by itself once nothing more came for a while.")
    ] = False,
    reason: Annotated[str, typer.Option(help="Why, for the revision.")] = "",
    at: AtOption = "",
    json: JsonOption = False,
) -> None:
    """Import a CSV file: teams, people, campaigns or the roadmap."""
    content = read_file(file, what)
    options = ImportOptions(
        dry_run=dry_run,
        accept_errors=accept_errors,
        complete=complete,
        accept_removals=accept_removals,
        publish=publish,
        settle=settle,
        reason=reason,
    )
    run_with_app(lambda app: run(app, what, content, options, as_json=json, account=os_account()), at)


def read_file(file: Path, what: str) -> bytes:
    """The file's bytes. Raises BadInput for an unknown kind of import or an unreadable path."""
    if what not in get_args(FileKind):
        raise BadInput(f"There is no import of “{what}”. Import one of: {', '.join(get_args(FileKind))}.")
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}. Check the path and its permissions.") from None


async def run(app: App, what: str, content: bytes, options: ImportOptions, *, as_json: bool, account: str) -> int:
    """Import and print the report; the exit status is 2 when bad rows prevented the import."""
    with output.progress(f"Importing {what} …", quiet=as_json):
        report = await import_file(app.ctx, cast(FileKind, what), content, options, Importer(account=account))
    if as_json:
        output.write_json(report.facts())
    else:
        output.show_reply(reply_with(report, dry_run=options.dry_run))
    return report.exit
