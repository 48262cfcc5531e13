"""The commands handoff, answer, pass on, dismiss and questions."""

from __future__ import annotations

from dataclasses import replace

from handlers.context import AppContext, Request
from handlers.errors import BadInput, NotFound, Refusal
from handlers.handoff import cards, rules
from handlers.handoff import workflow as steps
from handlers.handoff.notices import (
    ANSWERED,
    CORRECTED,
    MOVED,
    answer_key,
    notify_person,
    refresh_answered_card,
    turn_key,
)
from handlers.handoff.queries import held_question, keys_named_in, next_person, topic_of, visible_keys
from handlers.handoff.rules import Route
from handlers.handoff.workflow import assign, mark_unanswered, settle
from handlers.shared.arguments import given_once
from handlers.shared.audited_transaction import write
from handlers.shared.known_questions import (
    OthersQuestion,
    is_public_here,
    known_question,
    may_see_named,
    records_refusals,
)
from handlers.shared.lookup import person_named
from integrations.ports.inbound import Reply
from storage import handoffs, questions, revisions
from storage.directory import directory
from storage.restricted_names import restricted_names
from storage.store import Session
from storage.values.company import EVERYTHING, UNRESTRICTED, Audience, Directory, Permission, Person
from storage.values.questions import Handoff, HandoffState, Question, VerifiedAnswer
from storage.values.text import digest_of


@records_refusals
async def handoff(ctx: AppContext, request: Request) -> Reply:
    """`handoff Q17 [@bo]`: ask the person who is likely to know, or the one named."""
    number, *name_words = request.args.positional or ("",)
    async with write(ctx, request, question=number) as session:
        question, before = await known_question(session, request, number)
        _check_is_mine(request, question, before)
        names = await directory(session)
        if before and before.state is HandoffState.WAITING and not name_words:
            return Reply(
                cards.handed_off(question, _name(names, before.assignee), waits=True),
                facts=_facts(question, before, names),
            )
        if name_words:
            person = await _somebody_else(session, request, names, question, *name_words)
            route: Route | None = Route(person.id, f"{request.person.name or 'the asker'} named you")
        else:
            route = await next_person(ctx, session, question, before.tried if before else (), names)
        if route is None:
            if before:
                await mark_unanswered(ctx, session, question, before, request.now)
            return Reply(cards.nobody_left(question), facts=_facts(question, before, names), exit=1)
        assigned = await assign(ctx, session, question, route, before, request.now)
    return Reply(cards.handed_off(question, _name(names, assigned.assignee)), facts=_facts(question, assigned, names))


def _check_is_mine(request: Request, question: Question, handoff: Handoff | None) -> None:
    if question.asker == request.person.id or request.person.permission.covers(Permission.ADMIN):
        return
    text = f"{question.name} is somebody else's question. Ask it yourself, and hand on your own."
    has_read_it = is_public_here(request, question) or (handoff is not None and handoff.assignee == request.person.id)
    raise OthersQuestion(question, text, f"ask {question.words}" if has_read_it else "questions")


async def _somebody_else(
    session: Session, request: Request, names: Directory, question: Question, *typed: str
) -> Person:
    """The person that *typed* names, if they may be asked. Raises NotFound, Refusal."""
    person = await person_named(session, request, names, *typed)
    again = f"{request.args.command} {question.name}"
    is_admin = request.person.permission.covers(Permission.ADMIN)
    if person.id == question.asker:
        raise Refusal(f"{person.name or person.email} asked {question.name}. Name somebody else.", again)
    if person.id == request.person.id and not is_admin:
        raise Refusal("That is you. Name somebody else.", again)
    if not may_see_named(await restricted_names(session), question, request.person.audience, person.audience):
        raise Refusal(
            f"{person.name or person.email} may not see what {question.name} is about. Name somebody who may.", again
        )
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


@records_refusals
async def answer(ctx: AppContext, request: Request) -> Reply:
    """`answer Q17 "…"`: send the answer to the asker and keep it for others. Without a text, open a form."""
    number, *rest = request.args.positional or ("",)
    words = given_once(request, ["text"], " ".join(rest))
    if not words:
        return await _answer_form(ctx, request, number)
    async with write(ctx, request, question=number) as session:
        question, handoff = await held_question(session, request, number)
        names = await directory(session)
        asker = names.person.get(question.asker)
        await _check_answer(session, request, question, asker.audience if asker else UNRESTRICTED, words)
        replaced = await handoffs.answer_of(session, question.number)
        saved = await _saved_answer(session, request, names, question, words)
        if replaced:
            await refresh_answered_card(session, replaced, CORRECTED, request.now)
        await settle(session, handoff, HandoffState.ANSWERED, request.now)
        key, payload = answer_key(saved), {"answer": saved.id}
        await notify_person(ctx, session, ANSWERED, question, question.asker, key=key, at=request.now, payload=payload)
        keys = await visible_keys(session, saved.keys, request.person.audience)
    facts = {"question": question.name, "keys": list(keys), "campaigns": list(saved.campaigns)}
    return Reply(cards.answer_saved(question, saved, names, keys), facts=facts)


