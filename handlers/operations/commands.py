"""For admins: `jobs`, `jobs run`, `post list`, `post retry`, `post drop`; the command line offers the same."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.context import AppContext, Request
from handlers.errors import BadInput, NotFound
from handlers.feature import Job, job_named, jobs_of
from handlers.operations import cards, workflow
from handlers.operations.rules import JobSummary, job_summaries
from handlers.shared.audited_transaction import write
from integrations.ports.inbound import Reply
from storage import dead_deliveries, deliveries, job_runs, rate_limits
from storage.store import Session
from storage.values.deliveries import DeliveryState


async def list_jobs(ctx: AppContext, request: Request) -> Reply:
    """`jobs`: every job with its last and its next run."""
    async with ctx.store.reading() as session:
        lines = await _job_summaries(session, request, jobs_of(ctx.features))
    return Reply(cards.jobs(lines), facts={"jobs": [job_facts(line) for line in lines]})


async def run_job(ctx: AppContext, request: Request) -> Reply:
    """`jobs run NAME` (formerly `jobs ring`): run it now; its schedule stays as it is."""
    name = request.args.first()
    job = job_named(ctx.features, name)
    if job is None:
        tries = [f"jobs run {job.name}" for job in jobs_of(ctx.features)]
        raise NotFound(f"There is no job called “{name}”.", "jobs", *tries)
    async with write(ctx, request, job=job.name) as session:
        if await job_runs.claim(session, job.name, request.now, request.now):
            await job.run(ctx, session, request.now)
        [line] = await _job_summaries(session, request, [job])
    return Reply(cards.job_ran(line), facts=job_facts(line))


async def _job_summaries(session: Session, request: Request, jobs: Iterable[Job]) -> tuple[JobSummary, ...]:
    marks, runs = await job_runs.watermarks(session), await job_runs.last_runs(session)
    return job_summaries(jobs, marks, runs, request.now)


def job_facts(line: JobSummary) -> dict[str, object]:
    """A job as a script reads it."""
    return {
        "name": line.name,
        "does": line.does,
        "when": line.when,
        "last": line.last.isoformat() if line.last else "",
        "next": line.next.isoformat(),
    }


async def list_deliveries(ctx: AppContext, request: Request) -> Reply:
    """`post list [state]`: the newest deliveries, all or those in one state."""
    typed = request.args.first().lower()
    if typed and typed not in set(DeliveryState):
        raise BadInput(f"“{typed}” is not a state. Use {', '.join(DeliveryState)}.", "post list dead")
    state = DeliveryState(typed) if typed else None
    async with ctx.store.reading() as session:
        listed = await deliveries.in_state(session, state)
        counts = await deliveries.counts(session)
        held = await rate_limits.blocks_at(session, request.now)
        restored = await dead_deliveries.count_restored(session)
    rows = [{"id": delivery.id, "state": str(delivery.state), "error": delivery.error} for delivery in listed]
    return Reply(cards.deliveries(listed, counts, held, state, restored), facts={"counts": counts, "deliveries": rows})


async def retry_deliveries(ctx: AppContext, request: Request) -> Reply:
    """`post retry ID|all-dead|all-restored`: try dead deliveries again, and use paused accounts again."""
    selector = request.args.first()
    which = workflow.selected(selector)
    async with write(ctx, request, which=selector) as session:
        count, resumed = await workflow.retry(session, which, request.now)
    return Reply(cards.retried(count, resumed), facts={"retried": count, "accounts": resumed})


async def drop_deliveries(ctx: AppContext, request: Request) -> Reply:
    """`post drop ID|all-dead|all-restored`: decide that dead deliveries are not sent."""
    selector = request.args.first()
    which = workflow.selected(selector)
    async with write(ctx, request, which=selector) as session:
        count = await workflow.drop(session, which)
    return Reply(cards.dropped(count), facts={"dropped": count})
