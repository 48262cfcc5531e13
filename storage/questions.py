"""Questions as they were asked, so that one can be answered again, rated, handed to a person, and counted."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, delete, func, insert, select, update
from sqlmodel import Field, SQLModel

from storage.handoffs import HANDOFF, VERIFIED_ANSWER
from storage.redaction import mentions_any
from storage.store import Session, UtcDateTime, affected, batches, table_of
from storage.values.plan_json import canonical_plan, plan_from_json, plan_to_json
from storage.values.questions import OtherReading, Plan, Question

KEPT_KEYS = 50  # how many item keys of an answer are kept


class QuestionRow(SQLModel, table=True):
    """`folded` (the words) and `canonical_plan` are what questions are compared by."""

    __tablename__ = "question"
    # A number is never reused, even after the newest question was deleted.
    __table_args__ = {"sqlite_autoincrement": True}

    number: int | None = Field(default=None, primary_key=True)
    asker: str = Field(index=True)
    place_id: int | None = Field(default=None, foreign_key="place.id", ondelete="SET NULL", index=True)
    thread: str = ""
    is_public: bool = False
    words: str
    folded: str = Field(index=True)
    outcome: str
    understood_as: str = ""
    aspect: str = ""
    plan: str = ""
    other_readings: str = ""
    canonical_plan: str = ""
    keys: str = "[]"
    revision: int | None = None
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))
    feedback: str = ""
    model: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    cost_micros: int = 0  # millionths of the currency of the prices in the settings


QUESTION = table_of(QuestionRow)


@dataclass(frozen=True, slots=True)
class ModelUsage:
    """What a language model used for one question; `cost_micros` are millionths of the currency of the price."""

    model: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    cost_micros: int = 0


@dataclass(frozen=True, slots=True)
class FrequentQuestion:
    """A frequent question, in one of its wordings."""

    words: str
    times: int
    people: int


def question_from(row: Any) -> Question:
    plan: Plan | None = plan_from_json(json.loads(row.plan)) if row.plan else None
    return Question(
        number=row.number,
        asker=row.asker,
        words=row.words,
        folded=row.folded,
        outcome=row.outcome,
        at=row.at,
        place=row.place_id,
        thread=row.thread,
        is_public=row.is_public,
        understood_as=row.understood_as,
        aspect=row.aspect,
        plan=plan,
        canonical_plan=row.canonical_plan,
        keys=tuple(json.loads(row.keys)),
        revision=row.revision,
        feedback=row.feedback,
        other_readings=tuple(_reading_from(reading) for reading in json.loads(row.other_readings or "[]")),
    )


async def save(session: Session, question: Question, usage: ModelUsage) -> int:
    """Store a question; return its number."""
    row = insert(QUESTION).values(
        asker=question.asker,
        place_id=question.place,
        thread=question.thread,
        is_public=question.is_public,
        words=question.words,
        folded=question.folded,
        outcome=question.outcome,
        understood_as=question.understood_as,
        aspect=question.aspect,
        plan=json.dumps(plan_to_json(question.plan)) if question.plan else "",
        other_readings=_readings_json(question.other_readings),
        canonical_plan=canonical_plan(question.plan, question.keys) if question.plan else "",
        keys=json.dumps(question.keys[:KEPT_KEYS]),
        revision=question.revision,
        at=question.at,
        model=usage.model,
        tokens_in=usage.tokens_in,
        tokens_out=usage.tokens_out,
        cost_micros=usage.cost_micros,
    )
    number: int = (await session.execute(row.returning(QUESTION.c.number))).scalar_one()
    return number


def _readings_json(readings: Sequence[OtherReading]) -> str:
    rows = [
        {
            "plan": plan_to_json(reading.plan),
            "aspect": reading.aspect,
            "as_of": reading.as_of.isoformat() if isinstance(reading.as_of, date) else reading.as_of,
        }
        for reading in readings
    ]
    return json.dumps(rows) if rows else ""


def _reading_from(data: Mapping[str, Any]) -> OtherReading:
    as_of = data["as_of"]
    day = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    return OtherReading(plan_from_json(data["plan"]), data["aspect"], day)


async def numbered(session: Session, number: int) -> Question | None:
    row = (await session.execute(select(QUESTION).where(QUESTION.c.number == number))).one_or_none()
    return question_from(row) if row else None


async def latest_in(
    session: Session, asker: str, place: int | None, thread: str, since: datetime, *, only_public: bool
) -> Question | None:
    """That person's newest question with a plan in that conversation, not older than *since*.

    *only_public* leaves out those whose answer the asker alone read.
    """
    here = (QUESTION.c.asker == asker) & (QUESTION.c.thread == thread) & (QUESTION.c.at >= since)
    if only_public:
        here &= QUESTION.c.is_public
    query = select(QUESTION).where(here, QUESTION.c.place_id.is_not_distinct_from(place), QUESTION.c.plan != "")
    row = (await session.execute(query.order_by(QUESTION.c.number.desc()).limit(1))).one_or_none()
    return question_from(row) if row else None


async def of_person(session: Session, asker: str, limit: int | None = None) -> tuple[Question, ...]:
    """That person's questions, newest first."""
    query = select(QUESTION).where(QUESTION.c.asker == asker).order_by(QUESTION.c.number.desc()).limit(limit)
    return tuple(question_from(row) for row in await session.execute(query))


