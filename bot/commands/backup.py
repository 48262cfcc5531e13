"""`handshake backup FILE`: a copy of the store that is whole, taken while everything runs."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot import output
from bot.app import App
from handlers.errors import Refusal
from storage.backup import MARK_UNCERTAIN, BackupFailed, copy_store


class BackupRefused(Refusal):
    """The copy could not be made."""

    exit = 3


async def run(app: App, target: Path) -> int:
    """Copy an SQLite store to *target*; for PostgreSQL, say what does."""
    if app.store.path is None:
        address = app.store.url.set(drivername="postgresql").render_as_string(hide_password=True)
        moment = f"'{app.ctx.clock.now().isoformat(timespec='seconds')}'"
        output.write_text(
            f"PostgreSQL is backed up by its own tools:\n"
            f"  pg_dump --format=custom --file={target} '{address}'\n"
            f"and put back, into an empty database, by:\n"
            f"  pg_restore --no-owner --dbname='{address}' {target}\n"
            f"then, before Handshake is started, so that what was sent since is looked for and not sent again:\n"
            f"  psql '{address}' -c \"{MARK_UNCERTAIN.format(now=moment)}\""
        )
        return 1
    output.write_text(await asyncio.to_thread(_copy_and_report, app.store.path, target))
    return 0


def _copy_and_report(source: Path, target: Path) -> str:
    """Make the copy, and say what it is and what belongs to it."""
    try:
        copy_store(source, target)
    except BackupFailed as error:
        raise BackupRefused(str(error)) from None
    said = f"{target} holds the whole store ({target.stat().st_size / 1e6:.1f} MB), checked."
    key = source.with_name(f"{source.name}.key")
    if key.exists():
        said += f"\nKeep {key} as well, apart from it: what only one reader may see cannot be read without."
    return said
