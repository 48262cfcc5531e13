"""Ten thousand person-days of recognition in 24 zones, judged from what arrived in the rooms.

The time of a lived day stands beside that of a day on which nobody does anything.
"""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from pathlib import Path

from storage.store import Store
from tests.benchmarks.timing import Measurement, Timings
from tests.features.celebrations.year_simulation import JOBS, ZONES, YearSimulation

PERSON_DAYS = 10_000
IDLE_DAYS = 3


def measure(folder: Path, person_days: int = PERSON_DAYS) -> list[Measurement]:
    return [asyncio.run(_simulate(folder, person_days))]


async def _simulate(folder: Path, person_days: int) -> Measurement:
    store = Store(f"sqlite:///{folder}/recognition.db")
    await store.open()
    year, days = YearSimulation(store), -(-person_days // len(ZONES))
    try:
        await year.set_up()
        began = time.perf_counter()
        await year.company.simulate(timedelta(days=IDLE_DAYS), *JOBS, every=timedelta(hours=2))
        bare = (time.perf_counter() - began) / IDLE_DAYS
        year.begins = year.company.now
        began = time.perf_counter()
        await year.run(days)
        ours = (time.perf_counter() - began) / days
    finally:
        await store.close()
    broken = year.violations()
    facts = {name: float(len(found)) for name, found in vars(broken).items()}
    facts |= {"messages": float(len(year.company.log)), "stops": float(year.stops)}
    facts["leap_days_remembered"] = float(len(year.anniversary_days()))
    return Measurement(
        "recognition",
        f"a day of {len(ZONES)} people in as many zones, {days} of them",
        "sqlite",
        Timings((ours,), (bare,)),
        facts,
        bar="0 out of hours, 0 crowded, 0 unasked, 0 doubled, 0 lost",
        kept=not broken,
    )