async def _check_answer(session: Session, request: Request, question: Question, asker: Audience, words: str) -> None:
    """Raises BadInput for an answer that is too long, and Refusal for one that names what the asker may not see."""
    if len(words) > cards.MOST_TEXT:
        raise BadInput(
            f"An answer has at most {cards.MOST_TEXT:,} characters; this one has {len(words):,}.",
            f"answer {question.name}",
        )
    named = (await restricted_names(session)).named_in(words, request.person.audience)
    hidden = sorted(key for key, visible_to in named.items() if not asker.may_see(visible_to))
    if hidden:
        raise Refusal(
            f"Your answer names {hidden[0]}, which the asker may not see. Answer without it.", f"answer {question.name}"
        )


async def _answer_form(ctx: AppContext, request: Request, number: str) -> Reply:
    async with ctx.store.reading() as session:
        question, _ = await held_question(session, request, number)
        names = await directory(session)
    asker = names.person.get(question.asker)
    team = names.team[asker.team].name if asker and asker.team in names.team else ""
    form = cards.answer_form(question, asker.name if asker else "The asker", team)
    return Reply(cards.form_opened(form), form=form, facts={"question": question.name})


async def _saved_answer(
    session: Session, request: Request, names: Directory, question: Question, words: str
) -> VerifiedAnswer:
    topic = await topic_of(session, question, names)
    named_keys = await keys_named_in(session, words, request.person.audience)
    # Everything that the question names counts too, however many items it found.
    named_keys += await keys_named_in(session, question.words, request.person.audience)
    keys = rules.supporting_keys([item.key for item in topic.items], named_keys)
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
        plan_digest=digest_of(question.canonical_plan),
    )
    number = await handoffs.save_answer(session, answer, folded=question.folded)
    return replace(answer, id=number)


@records_refusals
async def pass_on(ctx: AppContext, request: Request) -> Reply:
    """`pass on Q17 @bo`: ask somebody else instead."""
    number, *name_words = request.args.positional or ("",)
    to = given_once(request, ["to"], " ".join(name_words))
    if not to:
        async with ctx.store.reading() as session:
            question, _ = await held_question(session, request, number, admin_too=True)
        form = cards.pass_on_form(question)
        return Reply(cards.form_opened(form), form=form)
    async with write(ctx, request, question=number) as session:
        question, handoff = await held_question(session, request, number, admin_too=True)
        if handoff.state is HandoffState.ANSWERED:
            raise Refusal(f"{question.name} is answered, so there is nothing to pass on.", "questions open")
        names = await directory(session)
        person = await _somebody_else(session, request, names, question, to)
        route = Route(person.id, f"{request.person.name or 'a colleague'} thinks that you know")
        assigned = await assign(ctx, session, question, route, handoff, request.now)
        await notify_person(ctx, session, MOVED, question, question.asker, key=turn_key(assigned), at=request.now)
    return Reply(cards.passed_on(question, _name(names, person.id)), facts=_facts(question, assigned, names))


@records_refusals
async def dismiss(ctx: AppContext, request: Request) -> Reply:
    """`dismiss Q17`: decline to answer, and notify the asker."""
    async with write(ctx, request, question=request.args.first()) as session:
        question, handoff = await held_question(session, request, request.args.first())
        if handoff.state is not HandoffState.WAITING:
            raise NotFound(f"{question.name} does not wait for anybody.", "questions open")
        dismissed = await steps.dismiss(ctx, session, question, handoff, request.now)
        names = await directory(session)
    return Reply(cards.dismissal_noted(question), facts=_facts(question, dismissed, names))


async def list_questions(ctx: AppContext, request: Request) -> Reply:
    """`questions [mine|open]`: the person's questions, or those waiting for them (for admins: all that wait)."""
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
    """The questions that wait for the person; for an admin all that wait and name nothing they may not see."""
    is_admin = request.person.permission.covers(Permission.ADMIN)
    rows: list[tuple[Question, Handoff | None]] = []
    restricted = await restricted_names(session)
    for waiting in await handoffs.waiting(session, None if is_admin else request.person.id):
        question = await questions.numbered(session, waiting.number)
        if question and may_see_named(restricted, question, EVERYTHING, request.person.audience):
            rows.append((question, waiting))
    return rows
