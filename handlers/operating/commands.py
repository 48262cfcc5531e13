"""For admins: `jobs`, `jobs ring`, `post list`, `post retry`. The same stands behind `handshake jobs` and `handshake post`."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.acting import write
from handlers.errors import BadInput, NotFound
from handlers.feature import Job, Request
from handlers.operating import cards, retrying
from handlers.operating.rules import JobSummary, job_summaries
from handlers.toolbox import AppContext
from integrations.ports.inbound import Reply
from storage import deliveries, gates, occurrences
from storage.store import Session
from storage.values.post import DeliveryState


async def list_jobs(box: AppContext, asked: Request, jobs: Sequence[Job]) -> Reply:
    """`jobs`: what happens by itself, when it did last and when it will next."""
    async with box.store.reading() as session:
        lines = await _job_summaries(session, asked, jobs)
    return Reply(cards.jobs(lines), facts={"jobs": [job_facts(each) for each in lines]})


async def run_job(box: AppContext, asked: Request, jobs: Sequence[Job]) -> Reply:
    """`jobs ring NAME`: carry it out now, beside its schedule."""
    said = asked.args.first()
    job = next((each for each in jobs if each.name == said), None)
    if job is None:
        raise NotFound(f"There is no job called “{said}”.", "jobs", *(f"jobs ring {each.name}" for each in jobs))
    async with write(box, asked, job=job.name) as session:
        if await occurrences.claim(session, job.name, asked.now, asked.now):
            await job.run(box, session, asked.now)
        [line] = await _job_summaries(session, asked, [job])
    return Reply(cards.job_ran(line), facts=job_facts(line))


async def _job_summaries(session: Session, asked: Request, jobs: Sequence[Job]) -> tuple[JobSummary, ...]:
    marks, runs = await occurrences.watermarks(session), await occurrences.last_runs(session)
    return job_summaries(jobs, marks, runs, asked.now)


def job_facts(line: JobSummary) -> dict[str, object]:
    """A job as a script reads it."""
    return {
        "name": line.name,
        "does": line.does,
        "when": line.when,
        "last": line.last.isoformat() if line.last else "",
        "next": line.next.isoformat(),
    }


async def list_deliveries(box: AppContext, asked: Request) -> Reply:
    """`post list [state]`: what went out, and what could not."""
    said = asked.args.first().lower()
    if said and said not in set(DeliveryState):
        raise BadInput(f"“{said}” is not a state. Use {', '.join(DeliveryState)}.", "post list dead")
    state = DeliveryState(said) if said else None
    async with box.store.reading() as session:
        found = await deliveries.in_state(session, state)
        counts = await deliveries.counts(session)
        held = await gates.blocks_at(session, asked.now)
    listed = [{"id": each.id, "state": str(each.state), "error": each.error} for each in found]
    return Reply(cards.deliveries(found, counts, held, state), facts={"counts": counts, "deliveries": listed})


async def retry_deliveries(box: AppContext, asked: Request) -> Reply:
    """`post retry ID|all-dead`: let dead deliveries be tried afresh."""
    which = asked.args.first()
    retrying.check_selector(which)
    async with write(box, asked, which=which) as session:
        count, released = await retrying.retry(session, which, asked.now)
    return Reply(cards.retried(count, released), facts={"retried": count, "accounts": released})
