"""A company in 24 time zones over a 29 February, a clock change and a holiday, with outages, checked by what its rooms show.

`make bench ARGS="--only recognition"` simulates ten thousand person-days.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from storage.store import Store
from tests.features.celebrations.year_simulation import ZONES, YearSimulation


@pytest.mark.proof
@pytest.mark.timeout(0)
@pytest.mark.parametrize(
    ("begins", "days", "remembered"),
    [
        (datetime(2028, 2, 23, 22, tzinfo=UTC), 8, ["29 Feb 2028"]),
        (datetime(2028, 10, 1, 22, tzinfo=UTC), 6, []),  # with 3 October, and Southern clocks
    ],
)
async def test_nobody_is_disturbed_nothing_is_doubled_lost_or_said_unasked(
    store: Store, begins: datetime, days: int, remembered: list[str]
) -> None:
    year = YearSimulation(store, begins=begins)
    await year.set_up()

    await year.run(days)

    assert not year.violations(), year.violations()
    assert year.anniversary_days() == remembered
    assert year.stops
    assert year.days * len(ZONES) >= 144
