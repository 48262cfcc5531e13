"""The pipeline of a question: parse, answer, improve with a language model, save."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

import structlog

from handlers.context import AppContext, Request
from handlers.errors import NotFound
from handlers.questions import cards
from handlers.questions.queries import asks_about_tours, examples_to_ask, shared_debriefs, verified_answer_to
from handlers.questions.rules import follow_up
from handlers.questions.rules.follow_up import is_follow_up
from handlers.questions.rules.other_reading_cards import with_other_readings
from handlers.questions.rules.outcome import Answer, Outcome
from handlers.questions.rules.public_names import for_room
from handlers.questions.rules.reading import NOTHING_ASKED, understand
from handlers.questions.rules.title_words import content_pairs, content_stems
from handlers.questions.rules.tokens import normalised
from handlers.questions.rules.told_by_form import told_by_form
from handlers.questions.rules.understanding import (
    NotUnderstood,
    Requested,
    Unclear,
    Understanding,
    Understood,
    UnknownName,
)
from handlers.questions.workflow.llm import ModelSession, verdict_of, wants_prose
from handlers.questions.workflow.offers import answer_request
from handlers.questions.workflow.people_asked import answer_who_is
from handlers.questions.workflow.plan_answer import answer_from_plan
from handlers.questions.workflow.second_reading import ask_back, asked_question, second_reading
from handlers.shared import lookup
from handlers.shared.rules.dates import end_of_day, format_day
from integrations.ports.inbound import Reply
from storage import questions, revisions, title_search
from storage.directory import directory
from storage.store import Session, StoreProblem
from storage.values.company import Directory
from storage.values.questions import AnswerType, ItemTitle, OtherReading, Question
from storage.values.roadmap import Revision

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
LONG_QUESTION = 400  # characters
FOLLOW_UP_WITHIN = timedelta(minutes=30)  # how long a question can be followed up


@dataclass(frozen=True, slots=True)
class ParsedQuestion:
    """A parsed question with what it was parsed against. Titles are limited to what all readers may see."""

    words: str
    names: Directory
    newest: Revision
    titles: Sequence[ItemTitle]
    understanding: Understanding
    titled: frozenset[str] = frozenset()  # the words of it that occur in titles and tags
    is_reread: bool = False  # the understanding is not what `understand` makes of the words alone


async def parse(session: Session, request: Request, question: str) -> ParsedQuestion | None:
    """Parse *question*; None while nothing is published."""
    newest = await revisions.latest(session)
    names = await directory(session)
    if newest is None:
        return None
    # Limited to the audience of the reply, so that nobody can probe for hidden titles.
    titles = await title_search.titles_in(session, question, request.audience)
    told = told_by_form(question, names_item=bool(titles))
    understood = told or await as_follow_up(session, request, question, names, titles)
    if understood is not None:
        return ParsedQuestion(question, names, newest, titles, understood, is_reread=True)
    titled = await _words_of_titles(session, request, question)
    read = partial(_read, request, question, names, titles, titled)
    # A text of thousands of characters takes a tenth of a second, in which the event loop serves others.
    understanding = await asyncio.to_thread(read) if len(question) > LONG_QUESTION else read()
    return ParsedQuestion(question, names, newest, titles, understanding, titled)


async def _words_of_titles(session: Session, request: Request, question: str) -> frozenset[str]:
    """What `understand` is told of the words of titles and tags; two queries, so not for what is told by its form."""
    end = question[-LONG_QUESTION:]
    words = await title_search.known_words(session, content_stems(end), question, request.audience)
    return words | await title_search.known_pairs(session, content_pairs(end, words), request.audience)


def _read(
    request: Request, question: str, names: Directory, titles: Sequence[ItemTitle], titled: frozenset[str]
) -> Understanding:
    return understand(question, names, asker=request.person, today=request.today, titles=titles, titled=titled)


async def as_follow_up(
    session: Session, request: Request, question: str, names: Directory, titles: Sequence[ItemTitle]
) -> Understanding | None:
    """Read *question* as a follow-up to the person's last one in this conversation; None if it is not.

    A public one follows a public one only: the plan of a private question may hold what others here may not know.
    """
    if not is_follow_up(
        question, loosely=not request.operator and (request.where.direct or bool(request.where.thread))
    ):
        return None
    place = request.place.id if request.place else None
    since = request.now - FOLLOW_UP_WITHIN
    before = await questions.latest_in(
        session, request.person.id, place, request.where.thread, since, only_public=not request.private
    )
    if before is None or before.plan is None or before.plan.wanted is AnswerType.CAMPAIGN:
        return None
    return follow_up(question, before.plan, names, asker=request.person, today=request.today, titles=titles)


async def answer_parsed(session: Session, request: Request, parsed: ParsedQuestion) -> Answer:
    """The answer without a language model."""
    understanding = parsed.understanding
    if isinstance(understanding, Requested):
        return await answer_request(session, request, parsed.words, parsed.names, parsed.titles, parsed.newest)
    if asks_about_tours(parsed.words) and not isinstance(understanding, Understood) and not _is_with_outsiders(request):
        debriefs = await shared_debriefs(session, parsed.words)
        if debriefs:
            card = cards.debriefs(debriefs, parsed.names.with_public_names())
            return Answer(Outcome.ANSWERED, parsed.newest, parsed.newest, card)
    if not isinstance(understanding, Unclear):
        about_people = await answer_who_is(session, request, parsed.words, parsed.names, parsed.newest)
        if about_people:
            return about_people
    if isinstance(understanding, Understood):
        answer = await execute(session, request, parsed, understanding)
    elif isinstance(understanding, Unclear | UnknownName | NotUnderstood):
        answer = await _unanswered(session, request, understanding, parsed)
    else:
        answer = await _unanswered(session, request, NotUnderstood("that is no question about the roadmap"), parsed)
    if _is_with_outsiders(request):  # what colleagues wrote to each other stays in the company
        return answer
    by_person = await verified_answer_to(session, request.person, request.audience, parsed.words, answer)
    if by_person is None:
        return answer
    named = parsed.names if request.private else parsed.names.with_public_names()
    return answer.with_verified(by_person, cards.verified_blocks(by_person, named))


def _is_with_outsiders(request: Request) -> bool:
    """Whether people of another organisation read the reply."""
    return not request.private and request.place is not None and request.place.external


async def _unanswered(
    session: Session, request: Request, result: Unclear | UnknownName | NotUnderstood, parsed: ParsedQuestion
) -> Answer:
    newest = parsed.newest
    if not request.private:
        result = for_room(result, parsed.names, outsiders=_is_with_outsiders(request))
    match result:
        case Unclear():
            candidates = [{"noun": c.noun, "key": c.key, "name": c.name, "words": c.words} for c in result.candidates]
            return Answer(Outcome.CLARIFY, newest, newest, cards.unclear(result), candidates=candidates)
        case UnknownName():
            examples = () if result.near else await examples_to_ask(session, request.audience)
            return Answer(Outcome.NONE, newest, newest, cards.unknown(result, newest, "".join(examples[:1])))
        case NotUnderstood():
            card = cards.not_understood(result, await examples_to_ask(session, request.audience))
            return Answer(Outcome.NOT_UNDERSTOOD, newest, newest, card)


async def execute(session: Session, request: Request, parsed: ParsedQuestion, understood: Understood) -> Answer:
    """Answer a question that was understood, from the version that it asks about."""
    newest, names = parsed.newest, parsed.names
    try:
        then, number = await _version(session, understood, newest)
    except NotFound as too_early:
        card = cards.too_early(too_early.text, newest)
        return Answer(Outcome.NONE, newest, newest, card, understood=understood, plan=understood.plan)
    if number is not None:
        # Campaign dates change: in a question about the past, "before the launch" uses the dates planned at that time.
        names = await directory(session, number)
        if not parsed.is_reread:
            again = _read(request, parsed.words, names, parsed.titles, parsed.titled)
            understood = again if isinstance(again, Understood) else understood
    plan = replace(understood.plan, as_of=number, today=request.today)
    return await answer_from_plan(session, replace(understood, plan=plan), request, (then, newest), names)


async def _version(session: Session, understood: Understood, newest: Revision) -> tuple[Revision, int | None]:
    """The version to answer from, and its number unless it is the newest. Raises NotFound."""
    match understood.as_of:
        case None:
            return newest, None
        case date() as day:
            then = await lookup.revision_at(session, end_of_day(day), format_day(day))
        case int() as number:
            then = await lookup.published_revision(session, number)
    return then, None if then.number == newest.number else then.number


async def improve_with_model(
    ctx: AppContext, request: Request, parsed: ParsedQuestion, answer: Answer, helper: ModelSession
) -> Answer:
    """*answer* with the model's help: a second reading of the question, and sentences above the items."""
    ours = parsed.understanding
    asked = await asked_question(ctx, request, parsed.words, parsed.names, ours)
    is_closed = isinstance(ours, NotUnderstood) and ours.reason == NOTHING_ASKED
    # A follow-up is understood from the question before it, which the model does not know.
    if answer.verified is None and not parsed.is_reread and not is_closed:
        agreement = await second_reading(helper, request, asked, ours)
        if agreement.asks_back:
            return ask_back(agreement, request, parsed.names, parsed.newest)
        if agreement.understanding is not ours:
            reread = replace(parsed, understanding=agreement.understanding, is_reread=True)
            async with ctx.store.reading() as session:
                answer = await answer_parsed(session, request, reread)
        answer = replace(answer, other_readings=agreement.others)
    if not wants_prose(answer) or answer.names is None:
        return answer
    verdict = verdict_of(answer.understood, answer.items)
    sentences = await helper.word(asked, answer.items, answer.names, verdict=verdict)
    return answer.with_prose(cards.prose(sentences)) if sentences else answer


