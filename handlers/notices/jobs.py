"""What rooms hear of the roadmap by the clock."""

from __future__ import annotations

from handlers.feature import Job
from handlers.notices import digest
from handlers.schedule import Every

JOBS = (
    Job(
        name="notices.digest",
        does="Puts together the daily and weekly digests of rooms whose working day has begun.",
        schedule=Every(15),
        catch_up="last",
        run=digest.put_together,
    ),
)