async def set_feedback(session: Session, number: int, feedback: str) -> None:
    """Store the asker's rating of the answer: "helpful" or "not right"."""
    await session.execute(update(QUESTION).where(QUESTION.c.number == number).values(feedback=feedback))


async def frequent_questions(
    session: Session, since: datetime, times: int, outcomes: Sequence[str]
) -> tuple[FrequentQuestion, ...]:
    """Questions asked at least *times* since then with one of *outcomes*, the most frequent first."""
    count, people = func.count(), func.count(QUESTION.c.asker.distinct())
    query = (
        select(func.min(QUESTION.c.words).label("words"), count.label("times"), people.label("people"))
        .where(QUESTION.c.at >= since, QUESTION.c.outcome.in_(list(outcomes)), QUESTION.c.folded != "")
        .group_by(QUESTION.c.folded)
        .having(count >= times)
        .order_by(count.desc(), func.min(QUESTION.c.number))
        .limit(20)
    )
    return tuple(FrequentQuestion(row.words, row.times, row.people) for row in await session.execute(query))


async def usage_since(session: Session, since: datetime) -> ModelUsage:
    """The total usage of models since then."""
    sums = [
        func.coalesce(func.sum(QUESTION.c[name]), 0).label(name) for name in ("tokens_in", "tokens_out", "cost_micros")
    ]
    row = (await session.execute(select(*sums).where(QUESTION.c.at >= since, QUESTION.c.model != ""))).one()
    return ModelUsage("", row.tokens_in, row.tokens_out, row.cost_micros)


async def forget_before(session: Session, moment: datetime) -> int:
    """Delete questions older than *moment*, and with them their handoffs."""
    return await affected(session, delete(QUESTION).where(QUESTION.c.at < moment))


async def that_name(session: Session, person: str, words: Collection[str]) -> tuple[Question, ...]:
    """The questions of others that name that person: by their id in the plan, or by one of *words*."""
    columns = [QUESTION.c[name] for name in ("number", "words", "understood_as", "plan", "other_readings")]
    rows = await session.execute(select(*columns).where(QUESTION.c.asker != person).order_by(QUESTION.c.number))
    numbers = [row.number for row in rows if _names(row, person, words)]
    naming = [await numbered(session, number) for number in numbers]
    return tuple(question for question in naming if question is not None)


def _names(row: Any, person: str, words: Collection[str]) -> bool:
    plans = f"{row.plan}\n{row.other_readings}"
    return json.dumps(person) in plans or mentions_any(f"{row.words}\n{row.understood_as}\n{plans}", words)


async def forget_person(session: Session, person: str, words: Collection[str]) -> int:
    """Delete that person's questions, and the words and the plan of others that name them; return how many of these.

    With the words go who was asked to answer, and the answer.
    """
    await session.execute(delete(QUESTION).where(QUESTION.c.asker == person))
    numbers = [question.number for question in await that_name(session, person, words)]
    blank = {"words": "", "folded": "", "understood_as": "", "plan": "", "other_readings": "", "canonical_plan": ""}
    for batch in batches(numbers):
        await session.execute(update(QUESTION).where(QUESTION.c.number.in_(batch)).values(**blank))
        await session.execute(delete(HANDOFF).where(HANDOFF.c.number.in_(batch)))
        await session.execute(delete(VERIFIED_ANSWER).where(VERIFIED_ANSWER.c.number.in_(batch)))
    return len(numbers)