async def save(ctx: AppContext, request: Request, words: str, answer: Answer, usage: questions.ModelUsage) -> Reply:
    """Save the answer and reply with its number and buttons. If saving fails, reply without them."""
    if answer.is_complete:
        return Reply(answer.card, request.private, answer.facts)
    asking = Question(
        number=0,
        asker=request.person.id,
        words=words,
        folded=normalised(words),
        outcome=str(answer.outcome),
        at=request.now,
        place=request.place.id if request.place else None,
        thread=request.where.thread,
        is_public=not request.private,
        understood_as=answer.understood.description if answer.understood else "",
        aspect=answer.understood.aspect if answer.understood else "",
        plan=answer.plan,
        keys=answer.keys,
        revision=answer.revision.number,
        other_readings=tuple(
            OtherReading(reading.plan, reading.aspect, reading.as_of) for reading in answer.other_readings
        ),
    )
    try:
        async with ctx.store.transaction() as session:
            number = await questions.save(session, asking, usage)
    except StoreProblem as problem:
        log.warning("question not saved", action="ask.not_kept", reason=str(problem))
        return Reply(answer.card, request.private, answer.facts)
    name = f"Q{number}"
    card = with_other_readings(
        cards.with_actions(answer, name, in_room=not request.where.direct),
        answer.other_readings,
        name,
        asks_back=answer.outcome is Outcome.CLARIFY,
    )
    return Reply(card, request.private, {**answer.facts, "question": name})
