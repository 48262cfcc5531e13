"""The commands handoff, answer, pass on, dismiss and questions."""

from __future__ import annotations

from dataclasses import replace

from handlers.context import AppContext, Request
from handlers.errors import BadInput, NotAllowed, NotFound, Refusal
from handlers.handoff import ANSWER_USAGE, HANDOFF_USAGE, cards, rules
from handlers.handoff.notices import ANSWERED, DISMISSED, MOVED, notify_person
from handlers.handoff.queries import next_person, topic_of
from handlers.handoff.rules import Route, may_answer
from handlers.handoff.workflow import assign, mark_unanswered
from handlers.shared.arguments import given_once
from handlers.shared.audited_transaction import write
from handlers.shared.lookup import person_named, question_numbered
from integrations.ports.inbound import Reply
from storage import handoffs, questions, revisions, roadmap
from storage.directory import directory
from storage.store import Session
from storage.values.company import Directory, Permission, Person
from storage.values.plan_json import canonical_plan
from storage.values.questions import Handoff, HandoffState, Question, VerifiedAnswer


async def handoff(ctx: AppContext, request: Request) -> Reply:
    """`handoff Q17 [@bo]`: ask the person who is likely to know, or the one named."""
    number, *name_words = request.args.positional or ("",)
    async with write(ctx, request) as session:
        names = await directory(session)
        question = await question_numbered(session, number)
        _check_is_mine(request, question)
        before = await handoffs.of_question(session, question.number)
        if before and before.state is HandoffState.WAITING and not name_words:
            return Reply(
                cards.handed_off(question, _name(names, before.assignee), waits=True),
                facts=_facts(question, before, names),
            )
        if name_words:
            person = await _somebody_else(session, request, names, *name_words)
            route: Route | None = Route(person.id, f"{request.person.name or 'the asker'} named you")
        else:
            route = await next_person(ctx, session, question, before.tried if before else (), names)
        if route is None:
            if before:
                await mark_unanswered(ctx, session, question, before, request.now)
            return Reply(cards.nobody_left(question), facts=_facts(question, before, names), exit=1)
        assigned = await assign(ctx, session, question, route, before, request.now)
    return Reply(cards.handed_off(question, _name(names, assigned.assignee)), facts=_facts(question, assigned, names))


def _check_is_mine(request: Request, question: Question) -> None:
    if question.asker != request.person.id and not request.person.permission.covers(Permission.ADMIN):
        raise NotAllowed(
            f"{question.name} is somebody else's question; ask it yourself, and hand on your own.",
            f"ask {question.words}",
        )


async def _somebody_else(session: Session, request: Request, names: Directory, *typed: str) -> Person:
    person = await person_named(session, request, names, *typed)
    if person.id == request.person.id:
        raise Refusal("That is you. Name somebody else.", HANDOFF_USAGE)
    return person


def _name(names: Directory, person: str) -> str:
    return names.name_of(person) or "Somebody who left"


def _facts(question: Question, handoff: Handoff | None, names: Directory) -> dict[str, object]:
    return {
        "question": question.name,
        "state": str(handoff.state) if handoff else "",
        "asked": names.email_of(handoff.assignee) if handoff else "",
        "why": handoff.reason if handoff else "",
    }


async def answer(ctx: AppContext, request: Request) -> Reply:
    """`answer Q17 "…"`: send the answer to the asker and keep it for others. Without a text, open a form."""
    number, *rest = request.args.positional or ("",)
    words = given_once(request, ["text"], " ".join(rest))
    if not words:
        return await _answer_form(ctx, request, number)
    if len(words) > cards.MOST_TEXT:
        raise BadInput(
            f"An answer has at most {cards.MOST_TEXT:,} characters; this one has {len(words):,}.", ANSWER_USAGE
        )
    async with write(ctx, request) as session:
        names = await directory(session)
        question, handoff = await _answerable_question(session, request, number)
        saved = await _saved_answer(session, request, names, question, words)
        asked_at = handoff.asked_at if handoff else request.now
        before = handoff or Handoff(question.number, request.person.id, "", request.now, asked_at)
        await handoffs.save(session, replace(before, assignee=request.person.id, state=HandoffState.ANSWERED))
        await notify_person(
            ctx, session, ANSWERED, question, question.asker, key=f"{question.name}:{saved.id}", at=request.now
        )
    facts = {"question": question.name, "keys": list(saved.keys), "campaigns": list(saved.campaigns)}
    return Reply(cards.answer_saved(question, saved, names), facts=facts)


async def _answer_form(ctx: AppContext, request: Request, number: str) -> Reply:
    async with ctx.store.reading() as session:
        names = await directory(session)
        question, _ = await _answerable_question(session, request, number)
    asker = names.person.get(question.asker)
    team = names.team[asker.team].name if asker and asker.team in names.team else ""
    form = cards.answer_form(question, asker.name if asker else "The asker", team)
    return Reply(cards.form_opened(form), form=form, facts={"question": question.name})


