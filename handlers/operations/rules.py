"""When each job ran last and runs next. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from handlers.shared.rules.schedule import Schedule


class ScheduledJob(Protocol):
    """What is read of a job here; `handlers.feature.Job` is one."""

    @property
    def name(self) -> str: ...
    @property
    def does(self) -> str: ...
    @property
    def schedule(self) -> Schedule: ...


@dataclass(frozen=True, slots=True)
class JobSummary:
    """A job with its last and its next run. `last` is None until it ran once."""

    name: str
    does: str
    when: str
    last: datetime | None
    next: datetime


def job_summaries(
    jobs: Iterable[ScheduledJob], marks: Mapping[str, datetime], runs: Mapping[str, datetime], now: datetime
) -> tuple[JobSummary, ...]:
    """One line a job. A run that is due but has not started is the next one, however late it is."""
    return tuple(
        JobSummary(
            job.name,
            job.does,
            job.schedule.words,
            runs.get(job.name),
            job.schedule.next_after(marks.get(job.name, now)),
        )
        for job in jobs
    )
