"""`handshake import`: an operator's file."""

from __future__ import annotations

from pathlib import Path
from typing import cast, get_args

from bot import output
from bot.app import App
from handlers.errors import BadInput
from handlers.importing.commands import reply_with
from handlers.importing.rules.report import FileKind, Importer, ImportOptions
from handlers.importing.workflow.files import import_file

__all__ = ["ImportOptions", "read_file", "run"]


def read_file(file: Path, what: str) -> bytes:
    """The file's bytes. Raises BadInput for a kind of file, or a path, that there is not."""
    if what not in get_args(FileKind):
        raise BadInput(f"There is no import of “{what}”. Import one of: {', '.join(get_args(FileKind))}.")
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}. Check the path and its permissions.") from None


async def run(app: App, what: str, content: bytes, options: ImportOptions, *, as_json: bool, account: str) -> int:
    """Import and print the report; the exit status is 2 when bad rows kept everything from being written."""
    with output.progress(f"Importing {what} …", quiet=as_json):
        report = await import_file(app.ctx, cast(FileKind, what), content, options, Importer(account=account))
    if as_json:
        output.write_json(report.facts())
    else:
        output.show_reply(reply_with(report, dry_run=options.dry_run))
    return report.exit
