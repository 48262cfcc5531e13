"""Answer a question again, by the reading that was offered as a button."""

from __future__ import annotations

from dataclasses import replace

from handlers.context import AppContext, Request
from handlers.errors import BadInput, NotFound
from handlers.questions.rules.plan_description import describe
from handlers.questions.rules.understanding import Understood
from handlers.questions.workflow.pipeline import ParsedQuestion, execute, save
from handlers.shared.known_questions import readable_question, records_refusals
from integrations.ports.inbound import Reply
from storage import questions, revisions
from storage.directory import directory
from storage.store import Session
from storage.values.questions import OtherReading, Question


@records_refusals
async def other_reading(ctx: AppContext, request: Request) -> Reply:
    """`other reading Q17 [2]`: the answer to another reading of that question, under a number of its own."""
    number, *rest = request.args.positional or ("",)
    async with ctx.store.reading() as session:
        question = await readable_question(session, request, number)
        # A private question's readings may name what others in the room may not know.
        request = request if question.is_public else replace(request, private=True)
        reading = _chosen(question, rest)
        parsed, understood = await _parsed(session, question, reading)
        answer = await execute(session, request, parsed, understood)
    return await save(ctx, request, question.words, answer, questions.ModelUsage())


def _chosen(question: Question, rest: list[str]) -> OtherReading:
    place = rest[0] if rest else "1"
    if len(rest) > 1 or not place.isdecimal():
        raise BadInput("Give the question's number, and which reading.", f"other reading {question.name} 2")
    if not 0 < int(place) <= len(question.other_readings):
        raise NotFound(f"{question.name} has no such reading. Ask it in other words.", "questions")
    return question.other_readings[int(place) - 1]


async def _parsed(session: Session, question: Question, reading: OtherReading) -> tuple[ParsedQuestion, Understood]:
    newest = await revisions.latest(session)
    if newest is None:
        raise NotFound("Nothing is published now.", "current")
    names = await directory(session)
    description = describe(reading.plan, names, aspect=reading.aspect)
    understood = Understood(reading.plan, description, reading.as_of, reading.aspect)
    return ParsedQuestion(question.words, names, newest, (), understood, is_reread=True), understood
