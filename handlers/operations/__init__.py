"""Operating: what happens by itself, what goes out, and what could not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.context import AppContext, Request
from handlers.feature import Command, CommandHandler, Feature, Job, jobs_of, lazy_module
from handlers.shared.rules.schedule import daily
from integrations.ports.inbound import Reply
from storage.values.company import Permission

__all__ = ["operations_feature"]

if TYPE_CHECKING:
    from handlers.operations import commands as _commands
    from handlers.operations import jobs as _jobs
else:
    _commands = lazy_module("handlers.operations.commands")
    _jobs = lazy_module("handlers.operations.jobs")


JOBS = (
    Job(
        name="operating.forget",
        does="Removes audit lines, receipts, questions and unsent answers that are older than they may be kept.",
        schedule=daily("03:10"),
        catch_up="last",
        run=_jobs.delete_expired,
    ),
)


def operations_feature(others: Sequence[Feature]) -> Feature:
    """The slice that shows and runs the jobs of *others* and its own."""
    feature = Feature(name="operating", title="Running it", jobs=JOBS)
    all_jobs = jobs_of((*others, feature))

    async def show(ctx: AppContext, request: Request) -> Reply:
        return await _commands.list_jobs(ctx, request, all_jobs)

    async def run_now(ctx: AppContext, request: Request) -> Reply:
        return await _commands.run_job(ctx, request, all_jobs)

    return replace(feature, commands=_operator_commands(show, run_now))


def _operator_commands(show: CommandHandler, run_now: CommandHandler) -> tuple[Command, ...]:
    return (
        Command(
            words="jobs",
            run=show,
            usage="jobs",
            does="What happens by itself, when it did last and when it will next.",
            examples=("jobs",),
            needs=Permission.ADMIN,
        ),
        *(
            Command(
                words=words,
                run=run_now,
                usage=f"{words} NAME",
                does="Carries out one of them now; its schedule stays as it was.",
                examples=(f"{words} operating.forget",),
                needs=Permission.ADMIN,
                writes=True,
                takes=1,
            )
            for words in ("jobs run", "jobs ring")  # the second is the former name
        ),
        Command(
            words="post list",
            run=_commands.list_deliveries,
            usage="post list [new|sending|sent|dead]",
            does="What went out, what could not, and what is held back.",
            examples=("post list", "post list dead"),
            needs=Permission.ADMIN,
            takes=1,
        ),
        Command(
            words="post retry",
            run=_commands.retry_deliveries,
            usage="post retry ID|all-dead",
            does="Lets dead deliveries be tried afresh, and asks accounts again that were paused.",
            examples=("post retry all-dead", "post retry 42"),
            needs=Permission.ADMIN,
            writes=True,
            takes=1,
        ),
    )
