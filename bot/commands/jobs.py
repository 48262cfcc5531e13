"""`handshake jobs`: list the scheduled jobs; `handshake jobs run NAME`: run one now."""

from __future__ import annotations

from typing import Annotated

import typer

from bot import output
from bot.app import App
from bot.commands.runner import JsonOption, new_cli, run_with_app
from handlers.catalogue import FEATURES
from handlers.errors import NotFound
from handlers.feature import job_named, jobs_of
from handlers.operations.commands import job_facts
from handlers.operations.rules import job_summaries
from storage import job_runs

cli = new_cli("Show what happens by itself, or run one by hand.")
NameArgument = Annotated[str, typer.Argument(metavar="NAME")]


@cli.callback(invoke_without_command=True)
def show_jobs(context: typer.Context, *, json: JsonOption = False) -> None:
    """Show what happens by itself: schedule, last run, next run."""
    if context.invoked_subcommand is None:
        run_with_app(lambda app: show(app, as_json=json))


@cli.command("run")
def run_job(name: NameArgument) -> None:
    """Carry out one job now; its schedule stays as it was."""
    run_with_app(lambda app: run_now(app, name))


@cli.command("ring", hidden=True)
def ring(name: NameArgument) -> None:
    """Carry out one job now; its schedule stays as it was."""
    run_job(name)  # the former name of `run`


async def show(app: App, *, as_json: bool) -> int:
    """Print each job with its schedule in words, last run and next run."""
    async with app.store.reading() as session:
        watermarks, last_runs = await job_runs.watermarks(session), await job_runs.last_runs(session)
    jobs = job_summaries(jobs_of(FEATURES), watermarks, last_runs, app.ctx.clock.now())
    if as_json:
        output.write_json({"jobs": [job_facts(job) for job in jobs]})
        return 0
    for job in jobs:
        last = f"{job.last:%Y-%m-%d %H:%M} UTC" if job.last else "never"
        output.write_text(f"{job.name}\n  {job.does}\n  {job.when}; last {last}, next {job.next:%Y-%m-%d %H:%M} UTC")
    return 0


async def run_now(app: App, name: str) -> int:
    """Run one job now, outside its schedule."""
    job = job_named(FEATURES, name)
    if job is None:
        raise NotFound(f"There is no job called “{name}”.", "handshake jobs")
    now = app.ctx.clock.now()
    async with app.store.transaction() as session:
        if await job_runs.claim(session, job.name, now, now):
            await job.run(app.ctx, session, now)
    output.write_text(f"{job.name} was run.")
    return 0
