"""For admins: `jobs`, `jobs run`, `post list`, `post retry`. The same stands behind `handshake jobs` and `handshake post`."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.context import AppContext, Request
from handlers.errors import BadInput, NotFound
from handlers.feature import Job
from handlers.operations import cards, workflow
from handlers.operations.rules import JobSummary, job_summaries
from handlers.shared.audited_transaction import write
from integrations.ports.inbound import Reply
from storage import deliveries, job_runs, rate_limits
from storage.store import Session
from storage.values.deliveries import DeliveryState


async def list_jobs(ctx: AppContext, request: Request, jobs: Sequence[Job]) -> Reply:
    """`jobs`: what happens by itself, when it did last and when it will next."""
    async with ctx.store.reading() as session:
        lines = await _job_summaries(session, request, jobs)
    return Reply(cards.jobs(lines), facts={"jobs": [job_facts(each) for each in lines]})


async def run_job(ctx: AppContext, request: Request, jobs: Sequence[Job]) -> Reply:
    """`jobs run NAME` (formerly `jobs ring`): run it now, outside its schedule."""
    said = request.args.first()
    job = next((each for each in jobs if each.name == said), None)
    if job is None:
        raise NotFound(f"There is no job called “{said}”.", "jobs", *(f"jobs ring {each.name}" for each in jobs))
    async with write(ctx, request, job=job.name) as session:
        if await job_runs.claim(session, job.name, request.now, request.now):
            await job.run(ctx, session, request.now)
        [line] = await _job_summaries(session, request, [job])
    return Reply(cards.job_ran(line), facts=job_facts(line))


async def _job_summaries(session: Session, request: Request, jobs: Sequence[Job]) -> tuple[JobSummary, ...]:
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
    """`post list [state]`: what went out, and what could not."""
    said = request.args.first().lower()
    if said and said not in set(DeliveryState):
        raise BadInput(f"“{said}” is not a state. Use {', '.join(DeliveryState)}.", "post list dead")
    state = DeliveryState(said) if said else None
    async with ctx.store.reading() as session:
        found = await deliveries.in_state(session, state)
        counts = await deliveries.counts(session)
        held = await rate_limits.blocks_at(session, request.now)
    listed = [{"id": each.id, "state": str(each.state), "error": each.error} for each in found]
    return Reply(cards.deliveries(found, counts, held, state), facts={"counts": counts, "deliveries": listed})


async def retry_deliveries(ctx: AppContext, request: Request) -> Reply:
    """`post retry ID|all-dead`: let dead deliveries be tried afresh."""
    which = request.args.first()
    workflow.check_selector(which)
    async with write(ctx, request, which=which) as session:
        count, released = await workflow.retry(session, which, request.now)
    return Reply(cards.retried(count, released), facts={"retried": count, "accounts": released})
