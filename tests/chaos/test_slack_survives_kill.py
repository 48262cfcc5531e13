"""A notice to many Slack channels while its process is killed again and again, judged by Slack's own log."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.slack_fan_out import slack_fan_out


@pytest.mark.proof
async def test_every_channel_has_the_notice_once_however_often_its_process_is_killed(
    sqlite_address: str, tmp_path: Path
) -> None:
    """The small one, for every day."""
    figures = await slack_fan_out(sqlite_address, tmp_path, rooms=100, kills=2, seed=1)

    assert (figures.lost, figures.doubled) == (0, 0), figures


@pytest.mark.chaos
@pytest.mark.timeout(600)
@pytest.mark.parametrize("cuts", [0, 0.1])
async def test_a_hundred_channels_and_ten_kills(
    store_address: str, tmp_path: Path, cuts: float, capsys: pytest.CaptureFixture[str]
) -> None:
    """With cuts, every tenth post gets no answer, and half of those are posted all the same."""
    figures = await slack_fan_out(store_address, tmp_path, rooms=100, kills=10, seed=7, cuts=cuts)

    with capsys.disabled():
        print(f"\nSlack, kill -9, cuts {cuts}, {store_address.partition(':')[0]}: {figures}")
    assert (figures.lost, figures.doubled) == (0, 0), figures
    assert figures.stops_midway >= 5
