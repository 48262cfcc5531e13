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
from handlers.questions.rules.outcome import Answer, Outcome
from handlers.questions.rules.plan import A_CHANGE, NOTHING, understand
from handlers.questions.rules.plan_description import describe
from handlers.questions.rules.public_names import for_room, names_hidden_person
from handlers.questions.rules.title_spelling import correct_title_words
from handlers.questions.rules.tokens import normalised
from handlers.questions.rules.understanding import NotUnderstood, Unclear, Understanding, Understood, UnknownName
from handlers.questions.rules.whole_titles import may_name_item
from handlers.questions.workflow.llm import ModelSession
from handlers.shared import lookup
from handlers.shared.rules.dates import end_of_day, format_day
from integrations.ports.inbound import Reply
from storage import item_queries, questions, revisions, title_search
from storage.directory import directory
from storage.store import Session, StoreProblem
from storage.values.company import Audience, Directory
from storage.values.questions import AnswerType, ItemTitle, Question
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


async def parse(session: Session, request: Request, question: str) -> ParsedQuestion | None:
    """Parse *question*; None while nothing is published."""
    newest = await revisions.latest(session)
    names = await directory(session)
    if newest is None:
        return None
    # Limited to the audience of the reply, so that nobody can probe for hidden titles.
    titles = await title_search.titles_in(session, question, request.audience) if may_name_item(question) else ()
    understanding = await as_follow_up(session, request, question, names, titles)
    if understanding is None:
        read = partial(understand, question, names, asker=request.person, today=request.today, titles=titles)
        # A text of thousands of characters takes a tenth of a second, in which the event loop serves others.
        understanding = await asyncio.to_thread(read) if len(question) > LONG_QUESTION else read()
    return ParsedQuestion(question, names, newest, titles, understanding)


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
    if asks_about_tours(parsed.words) and not isinstance(understanding, Understood) and not _is_with_outsiders(request):
        debriefs = await shared_debriefs(session, parsed.words)
        if debriefs:
            card = cards.debriefs(debriefs, parsed.names.with_public_names())
            return Answer(Outcome.ANSWERED, parsed.newest, parsed.newest, card)
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
            return Answer(Outcome.NONE, newest, newest, cards.unknown(result, newest))
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
        again = understand(parsed.words, names, asker=request.person, today=request.today, titles=parsed.titles)
        understood = again if isinstance(again, Understood) else understood
    plan = replace(understood.plan, as_of=number, today=request.today)
    return await answer_from_plan(session, replace(understood, plan=plan), request, (then, newest), names)


async def answer_from_plan(
    session: Session,
    understood: Understood,
    request: Request,
    versions: tuple[Revision, Revision],
    names: Directory,
    audience: Audience | None = None,
) -> Answer:
    """Run the query of a finished plan.

    *versions* are the one to read and the newest one. *audience*: the readers, if they are not those of the request.
    """
    then, newest = versions
    plan = understood.plan
    readers = audience or request.audience
    matches = await item_queries.matching(session, plan, readers, show=cards.SHOWN)
    if plan.words and not matches.keys and not plan.keys:
        meant = correct_title_words(plan.words, await title_search.title_words(session, readers, plan.as_of))
        if meant:
            plan = replace(plan, words=meant)
            understood = replace(understood, plan=plan, description=describe(plan, names, aspect=understood.aspect))
            matches = await item_queries.matching(session, plan, readers, show=cards.SHOWN)
    is_public = audience is not None or not request.private
    if is_public and names_hidden_person(plan, names):
        described = describe(plan, names.with_public_names(), aspect=understood.aspect)
        understood = replace(understood, description=described)
    about_campaign = plan.wanted is AnswerType.CAMPAIGN
    outcome = Outcome.ANSWERED if matches.keys or about_campaign else Outcome.NONE
    named = names.with_public_names() if is_public else names
    keys = () if about_campaign else matches.keys
    card = cards.answer(understood, matches.items, len(matches.keys), named, request.today, then, newest)
    return Answer(
        outcome, then, newest, card, understood=understood, plan=plan, items=matches.items, keys=keys, names=named
    )


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
    """*answer* with the model's help: a plan if the parser found none, and sentences above the items."""
    understanding = parsed.understanding
    if (
        isinstance(understanding, NotUnderstood)
        and answer.verified is None
        and understanding.reason not in (A_CHANGE, NOTHING)
    ):
        understood = await helper.plan(parsed.words, parsed.names, request.person, request.today)
        if understood is None:
            return answer
        async with ctx.store.reading() as session:
            answer = await answer_from_plan(session, understood, request, (parsed.newest, parsed.newest), parsed.names)
    if answer.understood is None or not answer.items or answer.names is None:
        return answer
    sentences = await helper.word(parsed.words, answer.items, answer.names, request.today)
    return answer.with_prose(cards.prose(sentences)) if sentences else answer


async def save(ctx: AppContext, request: Request, words: str, answer: Answer, usage: questions.ModelUsage) -> Reply:
    """Save the answer and reply with its number and buttons. If saving fails, reply without them."""
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
    )
    try:
        async with ctx.store.transaction() as session:
            number = await questions.save(session, asking, usage)
    except StoreProblem as problem:
        log.warning("question not saved", action="ask.not_kept", reason=str(problem))
        return Reply(answer.card, request.private, answer.facts)
    name = f"Q{number}"
    card = cards.with_actions(answer, name, in_room=not request.where.direct)
    return Reply(card, request.private, {**answer.facts, "question": name})
