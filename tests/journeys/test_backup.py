"""A backup taken while everything runs, and restored: nothing is posted twice."""

from __future__ import annotations

import sqlite3
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.delivery.calls import address_of
from handlers.shared import notify
from integrations.ports.cards import Card
from storage import deliveries, verify
from storage.backup import MARK_UNCERTAIN, BackupFailed, copy_store
from storage.store import Store
from tests.app import ChatApp, item
from tests.delivery.harness import DeliveryHarness
from tests.fakes.platform import FakePlatform
from tests.journeys.command_line import CommandLine


async def test_a_restored_store_is_whole_and_says_nothing_twice(sqlite_address: str, tmp_path: Path) -> None:
    """A delivery that waited in the backup was sent since: it is found on the platform."""
    store = Store(sqlite_address)
    app = ChatApp(store, ())
    await app.add_teams()
    await app.publish(item("WEB-1"), item("WEB-2"))
    harness = DeliveryHarness(store)
    hall = await harness.add_place("#hall")
    waiting = await harness.queue_card("R1", hall)
    async with store.transaction() as db:  # under way when the copy is made
        assert await deliveries.claim(db, await harness.delivery(waiting[0]), harness.clock.now())
    assert store.path
    copy_store(store.path, tmp_path / "kept.db")
    found = await harness.deliver_until_quiet(waiting[0])
    await store.close()

    restored = Store(f"sqlite:///{tmp_path}/kept.db")
    later = DeliveryHarness(restored, platform=harness.platform)
    later.advance(timedelta(hours=1))
    again = await later.deliver_until_quiet(waiting[0])

    async with restored.reading() as session:
        report = await verify.verify(session)
        counts = await deliveries.counts(session)
    await restored.close()
    assert (found.state, again.state) == ("sent", "sent")
    assert harness.platform.titles_in("#hall") == ["R1"]
    assert report.problem == ""
    assert counts == {"sent": 1}


async def test_what_only_waited_when_the_copy_was_made_and_was_sent_since_is_not_sent_again(
    sqlite_address: str, tmp_path: Path
) -> None:
    """In the backup, its sending had not started. Deliveries that were not sent since are still sent."""
    store = Store(sqlite_address)
    harness = DeliveryHarness(store)
    rooms = [await harness.add_place(f"#{number}") for number in range(6)]
    waiting = await harness.queue_card("R1", *rooms)
    assert store.path
    copy_store(store.path, tmp_path / "kept.db")
    await harness.deliver(*waiting[:4])
    await store.close()

    restored = Store(f"sqlite:///{tmp_path}/kept.db")
    later = DeliveryHarness(restored, platform=harness.platform)
    for each in waiting:
        await later.deliver_until_quiet(each)
    await restored.close()

    assert [harness.platform.titles_in(room.conversation) for room in rooms] == [["R1"]] * 6


async def test_the_line_for_postgresql_keeps_what_was_sent_since_from_coming_twice(postgres_address: str) -> None:
    store = Store(postgres_address)
    harness = DeliveryHarness(store)
    rooms = [await harness.add_place(f"#{number}") for number in range(4)]
    waiting = await harness.queue_card("R1", *rooms)
    for each in waiting[:2]:  # sent since the dump, which knows nothing of it
        row = await harness.delivery(each)
        await harness.platform.post(address_of(row), Card("R1"), row.tag)
    async with store.transaction() as session:
        line = MARK_UNCERTAIN.format(now=f"'{harness.clock.now().isoformat()}'")
        await session.execute(text(line))

    for each in waiting:
        await harness.deliver_until_quiet(each)
    await store.close()

    assert [harness.platform.titles_in(room.conversation) for room in rooms] == [["R1"]] * 4


async def test_after_that_line_nothing_is_sent_by_itself_where_nobody_can_look(postgres_address: str) -> None:
    store, mute = Store(postgres_address), FakePlatform("mute", can_find=False)
    harness = DeliveryHarness(store, other_platforms={"mute": mute})
    [waiting] = await harness.queue_card("R1", await harness.add_place("#hall", "mute"))
    async with store.transaction() as session:
        await session.execute(text(MARK_UNCERTAIN.format(now=f"'{harness.clock.now().isoformat()}'")))

    row = await harness.deliver_until_quiet(waiting)
    await store.close()

    assert (row.state, row.error.partition(":")[0], mute.attempts) == ("dead", "restored", [])


async def test_a_backup_of_a_store_in_use_is_a_moment_of_it(sqlite_address: str, tmp_path: Path) -> None:
    store = Store(sqlite_address)
    harness = DeliveryHarness(store)
    hall = await harness.add_place("#hall")
    assert store.path
    async with store.transaction() as db:
        await notify.queue_card(db, [hall.id], Card("half"), key="half", at=harness.clock.now())
        copy_store(store.path, tmp_path / "kept.db")
    await store.close()

    with sqlite3.connect(tmp_path / "kept.db") as kept:
        assert kept.execute("SELECT count(*) FROM delivery").fetchone() == (0,)
    assert stat.S_IMODE((tmp_path / "kept.db").stat().st_mode) == 0o600


def test_a_backup_never_overwrites_and_leaves_nothing_half_written(sqlite_address: str, tmp_path: Path) -> None:
    source = Path(sqlite_address.removeprefix("sqlite:///"))
    (tmp_path / "kept.db").write_text("an older one")

    with pytest.raises(BackupFailed, match="never overwrites"):
        copy_store(source, tmp_path / "kept.db")
    with pytest.raises(BackupFailed, match="cannot be written"):
        copy_store(source, tmp_path / "nowhere" / "kept.db")

    assert (tmp_path / "kept.db").read_text() == "an older one"
    assert not list(tmp_path.glob("*.part"))


def test_the_command_says_what_it_made_and_what_belongs_to_it(tmp_path: Path) -> None:
    command_line = CommandLine(tmp_path)
    command_line.import_roadmap()

    done, again = command_line.run("backup", "kept.db"), command_line.run("backup", "kept.db")
    counted = command_line.row_counts()
    (tmp_path / "kept.db").rename(command_line.store)
    command_line.store.with_name("handshake.db-wal").unlink(missing_ok=True)

    assert done.exit == 0
    assert "holds the whole store" in done.out
    assert again.exit == 3
    assert command_line.run("verify").exit == 0
    assert command_line.row_counts() == counted


def test_for_postgresql_it_names_the_line(postgres_address: str, tmp_path: Path) -> None:
    command_line = CommandLine(tmp_path, HANDSHAKE_DATABASE_URL=postgres_address, HANDSHAKE_SECRET_KEYS="k" * 40)

    done = command_line.run("backup", "kept.dump")

    assert done.exit == 1
    assert "pg_dump --format=custom --file=kept.dump" in done.out
    assert "SET state = 'sending'" in done.out


def test_jobs_are_listed_and_rung(tmp_path: Path) -> None:
    command_line = CommandLine(tmp_path)
    command_line.import_roadmap()

    rung = command_line.run("jobs", "ring", "operating.forget")
    listed = {job["name"]: job for job in command_line.run("jobs", "--json").json["jobs"]}

    assert rung.exit == 0
    assert listed["operations.forget"]["last"]
    assert listed["subscriptions.digest"]["last"] == ""
    assert command_line.run("jobs", "ring", "nothing").exit == 1