async def _answerable_question(session: Session, request: Request, number: str) -> tuple[Question, Handoff | None]:
    """The question and its handoff, if the person may answer it. Raises NotFound, NotAllowed."""
    question = await question_numbered(session, number)
    handoff = await handoffs.of_question(session, question.number)
    if not may_answer(request.person, handoff, is_admin=request.person.permission.covers(Permission.ADMIN)):
        raise NotAllowed(
            f"{question.name} was not put to you. Whoever was asked, bridge persons and admins may answer.",
            "questions open",
        )
    return question, handoff


async def _saved_answer(
    session: Session, request: Request, names: Directory, question: Question, words: str
) -> VerifiedAnswer:
    topic = await topic_of(session, question, names)
    known_keys = [item.key for item in topic.items] + await _keys_in(session, request, words)
    keys = rules.supporting_keys(question.keys, words, known_keys)
    asker = names.person.get(question.asker)
    only_team = request.args.named.get("for") == cards.TEAM or request.args.has("team")
    newest = await revisions.latest(session)
    answer = VerifiedAnswer(
        id=0,
        number=question.number,
        words=question.words,
        text=words,
        by=request.person.id,
        at=request.now,
        revision=newest.number if newest else None,
        keys=keys,
        campaigns=tuple(campaign.key for campaign in topic.campaigns),
        asker=question.asker,
        visible_to=(asker.team,) if only_team and asker and asker.team else (),
    )
    number = await handoffs.save_answer(
        session,
        answer,
        folded=question.folded,
        canonical_plan=canonical_plan(question.plan) if question.plan else "",
    )
    return replace(answer, id=number)


async def _keys_in(session: Session, request: Request, words: str) -> list[str]:
    """The keys of items that *words* mention and the person answering may see."""
    parts = {part.strip(".,;:!?()").upper(): part for part in words.split() if "-" in part}
    keys = []
    for part in parts.values():
        item = await roadmap.item(session, part.strip(".,;:!?()\"'"), request.person.audience)
        keys += [item.key] if item else []
    return keys


async def pass_on(ctx: AppContext, request: Request) -> Reply:
    """`pass on Q17 @bo`: ask somebody else instead."""
    number, *name_words = request.args.positional or ("",)
    to = given_once(request, ["to"], " ".join(name_words))
    if not to:
        async with ctx.store.reading() as session:
            question, _ = await _answerable_question(session, request, number)
        form = cards.pass_on_form(question)
        return Reply(cards.form_opened(form), form=form)
    async with write(ctx, request) as session:
        names = await directory(session)
        question, handoff = await _answerable_question(session, request, number)
        person = await _somebody_else(session, request, names, to)
        route = Route(person.id, f"{request.person.name or 'a colleague'} thinks that you know")
        assigned = await assign(ctx, session, question, route, handoff, request.now)
        await notify_person(
            ctx, session, MOVED, question, question.asker, key=f"{question.name}:{person.id}", at=request.now
        )
    return Reply(cards.passed_on(question, _name(names, person.id)), facts=_facts(question, assigned, names))


async def dismiss(ctx: AppContext, request: Request) -> Reply:
    """`dismiss Q17`: decline to answer, and notify the asker."""
    async with write(ctx, request) as session:
        question, handoff = await _answerable_question(session, request, request.args.first())
        if handoff is None or handoff.state is not HandoffState.WAITING:
            raise NotFound(f"{question.name} does not wait for anybody.", "questions open")
        dismissed = replace(handoff, assignee=request.person.id, state=HandoffState.DISMISSED)
        await handoffs.save(session, dismissed)
        key = f"{question.name}:{request.person.id}:{len(handoff.tried)}"
        await notify_person(ctx, session, DISMISSED, question, question.asker, key=key, at=request.now)
        names = await directory(session)
    return Reply(cards.dismissal_noted(question), facts=_facts(question, dismissed, names))


async def list_questions(ctx: AppContext, request: Request) -> Reply:
    """`questions [mine|open]`: the person's questions, or those waiting for them (for bridges and admins: all that wait)."""
    which = request.args.first("mine").casefold()
    if which not in {"mine", "open"}:
        raise BadInput(f"“{which}” is neither mine nor open.", "questions mine", "questions open")
    async with ctx.store.reading() as session:
        names = await directory(session)
        rows = await (_mine(session, request) if which == "mine" else _open(session, request))
    title = "Your questions" if which == "mine" else "Questions that wait"
    facts = [{"question": q.name, "words": q.words, "state": str(h.state) if h else q.outcome} for q, h in rows]
    return Reply(cards.listed(title, rows, names), facts={"questions": facts})


async def _mine(session: Session, request: Request) -> list[tuple[Question, Handoff | None]]:
    own = await questions.of_person(session, request.person.id, limit=100)
    return [(question, await handoffs.of_question(session, question.number)) for question in own]


async def _open(session: Session, request: Request) -> list[tuple[Question, Handoff | None]]:
    keeps = request.person.is_bridge or request.person.permission.covers(Permission.ADMIN)
    waiting = await handoffs.waiting(session, None if keeps else request.person.id)
    rows = [(await questions.numbered(session, handoff.number), handoff) for handoff in waiting]
    return [(question, handoff) for question, handoff in rows if question is not None]
