"""Copy an SQLite store to another file while the program runs."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from storage.store import StoreProblem
from storage.values.deliveries import UNCERTAIN_IN_BACKUP, WAITED_IN_BACKUP

PAGES_PER_STEP = 2_000  # pages between which others may write: about 8 MB
PAUSE_S = 0.01

# What is waiting now may have been sent when the copy is restored. There it counts as uncertain: the platform is searched
# for the message before it is sent again, and where that is impossible an operator decides.
_SET = "state = 'sending', sending_at = coalesce(sending_at, {now})"
_ERROR = f"CASE state WHEN 'new' THEN '{WAITED_IN_BACKUP}' ELSE '{UNCERTAIN_IN_BACKUP}' END"
MARK_UNCERTAIN = f"UPDATE delivery SET {_SET}, error = {_ERROR} WHERE state IN ('new', 'sending')"  # noqa: S608  (constants)


class BackupFailed(Exception):
    """The copy could not be made, and no part-written file was left. The text is for the operator."""


def copy_store(source: Path, target: Path) -> None:
    """Copy *source* to *target*: written beside it, checked, then renamed. Raises BackupFailed, StoreProblem."""
    if target.exists():
        raise BackupFailed(f"{target} is there already. A backup never overwrites; name another file.")
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        part.touch(mode=0o600)
        with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old, closing(sqlite3.connect(part)) as new:
            old.backup(new, pages=PAGES_PER_STEP, sleep=PAUSE_S)
            new.execute("PRAGMA journal_mode=DELETE")
            with new:
                new.execute(MARK_UNCERTAIN.format(now="strftime('%Y-%m-%d %H:%M:%f000', 'now')"))
            check = new.execute("PRAGMA integrity_check").fetchone()[0]
        if check != "ok":
            raise StoreProblem(f"The copy is damaged ({check}); the store itself may be. Run: handshake verify")
        os.replace(part, target)
    except OSError as error:
        raise BackupFailed(f"{target} cannot be written: {error.strerror}. Choose another place.") from None
    except sqlite3.Error as error:
        raise StoreProblem(f"The store could not be copied: {error}. Nothing was changed.") from None
    finally:
        part.unlink(missing_ok=True)
