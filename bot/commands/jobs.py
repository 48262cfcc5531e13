"""`handshake jobs`: what happens by itself; `handshake jobs ring`: now."""

from __future__ import annotations

from bot import output
from bot.app import App
from handlers.catalogue import FEATURES
from handlers.errors import NotFound
from handlers.feature import jobs_of
from handlers.operations.commands import job_facts
from handlers.operations.rules import job_summaries
from storage import job_runs


async def show(app: App, *, as_json: bool) -> int:
    """Name, schedule in words, last run, next run."""
    async with app.store.reading() as session:
        marks, runs = await job_runs.watermarks(session), await job_runs.last_runs(session)
    lines = job_summaries(jobs_of(FEATURES), marks, runs, app.ctx.clock.now())
    if as_json:
        output.write_json({"jobs": [job_facts(line) for line in lines]})
        return 0
    for line in lines:
        last = f"{line.last:%Y-%m-%d %H:%M} UTC" if line.last else "never"
        output.write_text(
            f"{line.name}\n  {line.does}\n  {line.when}; last {last}, next {line.next:%Y-%m-%d %H:%M} UTC"
        )
    return 0


async def run_now(app: App, name: str) -> int:
    """Carry out one job now, beside its schedule."""
    job = next((each for each in jobs_of(FEATURES) if each.name == name), None)
    if job is None:
        raise NotFound(f"There is no job called “{name}”.", "handshake jobs")
    now = app.ctx.clock.now()
    async with app.store.transaction() as session:
        if await job_runs.claim(session, job.name, now, now):
            await job.run(app.ctx, session, now)
    output.write_text(f"{name} was rung.")
    return 0
