"""For admins: `jobs`, `jobs ring`, `post list`, `post retry`. The same stands behind `handshake jobs` and `handshake post`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handlers.acting import acting
from handlers.errors import BadInput, NotFound
from handlers.feature import Asked, Command, Feature, Job
from handlers.operating import cards, retrying
from handlers.operating.jobs import JOBS
from handlers.operating.rules import JobLine, job_lines
from handlers.toolbox import Toolbox
from integrations.ports.inbound import Reply
from storage import deliveries, gates, occurrences
from storage.store import Session
from storage.values import DeliveryState, Permission


def operating_feature(others: Sequence[Feature]) -> Feature:
    """The slice that shows and rings the jobs of *others* and its own."""
    jobs = _Jobs({job.name: job for feature in others for job in feature.jobs} | {job.name: job for job in JOBS})
    return Feature(name="operating", title="Running it", commands=_commands(jobs), jobs=JOBS)


class _Jobs:
    def __init__(self, jobs: Mapping[str, Job]) -> None:
        self._jobs = dict(sorted(jobs.items()))

    async def show(self, box: Toolbox, asked: Asked) -> Reply:
        """`jobs`: what happens by itself, when it did last and when it will next."""
        async with box.store.reading() as session:
            lines = await self.lines(session, asked)
        return Reply(cards.jobs(lines), facts={"jobs": [facts(each) for each in lines]})

    async def lines(self, session: Session, asked: Asked, only: str = "") -> tuple[JobLine, ...]:
        marks, runs = await occurrences.watermarks(session), await occurrences.last_runs(session)
        wanted = [job for name, job in self._jobs.items() if name == only or not only]
        return job_lines(wanted, marks, runs, asked.now)

    async def ring(self, box: Toolbox, asked: Asked) -> Reply:
        """`jobs ring NAME`: carry it out now, beside its schedule."""
        job = self._jobs.get(asked.words.first())
        if job is None:
            raise NotFound(
                f"There is no job called “{asked.words.first()}”.", "jobs", *(f"jobs ring {n}" for n in self._jobs)
            )
        async with acting(box, asked, job=job.name) as session:
            if await occurrences.take(session, job.name, asked.now, asked.now):
                await job.run(box, session, asked.now)
            [line] = await self.lines(session, asked, job.name)
        return Reply(cards.rung(line), facts=facts(line))


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


def _commands(jobs: _Jobs) -> tuple[Command, ...]:
    return (
        Command(
            words="jobs",
            run=jobs.show,
            usage="jobs",
            does="What happens by itself, when it did last and when it will next.",
            examples=("jobs",),
            needs=Permission.ADMIN,
        ),
        Command(
            words="jobs ring",
            run=jobs.ring,
            usage="jobs ring NAME",
            does="Carries out one of them now; its schedule stays as it was.",
            examples=("jobs ring operating.forget",),
            needs=Permission.ADMIN,
            changes=True,
            takes=1,
        ),
        Command(
            words="post list",
            run=post_list,
            usage="post list [new|sending|sent|dead]",
            does="What went out, what could not, and what is held back.",
            examples=("post list", "post list dead"),
            needs=Permission.ADMIN,
            takes=1,
        ),
        Command(
            words="post retry",
            run=post_retry,
            usage="post retry ID|all-dead",
            does="Lets dead deliveries be tried afresh, and asks accounts again that were paused.",
            examples=("post retry all-dead", "post retry 42"),
            needs=Permission.ADMIN,
            changes=True,
            takes=1,
        ),
    )
