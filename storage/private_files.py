"""Files and folders that only their owner can read: the store, its log, lock and copies."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

FILE_MODE, FOLDER_MODE = 0o600, 0o700
OTHERS = stat.S_IRWXG | stat.S_IRWXO
# What Handshake puts beside a store: the store's own files, and those of the demo and the log.
_OURS = ("handshake.", "demo.", "demo-building.")
_STORE_SUFFIXES = ("", "-wal", "-shm", "-journal", ".key", ".lock")


def open_private(path: str, flags: int) -> int:
    """The `opener` of a file that is made for its owner alone."""
    return os.open(path, flags, FILE_MODE)


def write_private(path: Path, content: bytes) -> None:
    """Write *content* to *path*, for its owner alone if it is new. Raises OSError."""
    with open(path, "wb", opener=open_private) as file:
        file.write(content)


def make_private_folder(folder: Path) -> None:
    """Create *folder* for its owner alone, unless it is there. Raises OSError."""
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)


def create_private(path: Path) -> None:
    """Create an empty *path* unless it is there: SQLite gives the files beside a store the store's own mode."""
    with suppress(OSError):  # the caller that opens the file next reports the problem
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, FILE_MODE))


def make_store_private(store: Path) -> tuple[Path, ...]:
    """Take the rights of others to the files of *store*, and to its folder if nothing else is in it.

    Returns the paths that were changed. Those of another account are left as they are.
    """
    folder = store.parent
    files = [store.with_name(f"{store.name}{suffix}") for suffix in _STORE_SUFFIXES]
    changed = [path for path in files if make_private(path)]
    if _holds_only(folder, (*_OURS, store.name)) and make_private(folder, FOLDER_MODE):
        changed.append(folder)
    return tuple(changed)


def _holds_only(folder: Path, beginnings: tuple[str, ...]) -> bool:
    try:
        return all(name.startswith(beginnings) for name in os.listdir(folder))
    except OSError:
        return False


def make_private(path: Path, mode: int = FILE_MODE) -> bool:
    """Take the rights of others to *path*; False if they have none, or the file belongs to another account."""
    try:
        status = path.stat()
        if not status.st_mode & OTHERS or status.st_uid != os.geteuid():
            return False
        path.chmod(mode)
    except OSError:
        return False
    return True
