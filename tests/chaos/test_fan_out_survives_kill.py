"""A notice to many rooms while its process is killed again and again: every room has it exactly once."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.chaos.fan_out import fan_out
from tests.chaos.worker import AT_ONCE


@pytest.mark.proof
async def test_every_room_has_the_notice_once_however_often_its_process_is_killed(
    store_address: str, tmp_path: Path
) -> None:
    """The small one, for every day."""
    figures = await fan_out(store_address, tmp_path, rooms=60, stops=2, seed=1)

    assert (figures.lost, figures.doubled) == (0, 0), figures


@pytest.mark.chaos
@pytest.mark.timeout(600)
@pytest.mark.parametrize("kills", [10])
async def test_two_hundred_rooms_and_ten_kills(
    store_address: str, tmp_path: Path, kills: int, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = await fan_out(store_address, tmp_path, rooms=200, stops=kills, seed=kills)

    with capsys.disabled():
        print(f"\nkill -9, {store_address.partition(':')[0]}: {figures}")
    assert (figures.lost, figures.doubled) == (0, 0), figures
    assert figures.stops_midway >= kills // 2


@pytest.mark.chaos
@pytest.mark.timeout(600)
async def test_kills_while_the_platform_swallows_answers(
    store_address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every tenth post gets no answer, and half of those are posted all the same."""
    figures = await fan_out(store_address, tmp_path, rooms=200, stops=5, seed=5, cuts=0.1)

    with capsys.disabled():
        print(f"\nkill -9 and cut lines, {store_address.partition(':')[0]}: {figures}")
    assert (figures.lost, figures.doubled) == (0, 0), figures


@pytest.mark.chaos
@pytest.mark.timeout(600)
async def test_restarts_in_good_order(store_address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A deployment every moment: each process finishes what it began, and exits with 0."""
    figures = await fan_out(store_address, tmp_path, rooms=200, stops=5, seed=3, how=signal.SIGTERM)

    with capsys.disabled():
        print(f"\nSIGTERM, {store_address.partition(':')[0]}: {figures}")
    assert (figures.lost, figures.doubled) == (0, 0), figures


@pytest.mark.chaos
@pytest.mark.timeout(600)
async def test_where_nothing_can_be_looked_up_some_come_twice_and_none_is_lost(
    store_address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """At least once, and never more doubles than were under way. It also shows that this judge can see a double."""
    figures = await fan_out(store_address, tmp_path, rooms=200, stops=8, seed=4, blind=True)

    with capsys.disabled():
        print(f"\nkill -9, no looking up, {store_address.partition(':')[0]}: {figures}")
    assert figures.lost == 0, figures
    assert 0 < figures.doubled <= figures.stops * AT_ONCE, figures
