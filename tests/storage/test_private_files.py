"""What lies on the disk is for its owner alone, whatever the umask says."""

from __future__ import annotations

import asyncio
import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from bot.app import open_app
from bot.delivery.process_lock import FileLock
from bot.logs import configure
from bot.settings import Settings
from integrations.ports.clock import FixedClock
from storage.backup import copy_store
from storage.private_files import make_store_private, write_private
from tests.app import MONDAY


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    """New files are readable for everybody, unless the program says otherwise."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    paths = [folder, *sorted(folder.rglob("*"))]
    return {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in paths}


async def test_every_file_of_a_store_is_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    async with open_app(Settings(_env_file=None, database_url=f"sqlite:///{folder}/h.db"), FixedClock(MONDAY)) as app:
        app.ctx.cipher.encrypt("vegan")
        lock = FileLock(folder / "h.db")
        await lock.acquire()
        await asyncio.to_thread(copy_store, folder / "h.db", folder / "copy.db")
        write_private(folder / "roadmap.csv", b"key,title")
        found = modes(folder)
        await lock.release()

    assert {"h.db", "h.db-wal", "h.db-shm", "h.db.key", "h.db.lock", "copy.db", "roadmap.csv"} <= found.keys()
    assert found.pop("var") == "0o700"
    assert set(found.values()) == {"0o600"}


async def test_a_store_that_others_could_read_is_closed_to_them_at_the_start(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    settings = Settings(_env_file=None, database_url=f"sqlite:///{folder}/handshake.db")
    async with open_app(settings, FixedClock(MONDAY)):
        pass
    (folder / "handshake.db").chmod(0o644)
    folder.chmod(0o755)

    with structlog.testing.capture_logs() as lines:
        async with open_app(settings, FixedClock(MONDAY)):
            found = modes(folder)

    assert (found["var"], found["handshake.db"]) == ("0o700", "0o600")
    closed = [line["path"] for line in lines if line["action"] == "store.made_private"]
    assert closed == [str(folder / "handshake.db"), str(folder)]


def test_a_folder_with_other_things_in_it_stays_as_it_is(tmp_path: Path) -> None:
    """It may be somebody's home, or /var."""
    tmp_path.chmod(0o755)
    (tmp_path / "handshake.db").touch(0o644)
    (tmp_path / "notes.txt").touch(0o644)

    assert make_store_private(tmp_path / "handshake.db") == (tmp_path / "handshake.db",)
    assert modes(tmp_path)["notes.txt"] == "0o644"


def test_the_log_is_for_its_owner_alone_also_after_it_was_rotated(tmp_path: Path) -> None:
    path = tmp_path / "var" / "handshake.log"
    path.parent.mkdir()
    path.with_name("handshake.log.1").touch(0o644)

    configure("json", path)
    try:
        structlog.get_logger("bot.test").info("an event", action="test.logged")
        logging.getLogger().handlers[0].doRollover()  # type: ignore[attr-defined]
        structlog.get_logger("bot.test").info("an event", action="test.logged")
    finally:
        logging.getLogger().handlers[0].close()
        logging.basicConfig(force=True)

    found = modes(path.parent)
    assert {name: found[name] for name in found if name != "var"} == {
        "handshake.log": "0o600",
        "handshake.log.1": "0o600",
        "handshake.log.2": "0o600",
    }
