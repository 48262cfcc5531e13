"""What an admin reads of the jobs and of the post. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from handlers.feature import Job


@dataclass(frozen=True, slots=True)
class JobSummary:
    """A job with its last and its next run; `last` is None until it ran."""

    name: str
    does: str
    when: str
    last: datetime | None
    next: datetime


def job_summaries(
    jobs: Iterable[Job], marks: Mapping[str, datetime], runs: Mapping[str, datetime], now: datetime
) -> tuple[JobSummary, ...]:
    """One line a job. What is due and was not rung yet is the next run, however late it is."""
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
