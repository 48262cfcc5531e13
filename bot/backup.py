"""`handshake backup FILE`: a copy of the store that is whole, taken while everything runs."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from bot import screen
from bot.app import App
from handlers.errors import Refusal
from storage.store import StoreProblem

PAGES_PER_STEP = 2_000  # pages between which others may write: about 8 MB
PAUSE_S = 0.01

# What waits now will have been sent by the time somebody puts the copy back: there it is uncertain, and looked for first.
_MARK_UNCERTAIN = "UPDATE delivery SET state = 'sending', sending_at = {now} WHERE state = 'new'"


class BackupFailed(Refusal):
    """The copy could not be made; nothing was left half written."""

    exit = 3


async def run(app: App, target: Path) -> int:
    """Copy an SQLite store to *target*; for PostgreSQL, say what does."""
    if app.store.path is None:
        address = app.store.url.set(drivername="postgresql").render_as_string(hide_password=True)
        moment = f"'{app.ctx.clock.now().isoformat(timespec='seconds')}'"
        screen.write_text(
            f"PostgreSQL is backed up by its own tools:\n"
            f"  pg_dump --format=custom --file={target} '{address}'\n"
            f"and put back, into an empty database, by:\n"
            f"  pg_restore --no-owner --dbname='{address}' {target}\n"
            f"then, before Handshake is started, so that what was sent since is looked for and not sent again:\n"
            f"  psql '{address}' -c \"{_MARK_UNCERTAIN.format(now=moment)}\""
        )
        return 1
    screen.write_text(await asyncio.to_thread(_copy_and_report, app.store.path, target))
    return 0


def _copy_and_report(source: Path, target: Path) -> str:
    """Make the copy, and say what it is and what belongs to it."""
    copy_store(source, target)
    said = f"{target} holds the whole store ({target.stat().st_size / 1e6:.1f} MB), checked."
    key = source.with_name(f"{source.name}.key")
    if key.exists():
        said += f"\nKeep {key} as well, apart from it: what only one reader may see cannot be read without."
    return said


def copy_store(source: Path, target: Path) -> None:
    """An exact copy, made beside *target* and moved there once it is checked. Raises NotBackedUp, StoreProblem."""
    if target.exists():
        raise BackupFailed(f"{target} is there already. A backup never overwrites; name another file.")
    half = target.with_name(f"{target.name}.part")
    half.unlink(missing_ok=True)
    try:
        half.touch(mode=0o600)
        with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old, closing(sqlite3.connect(half)) as new:
            old.backup(new, pages=PAGES_PER_STEP, sleep=PAUSE_S)
            new.execute("PRAGMA journal_mode=DELETE")
            with new:
                new.execute(_MARK_UNCERTAIN.format(now="strftime('%Y-%m-%d %H:%M:%f000', 'now')"))
            found = new.execute("PRAGMA integrity_check").fetchone()[0]
        if found != "ok":
            raise StoreProblem(f"The copy is damaged ({found}); the store itself may be. Run: handshake verify")
        os.replace(half, target)
    except OSError as error:
        raise BackupFailed(f"{target} cannot be written: {error.strerror}. Choose another place.") from None
    except sqlite3.Error as error:
        raise StoreProblem(f"The store could not be copied: {error}. Nothing was changed.") from None
    finally:
        half.unlink(missing_ok=True)
