"""Words -> plan -> one query with the audience inside it -> the answer. Nothing here writes.

answered         something matched                none             understood, and there is nothing
clarify          several readings are offered     not_understood   said so, with examples
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date
from enum import StrEnum
from typing import Any

from handlers import versions
from handlers.days import end_of, spoken
from handlers.errors import BadInput, NotFound
from handlers.feature import Asked
from handlers.questions import cards
from handlers.questions.rules import (
    NotUnderstood,
    Unclear,
    Understood,
    Unknown,
    may_name_item,
    understand,
)
from handlers.toolbox import Toolbox
from integrations.ports.inbound import Reply
from storage import revisions, roadmap, titles
from storage.directory import directory
from storage.store import Session
from storage.values import Directory, Period, Plan, Revision, Titled, Wanted

MAX_LENGTH = 2000  # characters; a longer text is no question but a document


class Outcome(StrEnum):
    """The four ways in which a question ends; never silence, never a guess."""

    ANSWERED = "answered"
    NONE = "none"
    CLARIFY = "clarify"
    NOT_UNDERSTOOD = "not_understood"


async def ask(box: Toolbox, asked: Asked) -> Reply:
    """`ask <anything>`: an exact answer from the published roadmap, for whoever reads the reply."""
    question = (asked.words.raw or asked.words.named.get("question", "")).strip()[:MAX_LENGTH]
    if not question:
        raise BadInput("Ask me something.", *cards.EXAMPLES_TO_ASK)
    async with box.store.reading() as session:
        newest = await revisions.latest(session)
        names = await directory(session)
        # Looked up with the rights of whoever reads the reply: a hidden title is no title.
        known = await titles.titled(session, question, asked.audience) if may_name_item(question) else ()
        understood = understand(question, names, asker=asked.person, today=asked.today, titles=known)
        if newest is None:
            return _nothing_published(understood)
        if isinstance(understood, Understood):
            return await _answer(session, asked, question, understood, newest, names, known)

    match understood:
        case Unclear():
            card = cards.unclear(understood)
            told = [{"noun": c.noun, "key": c.key, "name": c.name, "words": c.words} for c in understood.candidates]
            return Reply(card, asked.private, _facts(Outcome.CLARIFY, newest, candidates=told))
        case Unknown():
            return Reply(cards.unknown(understood, newest), asked.private, _facts(Outcome.NONE, newest))
        case NotUnderstood():
            return Reply(cards.not_understood(understood), asked.private, _facts(Outcome.NOT_UNDERSTOOD, newest))


async def _answer(
    session: Session,
    asked: Asked,
    question: str,
    understood: Understood,
    newest: Revision,
    names: Directory,
    known: Sequence[Titled],
) -> Reply:
    try:
        then, number = await _version(session, understood, newest)
    except NotFound as too_early:
        return Reply(
            cards.too_early(too_early.text, newest), asked.private, _facts(Outcome.NONE, newest, understood.plan)
        )
    if number is not None:
        # Dates of campaigns are part of history: "before the launch" means the launch as it was planned then.
        names = await directory(session, number)
        again = understand(question, names, asker=asked.person, today=asked.today, titles=known)
        understood = again if isinstance(again, Understood) else understood
    plan = replace(understood.plan, as_of=number, today=asked.today)
    found = await roadmap.matching(session, plan, asked.audience, show=cards.SHOWN)

    about_campaign = plan.wanted is Wanted.CAMPAIGN
    outcome = Outcome.ANSWERED if found.keys or about_campaign else Outcome.NONE
    named = names if asked.private else names.publicly()
    card = cards.answer(understood, found.items, len(found.keys), named, asked.today, then, newest)
    items = [] if about_campaign else list(found.keys)
    return Reply(card, asked.private, _facts(outcome, then, plan, items))


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


def _facts(
    outcome: Outcome,
    revision: Revision,
    plan: Plan | None = None,
    items: list[str] | None = None,
    candidates: list[dict[str, str]] | None = None,
) -> dict[str, Any]:
    published = revision.published_at.isoformat() if revision.published_at else ""
    return {
        "outcome": str(outcome),
        "items": items or [],
        "revision": revision.number,
        "as_of": published,
        "plan": plan_facts(plan) if plan else {},
        "candidates": candidates or [],
    }


def _nothing_published(understood: object) -> Reply:
    outcome = Outcome.NOT_UNDERSTOOD if isinstance(understood, NotUnderstood) else Outcome.NONE
    facts: dict[str, Any] = {
        "outcome": str(outcome),
        "items": [],
        "revision": None,
        "as_of": "",
        "plan": {},
        "candidates": [],
    }
    return Reply(cards.nothing_published(), facts=facts)


def plan_facts(plan: Plan) -> dict[str, Any]:
    """The plan as JSON data, without what it leaves open."""
    blank = Plan()
    told = {f.name: getattr(plan, f.name) for f in fields(plan) if getattr(plan, f.name) != getattr(blank, f.name)}
    return {name: _plain(value) for name, value in told.items()}


def _plain(value: object) -> Any:
    match value:
        case Period(first=first, last=last):
            return {"first": first and first.isoformat(), "last": last and last.isoformat()}
        case frozenset():
            return sorted(str(each) for each in value)
        case tuple():
            return [str(each) for each in value]
        case date():
            return value.isoformat()
        case StrEnum():
            return str(value)
        case _:
            return value
