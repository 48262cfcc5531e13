"""Words -> plan -> one query with the audience inside it -> the answer, which is written down so that it has a number.

answered         something matched                none             understood, and there is nothing
clarify          several readings are offered     not_understood   said so, with examples

What a person answered before comes first; a model helps where ours is weak (see `modelled`), from the same items.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import structlog

from handlers import versions
from handlers.days import end_of, spoken
from handlers.errors import BadInput, NotFound
from handlers.feature import Asked
from handlers.questions import cards
from handlers.questions.debriefs import asks_about_tours, shared_debriefs
from handlers.questions.modelled import Helper
from handlers.questions.outcomes import Answer, Outcome
from handlers.questions.rules import (
    A_CHANGE,
    NOTHING,
    NotUnderstood,
    Unclear,
    Understanding,
    Understood,
    Unknown,
    describe,
    follow_up,
    leans,
    may_name_item,
    respelled,
    same_words,
    understand,
)
from handlers.questions.verified import known_answer
from handlers.toolbox import Toolbox
from integrations.ports.inbound import Reply
from storage import questions, revisions, roadmap, titles
from storage.directory import directory
from storage.store import Session, StoreProblem
from storage.values import Audience, Directory, Question, Revision, Titled, Wanted, plan_facts

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

MAX_LENGTH = 2000  # characters; a longer text is no question but a document
STILL_TALKING = timedelta(minutes=30)  # so long may a question lean on the one before


@dataclass(frozen=True, slots=True)
class Heard:
    """A question with all that reading it takes, looked up with the rights of whoever reads the reply."""

    words: str
    names: Directory
    newest: Revision
    titles: Sequence[Titled]
    understanding: Understanding


async def ask(box: Toolbox, asked: Asked) -> Reply:
    """`ask <anything>`: an exact answer from the published roadmap, for whoever reads the reply."""
    question = (asked.words.raw or asked.words.named.get("question", "")).strip()[:MAX_LENGTH]
    if not question:
        raise BadInput("Ask me something.", *cards.EXAMPLES_TO_ASK)
    async with box.store.reading() as session:
        heard = await _hear(session, asked, question)
        if heard is None:
            return _nothing_published()
        answer = await _answer(session, asked, heard)

    helper = Helper(box, box.language) if box.language else None
    if helper:
        answer = await _with_help(box, asked, heard, answer, helper)
    return await _signed(box, asked, question, answer, helper.usage if helper else questions.Usage())


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def _hear(session: Session, asked: Asked, question: str) -> Heard | None:
    """What *question* means; None while nothing was published."""
    newest = await revisions.latest(session)
    names = await directory(session)
    if newest is None:
        return None
    # Looked up with the rights of whoever reads the reply: a hidden title is no title.
    known = await titles.titled(session, question, asked.audience) if may_name_item(question) else ()
    found = await _leaning(session, asked, question, names, known)
    found = found or understand(question, names, asker=asked.person, today=asked.today, titles=known)
    return Heard(question, names, newest, known, found)


async def _leaning(
    session: Session, asked: Asked, question: str, names: Directory, known: Sequence[Titled]
) -> Understanding | None:
    """*question* as one that goes on from the last one of that person here; None when it stands alone."""
    if not leans(question, loosely=not asked.operator and (asked.where.direct or bool(asked.where.thread))):
        return None
    place = asked.place.id if asked.place else None
    since = asked.now - STILL_TALKING
    before = await questions.latest_in(session, asked.person.id, place, asked.where.thread, since)
    if before is None or before.plan is None or before.plan.wanted is Wanted.CAMPAIGN:
        return None
    return follow_up(question, before.plan, names, asker=asked.person, today=asked.today, titles=known)


# ── answering ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def _answer(session: Session, asked: Asked, heard: Heard) -> Answer:
    """The answer without a model's help."""
    found = heard.understanding
    if asks_about_tours(heard.words) and not isinstance(found, Understood):
        told = await shared_debriefs(session, heard.words)
        if told:
            card = cards.debriefs(told, heard.names.publicly())
            return Answer(Outcome.ANSWERED, heard.newest, heard.newest, card)
    by_person = await known_answer(session, asked.person, asked.audience, heard.words, found)
    if isinstance(found, Understood):
        answer = await carried_out(session, asked, heard, found)
    else:
        answer = _unanswered(found, heard)
    if by_person is None:
        return answer
    named = heard.names if asked.private else heard.names.publicly()
    return answer.told_by(by_person, cards.by_person(by_person, named))


def _unanswered(found: Unclear | Unknown | NotUnderstood, heard: Heard) -> Answer:
    newest = heard.newest
    match found:
        case Unclear():
            told = [{"noun": c.noun, "key": c.key, "name": c.name, "words": c.words} for c in found.candidates]
            return Answer(Outcome.CLARIFY, newest, newest, cards.unclear(found), candidates=told)
        case Unknown():
            return Answer(Outcome.NONE, newest, newest, cards.unknown(found, newest))
        case NotUnderstood():
            return Answer(Outcome.NOT_UNDERSTOOD, newest, newest, cards.not_understood(found))


