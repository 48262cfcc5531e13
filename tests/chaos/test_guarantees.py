"""The guarantees of delivery and of the scheduler under faults, judged by Slack's own log.

The short ones belong to every day; the long ones are `make chaos`.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from random import Random

import psycopg
import pytest

from tests.chaos.conftest import Row
from tests.chaos.replicas import DeliveryLog, Replicas, channels, kill_midway, open_delivery_log, post_to_channels
from tests.fakes.slack_process import SlackProcess


def replicas_on(address: str) -> int:
    """SQLite serves one."""
    return 1 if address.startswith("sqlite") else 3


async def test_the_log_shows_what_was_lost_and_what_came_twice(tmp_path: Path) -> None:
    """A judge that always nods proves nothing."""
    log = tmp_path / "slack.jsonl"
    log.write_text(
        '{"did": "post", "channel": "C1", "at": 1.0}\n{"did": "post", "channel": "C1", "at": 1.4}\n'
        '{"did": "limited", "channel": "C1", "at": 1.2, "until": 2.2}\n'
    )
    slack = SlackProcess(log)
    delivery_log = DeliveryLog(slack, Counter(["C1", "C2"]))

    assert (delivery_log.lost, delivery_log.doubled, delivery_log.posts_within_retry_after()) == (1, 1, 1)
    assert delivery_log.shortest_gap_s() == pytest.approx(0.4)


@pytest.mark.proof
async def test_two_of_three_replicas_die_and_every_room_has_the_notice_once(
    postgres_address: str, tmp_path: Path
) -> None:
    with open_delivery_log(tmp_path) as delivery_log, Replicas(postgres_address, delivery_log.slack) as fleet:
        await post_to_channels(postgres_address, delivery_log, channels(150))
        fleet.start(3)
        await kill_midway(fleet, delivery_log, kills=2, replicas=3, random=Random(1))
        await delivery_log.wait_until_complete(40, still_s=1)

        assert (delivery_log.lost, delivery_log.doubled) == (0, 0)


@pytest.mark.chaos
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", [1, 2])
async def test_fifty_kills_during_fan_outs_to_a_thousand_rooms(
    store_address: str, tmp_path: Path, report_row: Row, seed: int
) -> None:
    """Two stores and two seeds: two hundred deaths."""
    amid, kills = 0, 50
    with open_delivery_log(tmp_path, seed=seed) as delivery_log, Replicas(store_address, delivery_log.slack) as fleet:
        for number in range(2):
            await post_to_channels(store_address, delivery_log, channels(1000), key=f"R{number}")
            amid += await kill_midway(
                fleet,
                delivery_log,
                kills=kills // 2,
                replicas=replicas_on(store_address),
                random=Random(seed * 10 + number),
            )
            await delivery_log.wait_until_complete(120)
        report_row(
            f"1 kill -9 x {kills} in two fan-outs of 1,000 (seed {seed})",
            store_address,
            f"{amid} amid; {delivery_log.lost} lost, {delivery_log.doubled} doubled",
        )

        assert (delivery_log.lost, delivery_log.doubled) == (0, 0)
        assert amid >= kills // 2


def faketime() -> str:
    """The library that gives a process another clock, "" where it is not installed (apt-get install faketime)."""
    return next(map(str, Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), "")


@pytest.mark.chaos
@pytest.mark.timeout(300)
async def test_a_job_of_every_second_runs_once_whatever_happens_to_the_replicas(
    postgres_address: str, tmp_path: Path, report_row: Row
) -> None:
    """Three replicas, one an hour early and one an hour late; killed, stopped, and all their sessions cut."""
    wrong = [{"LD_PRELOAD": faketime(), "FAKETIME": each, "DONT_FAKE_MONOTONIC": "1"} for each in ("+1h", "-1h")]
    if not faketime():
        wrong = []
    random, began = Random(3), time.monotonic()
    with (
        open_delivery_log(tmp_path) as delivery_log,
        Replicas(
            postgres_address, delivery_log.slack, "--ticking", environments=[{}, *wrong] if wrong else ()
        ) as fleet,
    ):
        fleet.start(3)
        await delivery_log.wait_for_posts(5, 60)
        while time.monotonic() - began < 75:
            await asyncio.sleep(random.uniform(2, 4))
            match random.choice(["kill", "pause", "cut"]):
                case "kill":
                    fleet.kill(random.randrange(3))
                    fleet.start()
                case "pause":
                    which = random.randrange(3)
                    fleet.pause(which)
                    await asyncio.sleep(random.uniform(1, 3))
                    fleet.resume(which)
                case "cut":
                    await _cut_all_sessions(postgres_address)
        await asyncio.sleep(20)
        rung = Counter(_second(post) for post in delivery_log.slack.entries())
    seconds = sorted(rung)
    whole = int((seconds[-1] - seconds[0]).total_seconds()) + 1
    doubled, missing = rung.total() - len(rung), whole - len(rung)
    clocks = "one clock +1 h, one -1 h" if wrong else "all clocks right (faketime is not installed)"
    report_row(
        f"2 three replicas ringing every second for {whole} s; kills, SIGSTOP, cut sessions, {clocks} (seed 3)",
        "postgresql",
        f"{len(rung)} of {whole} seconds, {doubled} twice, {missing} missing",
    )

    assert (doubled, missing) == (0, 0)


def _second(post: dict[str, object]) -> datetime:
    return datetime.fromisoformat(str(post["text"]).split("\n")[0])


async def _cut_all_sessions(address: str) -> None:
    async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
        await connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.mark.chaos
@pytest.mark.timeout(600)
async def test_ten_thousand_posts_keep_the_spacing(postgres_address: str, tmp_path: Path, report_row: Row) -> None:
    rooms, each = channels(200), 50
    with (
        open_delivery_log(tmp_path, delay_ms=5) as delivery_log,
        Replicas(postgres_address, delivery_log.slack) as fleet,
    ):
        for number in range(each):
            await post_to_channels(postgres_address, delivery_log, rooms, key=f"R{number}")
        began = time.monotonic()
        fleet.start(3)
        await delivery_log.wait_for_posts(len(rooms) * each, 400)
        seconds = time.monotonic() - began
        gap, ideal = delivery_log.shortest_gap_s(), (each - 1) * 1.1
        report_row(
            "3 10,000 posts into 200 rooms, three replicas",
            "postgresql",
            f"shortest gap {gap:.3f} s; {seconds:.0f} s, {seconds / ideal:.2f} of the ideal {ideal:.0f} s; "
            f"{delivery_log.lost} lost, {delivery_log.doubled} doubled",
        )

        assert gap >= 0.95
        assert (delivery_log.lost, delivery_log.doubled) == (0, 0)


@pytest.mark.chaos
@pytest.mark.timeout(600)
async def test_a_flapping_slack_causes_no_loss_and_no_repeat(
    store_address: str, tmp_path: Path, report_row: Row
) -> None:
    with (
        open_delivery_log(tmp_path, busy=0.2, broken=0.1, cuts=0.1, seed=6) as delivery_log,
        Replicas(store_address, delivery_log.slack) as fleet,
    ):
        await post_to_channels(store_address, delivery_log, channels(400))
        fleet.start(replicas_on(store_address))
        await delivery_log.wait_until_complete(300, still_s=5)
        inside = delivery_log.posts_within_retry_after()
        report_row(
            "6 Slack answers 20 % 429, 10 % 503, 10 % nothing; 400 rooms (seed 6)",
            store_address,
            f"{delivery_log.lost} lost, {delivery_log.doubled} doubled, {inside} inside a Retry-After",
        )

        assert (delivery_log.lost, delivery_log.doubled, inside) == (0, 0, 0)


@pytest.mark.chaos
@pytest.mark.timeout(600)
async def test_a_replica_that_is_paused_for_a_minute(postgres_address: str, tmp_path: Path, report_row: Row) -> None:
    """Twice the time after which it counts as dead: its work is taken over, and it must notice when it wakes."""
    with (
        open_delivery_log(tmp_path, delay_ms=200) as delivery_log,
        Replicas(postgres_address, delivery_log.slack, "--in-earnest") as fleet,
    ):
        await post_to_channels(postgres_address, delivery_log, channels(600))
        fleet.start(2)
        await delivery_log.wait_for_posts(100, 60)
        fleet.pause()
        await asyncio.sleep(60)
        fleet.resume()
        await delivery_log.wait_until_complete(120, still_s=20)
        report_row(
            "7 SIGSTOP of one of two replicas for 60 s",
            "postgresql",
            f"{delivery_log.lost} lost, {delivery_log.doubled} doubled",
        )

        assert delivery_log.lost == 0
        assert delivery_log.doubled <= 60  # what may be in flight at once


@pytest.mark.chaos
@pytest.mark.timeout(300)
async def test_another_replica_continues_the_work_of_a_dead_one(
    postgres_address: str, tmp_path: Path, report_row: Row
) -> None:
    with (
        open_delivery_log(tmp_path, delay_ms=400) as delivery_log,
        Replicas(postgres_address, delivery_log.slack, "--in-earnest") as fleet,
    ):
        await post_to_channels(postgres_address, delivery_log, channels(300))
        fleet.start(1)
        await delivery_log.wait_for_posts(30, 60)
        fleet.start(1)
        await delivery_log.wait_for_posts(90, 60)
        fleet.kill()
        died = time.time()
        await delivery_log.wait_until_complete(100, still_s=15)
        last = max(post["at"] for post in delivery_log.slack.entries())
        report_row(
            "9 one of two replicas dies with its errands (heartbeat 30 s)",
            "postgresql",
            f"the last of them was sent {last - died:.0f} s later; {delivery_log.lost} lost, {delivery_log.doubled} doubled",
        )

        assert (delivery_log.lost, delivery_log.doubled) == (0, 0)
        assert last - died < 45


@pytest.mark.chaos
@pytest.mark.timeout(300)
async def test_a_stop_during_work_ends_within_twenty_seconds(
    store_address: str, tmp_path: Path, report_row: Row
) -> None:
    took: list[float] = []
    with (
        open_delivery_log(tmp_path, delay_ms=100) as delivery_log,
        Replicas(store_address, delivery_log.slack) as fleet,
    ):
        await post_to_channels(store_address, delivery_log, channels(500))
        for number in range(6):
            fleet.start()
            await delivery_log.wait_for_posts(min(500, 40 * (number + 1)), 60)
            status, seconds = fleet.stop()
            assert status == 0
            took.append(seconds)
        fleet.start(replicas_on(store_address))
        await delivery_log.wait_until_complete(120)
        report_row(
            "11 SIGTERM x 6 under load",
            store_address,
            f"longest stop {max(took):.1f} s; {delivery_log.lost} lost, {delivery_log.doubled} doubled",
        )

        assert max(took) < 20
        assert (delivery_log.lost, delivery_log.doubled) == (0, 0)
