"""What admins can say about jobs and deliveries, and the job that keeps house."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.feature import Asked, Command, Feature, Job, Run, jobs_of
from handlers.later import later
from handlers.schedule import daily
from handlers.toolbox import Toolbox
from integrations.ports.inbound import Reply
from storage.values import Permission

if TYPE_CHECKING:
    from handlers.operating import commands, jobs
else:
    commands = later("handlers.operating.commands")
    jobs = later("handlers.operating.jobs")

JOBS = (
    Job(
        name="operating.forget",
        does="Removes audit lines, receipts, questions and unsent answers that are older than they may be kept.",
        schedule=daily("03:10"),
        catch_up="last",
        run=jobs.forget,
    ),
)


def operating_feature(others: Sequence[Feature]) -> Feature:
    """The slice that shows and rings the jobs of *others* and its own."""
    feature = Feature(name="operating", title="Running it", jobs=JOBS)
    all_jobs = jobs_of((*others, feature))

    async def show(box: Toolbox, asked: Asked) -> Reply:
        return await commands.show(box, asked, all_jobs)

    async def ring(box: Toolbox, asked: Asked) -> Reply:
        return await commands.ring(box, asked, all_jobs)

    return replace(feature, commands=_commands(show, ring))


def _commands(show: Run, ring: Run) -> tuple[Command, ...]:
    return (
        Command(
            words="jobs",
            run=show,
            usage="jobs",
            does="What happens by itself, when it did last and when it will next.",
            examples=("jobs",),
            needs=Permission.ADMIN,
        ),
        Command(
            words="jobs ring",
            run=ring,
            usage="jobs ring NAME",
            does="Carries out one of them now; its schedule stays as it was.",
            examples=("jobs ring operating.forget",),
            needs=Permission.ADMIN,
            changes=True,
            takes=1,
        ),
        Command(
            words="post list",
            run=commands.post_list,
            usage="post list [new|sending|sent|dead]",
            does="What went out, what could not, and what is held back.",
            examples=("post list", "post list dead"),
            needs=Permission.ADMIN,
            takes=1,
        ),
        Command(
            words="post retry",
            run=commands.post_retry,
            usage="post retry ID|all-dead",
            does="Lets dead deliveries be tried afresh, and asks accounts again that were paused.",
            examples=("post retry all-dead", "post retry 42"),
            needs=Permission.ADMIN,
            changes=True,
            takes=1,
        ),
    )