async def carried_out(session: Session, asked: Asked, heard: Heard, understood: Understood) -> Answer:
    """What the store says to a question that was understood."""
    newest, names = heard.newest, heard.names
    try:
        then, number = await _version(session, understood, newest)
    except NotFound as too_early:
        card = cards.too_early(too_early.text, newest)
        return Answer(Outcome.NONE, newest, newest, card, understood=understood, plan=understood.plan)
    if number is not None:
        # Dates of campaigns are part of history: "before the launch" means the launch as it was planned then.
        names = await directory(session, number)
        again = understand(heard.words, names, asker=asked.person, today=asked.today, titles=heard.titles)
        understood = again if isinstance(again, Understood) else understood
    plan = replace(understood.plan, as_of=number, today=asked.today)
    return await from_plan(session, replace(understood, plan=plan), asked, (then, newest), names)


async def from_plan(
    session: Session,
    understood: Understood,
    asked: Asked,
    versions_: tuple[Revision, Revision],
    names: Directory,
    audience: Audience | None = None,
) -> Answer:
    """Carry out a finished plan: for *audience* when that is not whoever asked. *versions_* are that of then, and the newest."""
    then, newest = versions_
    plan = understood.plan
    readers = audience or asked.audience
    found = await roadmap.matching(session, plan, readers, show=cards.SHOWN)
    if plan.words and not found.keys and not plan.keys:
        meant = respelled(plan.words, await titles.title_words(session, readers, plan.as_of))
        if meant:
            plan = replace(plan, words=meant)
            understood = replace(understood, plan=plan, said=describe(plan, names, aspect=understood.aspect))
            found = await roadmap.matching(session, plan, readers, show=cards.SHOWN)
    about_campaign = plan.wanted is Wanted.CAMPAIGN
    outcome = Outcome.ANSWERED if found.keys or about_campaign else Outcome.NONE
    named = names if asked.private and audience is None else names.publicly()
    keys = () if about_campaign else found.keys
    card = cards.answer(understood, found.items, len(found.keys), named, asked.today, then, newest)
    return Answer(
        outcome, then, newest, card, understood=understood, plan=plan, items=found.items, keys=keys, names=named
    )


async def _version(session: Session, understood: Understood, newest: Revision) -> tuple[Revision, int | None]:
    """The version to answer from, and its number unless it is the current one. Raises NotFound."""
    match understood.as_of:
        case None:
            return newest, None
        case date() as day:
            then = await versions.on(session, end_of(day), spoken(day))
        case int() as number:
            then = await versions.published(session, number)
    return then, None if then.number == newest.number else then.number


# ── a model's help ───────────────────────────────────────────────────────────────────────────────────────────────────


async def _with_help(box: Toolbox, asked: Asked, heard: Heard, answer: Answer, helper: Helper) -> Answer:
    """*answer*, or a better one: a plan where we had none, sentences where we had lines. Never other items."""
    found = heard.understanding
    if isinstance(found, NotUnderstood) and answer.verified is None and found.reason not in (A_CHANGE, NOTHING):
        understood = await helper.plan(heard.words, heard.names, asked.person, asked.today)
        if understood is None:
            return answer
        async with box.store.reading() as session:
            answer = await from_plan(session, understood, asked, (heard.newest, heard.newest), heard.names)
    if answer.understood is None or not answer.items or answer.names is None:
        return answer
    told = await helper.word(heard.words, answer.items, answer.names, asked.today)
    return answer.worded(cards.prose(told)) if told else answer


# ── writing down ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def _signed(box: Toolbox, asked: Asked, words: str, answer: Answer, usage: questions.Usage) -> Reply:
    """*answer* under its number, with what can be done about it. One that cannot be written down is given all the same."""
    asking = Question(
        number=0,
        asker=asked.person.id,
        words=words,
        folded=same_words(words),
        outcome=str(answer.outcome),
        at=asked.now,
        place=asked.place.id if asked.place else None,
        thread=asked.where.thread,
        said=answer.understood.said if answer.understood else "",
        aspect=answer.understood.aspect if answer.understood else "",
        plan=answer.plan,
        keys=answer.keys,
        revision=answer.revision.number,
    )
    try:
        async with box.store.transaction() as session:
            number = await questions.keep(session, asking, usage)
    except StoreProblem as problem:
        log.warning("a question was not written down", action="ask.not_kept", reason=str(problem))
        return Reply(answer.card, asked.private, answer.facts)
    name = f"Q{number}"
    card = cards.signed(answer, name, in_room=not asked.where.direct)
    return Reply(card, asked.private, {**answer.facts, "question": name})


def _nothing_published() -> Reply:
    facts: dict[str, Any] = {
        "outcome": str(Outcome.NONE), "items": [], "revision": None, "as_of": "", "plan": {}, "candidates": [],
    }  # fmt: skip
    return Reply(cards.nothing_published(), facts=facts)


__all__ = ["Outcome", "ask", "plan_facts"]
