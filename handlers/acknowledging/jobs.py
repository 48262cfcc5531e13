"""Who is reminded of the current version, by the clock."""

from __future__ import annotations

from handlers.acknowledging import nudging
from handlers.feature import Job
from handlers.schedule import Every

JOBS = (
    Job(
        name="acknowledging.nudge",
        does="Reminds those behind the current version, at most twice and in their working hours, then tells their lead.",
        schedule=Every(30),
        catch_up="none",
        run=nudging.nudge,
    ),
)
