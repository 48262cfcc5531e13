"""Running Handshake: its jobs, what was delivered, and what could not be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.feature import Command, Feature, Job, lazy_module
from handlers.shared.rules.schedule import daily
from storage.values.company import Permission

__all__ = ["FEATURE"]

if TYPE_CHECKING:
    from handlers.operations import commands as _commands
    from handlers.operations import hooks as _hooks
    from handlers.operations import jobs as _jobs
else:
    _commands = lazy_module("handlers.operations.commands")
    _hooks = lazy_module("handlers.operations.hooks")
    _jobs = lazy_module("handlers.operations.jobs")


FEATURE = Feature(
    name="operations",
    title="Running it",
    commands=(
        Command(
            words="jobs",
            run=_commands.list_jobs,
            does="What happens by itself, when it did last and when it will next.",
            needs=Permission.ADMIN,
        ),
        *(
            Command(
                words=words,
                run=_commands.run_job,
                usage=f"{words} NAME",
                does="Carries out one of them now; its schedule stays as it was.",
                examples=(f"{words} operations.forget",),
                needs=Permission.ADMIN,
                writes=True,
                takes=1,
            )
            for words in ("jobs run", "jobs ring")  # the second is the former name
        ),
        Command(
            words="post list",
            run=_commands.list_deliveries,
            usage="post list [new|sending|sent|dead|dropped]",
            does="What went out, what could not, and what is held back.",
            examples=("post list", "post list dead"),
            needs=Permission.ADMIN,
            takes=1,
        ),
        Command(
            words="post retry",
            run=_commands.retry_deliveries,
            usage="post retry ID|all-dead|all-restored",
            does="Sends dead deliveries again and resumes paused accounts.",
            examples=("post retry all-dead", "post retry 42"),
            needs=Permission.ADMIN,
            writes=True,
            takes=1,
        ),
        Command(
            words="post drop",
            run=_commands.drop_deliveries,
            usage="post drop ID|all-dead|all-restored",
            does="Decides that dead deliveries are not sent.",
            examples=("post drop 42", "post drop all-restored"),
            needs=Permission.ADMIN,
            writes=True,
            never_suggested=True,
            takes=1,
        ),
    ),
    jobs=(
        Job(
            name="operations.forget",
            former_name="operating.forget",
            does="Removes audit lines, receipts, questions, thanks, debriefs and unsent answers older than they may be kept.",
            schedule=daily("03:10"),
            catch_up="last",
            run=_jobs.delete_expired,
        ),
    ),
    export_person=_hooks.export_person,
    forget_person=_hooks.forget_person,
)
