"""For admins: `jobs`, `jobs ring`, `post list`, `post retry`. The same stands behind `handshake jobs` and `handshake post`."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.acting import acting
from handlers.errors import BadInput, NotFound
from handlers.feature import Asked, Job
from handlers.operating import cards, retrying
from handlers.operating.rules import JobLine, job_lines
from handlers.toolbox import Toolbox
from integrations.ports.inbound import Reply
from storage import deliveries, gates, occurrences
from storage.store import Session
from storage.values import DeliveryState


async def show(box: Toolbox, asked: Asked, jobs: Sequence[Job]) -> Reply:
    """`jobs`: what happens by itself, when it did last and when it will next."""
    async with box.store.reading() as session:
        lines = await _lines(session, asked, jobs)
    return Reply(cards.jobs(lines), facts={"jobs": [facts(each) for each in lines]})


async def ring(box: Toolbox, asked: Asked, jobs: Sequence[Job]) -> Reply:
    """`jobs ring NAME`: carry it out now, beside its schedule."""
    said = asked.words.first()
    job = next((each for each in jobs if each.name == said), None)
    if job is None:
        raise NotFound(f"There is no job called “{said}”.", "jobs", *(f"jobs ring {each.name}" for each in jobs))
    async with acting(box, asked, job=job.name) as session:
        if await occurrences.take(session, job.name, asked.now, asked.now):
            await job.run(box, session, asked.now)
        [line] = await _lines(session, asked, [job])
    return Reply(cards.rung(line), facts=facts(line))


async def _lines(session: Session, asked: Asked, jobs: Sequence[Job]) -> tuple[JobLine, ...]:
    marks, runs = await occurrences.watermarks(session), await occurrences.last_runs(session)
    return job_lines(jobs, marks, runs, asked.now)


def facts(line: JobLine) -> dict[str, object]:
    """A job as a script reads it."""
    return {
        "name": line.name,
        "does": line.does,
        "when": line.when,
        "last": line.last.isoformat() if line.last else "",
        "next": line.next.isoformat(),
    }


async def post_list(box: Toolbox, asked: Asked) -> Reply:
    """`post list [state]`: what went out, and what could not."""
    said = asked.words.first().lower()
    if said and said not in set(DeliveryState):
        raise BadInput(f"“{said}” is not a state. Use {', '.join(DeliveryState)}.", "post list dead")
    state = DeliveryState(said) if said else None
    async with box.store.reading() as session:
        found = await deliveries.in_state(session, state)
        counts = await deliveries.counts(session)
        held = await gates.closed_at(session, asked.now)
    listed = [{"id": each.id, "state": str(each.state), "error": each.error} for each in found]
    return Reply(cards.post(found, counts, held, state), facts={"counts": counts, "deliveries": listed})


async def post_retry(box: Toolbox, asked: Asked) -> Reply:
    """`post retry ID|all-dead`: let dead deliveries be tried afresh."""
    which = asked.words.first()
    retrying.check(which)
    async with acting(box, asked, which=which) as session:
        count, released = await retrying.try_again(session, which, asked.now)
    return Reply(cards.retried(count, released), facts={"retried": count, "accounts": released})
