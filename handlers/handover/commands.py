"""handoff, answer, pass on, dismiss, questions."""

from __future__ import annotations

from dataclasses import replace

from handlers.acting import write
from handlers.asked_before import question_numbered
from handlers.errors import BadInput, NotAllowed, NotFound, Refusal
from handlers.feature import Request
from handlers.handover import cards, rules
from handlers.handover.asking import (
    ANSWERED,
    DISMISSED,
    MOVED,
    assign,
    mark_unanswered,
    may_answer,
    next_person,
    notify_person,
    topic_of,
)
from handlers.handover.feature import ANSWER_USAGE, HANDOFF_USAGE
from handlers.handover.rules import Route
from handlers.persons import person_named
from handlers.toolbox import AppContext
from integrations.ports.inbound import Reply
from storage import handovers, questions, revisions, roadmap
from storage.directory import directory
from storage.store import Session
from storage.values.company import Directory, Permission, Person
from storage.values.plans import canonical_plan
from storage.values.questions import Handoff, HandoffState, Question, VerifiedAnswer

# ── asking a person ──────────────────────────────────────────────────────────────────────────────────────────────────


async def handoff(box: AppContext, asked: Request) -> Reply:
    """`handoff Q17 [@bo]`: to the one who should know, or to the one who is named."""
    number, *said = asked.args.positional or ("",)
    async with write(box, asked) as session:
        names = await directory(session)
        question = await question_numbered(session, number)
        _check_is_mine(asked, question)
        before = await handovers.of_question(session, question.number)
        if before and before.state is HandoffState.WAITING and not said:
            return Reply(
                cards.handed_off(question, _name(names, before.assignee), waits=True),
                facts=_facts(question, before, names),
            )
        if said:
            person = await _somebody_else(session, asked, names, " ".join(said))
            route: Route | None = Route(person.id, f"{asked.person.name or 'the asker'} named you")
        else:
            route = await next_person(box, session, question, before.tried if before else (), names)
        if route is None:
            if before:
                await mark_unanswered(box, session, question, before, asked.now)
            return Reply(cards.nobody_left(question), facts=_facts(question, before, names), exit=1)
        held = await assign(box, session, question, route, before, asked.now)
    return Reply(cards.handed_off(question, _name(names, held.assignee)), facts=_facts(question, held, names))


def _check_is_mine(asked: Request, question: Question) -> None:
    if question.asker != asked.person.id and not asked.person.permission.covers(Permission.ADMIN):
        raise NotAllowed(
            f"{question.name} is somebody else's question; ask it yourself, and hand on your own.",
            f"ask {question.words}",
        )


async def _somebody_else(session: Session, asked: Request, names: Directory, said: str) -> Person:
    person = await person_named(session, asked, names, said)
    if person.id == asked.person.id:
        raise Refusal("That is you. Name somebody else.", HANDOFF_USAGE)
    return person


def _name(names: Directory, person: str) -> str:
    return names.name_of(person) or "Somebody who left"


def _facts(question: Question, handover: Handoff | None, names: Directory) -> dict[str, object]:
    return {
        "question": question.name,
        "state": str(handover.state) if handover else "",
        "asked": names.email_of(handover.assignee) if handover else "",
        "why": handover.reason if handover else "",
    }


# ── answering ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def answer(box: AppContext, asked: Request) -> Reply:
    """`answer Q17 "…"`: tells the asker, and is kept for the next one. Without words, a form."""
    number, *said = asked.args.positional or ("",)
    words = (asked.args.named.get("text") or " ".join(said)).strip()
    if not words:
        return await _answer_form(box, asked, number)
    if len(words) > cards.MOST_TEXT:
        raise BadInput(
            f"An answer has at most {cards.MOST_TEXT:,} characters; this one has {len(words):,}.", ANSWER_USAGE
        )
    async with write(box, asked) as session:
        names = await directory(session)
        question, handover = await _answerable_question(session, asked, number)
        kept = await _saved_answer(session, asked, names, question, words)
        asked_at = handover.asked_at if handover else asked.now
        before = handover or Handoff(question.number, asked.person.id, "", asked.now, asked_at)
        await handovers.save(session, replace(before, assignee=asked.person.id, state=HandoffState.ANSWERED))
        await notify_person(
            box, session, ANSWERED, question, question.asker, key=f"{question.name}:{kept.id}", at=asked.now
        )
    facts = {"question": question.name, "keys": list(kept.keys), "campaigns": list(kept.campaigns)}
    return Reply(cards.answer_saved(question, kept, names), facts=facts)


async def _answer_form(box: AppContext, asked: Request, number: str) -> Reply:
    async with box.store.reading() as session:
        names = await directory(session)
        question, _ = await _answerable_question(session, asked, number)
    asker = names.person.get(question.asker)
    team = names.team[asker.team].name if asker and asker.team in names.team else ""
    form = cards.answer_form(question, asker.name if asker else "The asker", team)
    return Reply(cards.form_opened(form), form=form, facts={"question": question.name})


async def _answerable_question(session: Session, asked: Request, number: str) -> tuple[Question, Handoff | None]:
    """The question that the asker may answer. Raises NotFound, NotAllowed."""
    question = await question_numbered(session, number)
    handover = await handovers.of_question(session, question.number)
    if not may_answer(asked.person, handover, is_admin=asked.person.permission.covers(Permission.ADMIN)):
        raise NotAllowed(
            f"{question.name} was not put to you. Whoever was asked, bridge persons and admins may answer.",
            "questions open",
        )
    return question, handover


async def _saved_answer(
    session: Session, asked: Request, names: Directory, question: Question, words: str
) -> VerifiedAnswer:
    topic = await topic_of(session, question, names)
    known = [item.key for item in topic.items] + await _keys_in(session, asked, words)
    keys = rules.supporting_keys(question.keys, words, known)
    asker = names.person.get(question.asker)
    only_team = asked.args.named.get("for") == cards.TEAM or asked.args.has("team")
    newest = await revisions.latest(session)
    found = VerifiedAnswer(
        id=0,
        number=question.number,
        words=question.words,
        text=words,
        by=asked.person.id,
        at=asked.now,
        revision=newest.number if newest else None,
        keys=keys,
        campaigns=tuple(each.key for each in topic.campaigns),
        asker=question.asker,
        visible_to=(asker.team,) if only_team and asker and asker.team else (),
    )
    number = await handovers.save_answer(
        session,
        found,
        folded=question.folded,
        meaning=canonical_plan(question.plan) if question.plan else "",
    )
    return replace(found, id=number)


async def _keys_in(session: Session, asked: Request, words: str) -> list[str]:
    """Keys of items that *words* name and whoever answers may see."""
    said = {part.strip(".,;:!?()").upper(): part for part in words.split() if "-" in part}
    found = []
    for part in said.values():
        item = await roadmap.item(session, part.strip(".,;:!?()\"'"), asked.person.audience)
        found += [item.key] if item else []
    return found


# ── passing on, dismissing ───────────────────────────────────────────────────────────────────────────────────────────


async def pass_on(box: AppContext, asked: Request) -> Reply:
    """`pass on Q17 @bo`: somebody else knows better."""
    number, *said = asked.args.positional or ("",)
    to = (asked.args.named.get("to") or " ".join(said)).strip()
    if not to:
        async with box.store.reading() as session:
            question, _ = await _answerable_question(session, asked, number)
        form = cards.pass_on_form(question)
        return Reply(cards.form_opened(form), form=form)
    async with write(box, asked) as session:
        names = await directory(session)
        question, handover = await _answerable_question(session, asked, number)
        person = await _somebody_else(session, asked, names, to)
        route = Route(person.id, f"{asked.person.name or 'a colleague'} thinks that you know")
        held = await assign(box, session, question, route, handover, asked.now)
        await notify_person(
            box, session, MOVED, question, question.asker, key=f"{question.name}:{person.id}", at=asked.now
        )
    return Reply(cards.passed_on(question, _name(names, person.id)), facts=_facts(question, held, names))


async def dismiss(box: AppContext, asked: Request) -> Reply:
    """`dismiss Q17`: no answer from here; the asker is told."""
    async with write(box, asked) as session:
        question, handover = await _answerable_question(session, asked, asked.args.first())
        if handover is None or handover.state is not HandoffState.WAITING:
            raise NotFound(f"{question.name} does not wait for anybody.", "questions open")
        gone = replace(handover, assignee=asked.person.id, state=HandoffState.DISMISSED)
        await handovers.save(session, gone)
        key = f"{question.name}:{asked.person.id}:{len(handover.tried)}"
        await notify_person(box, session, DISMISSED, question, question.asker, key=key, at=asked.now)
        names = await directory(session)
    return Reply(cards.dismissal_noted(question), facts=_facts(question, gone, names))


# ── lists ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def list_questions(box: AppContext, asked: Request) -> Reply:
    """`questions [mine|open]`: what you asked; what waits for you, or for anybody when you keep it all running."""
    which = asked.args.first("mine").casefold()
    if which not in {"mine", "open"}:
        raise BadInput(f"“{which}” is neither mine nor open.", "questions mine", "questions open")
    async with box.store.reading() as session:
        names = await directory(session)
        rows = await (_mine(session, asked) if which == "mine" else _open(session, asked))
    title = "Your questions" if which == "mine" else "Questions that wait"
    told = [{"question": q.name, "words": q.words, "state": str(h.state) if h else q.outcome} for q, h in rows]
    return Reply(cards.listed(title, rows, names), facts={"questions": told})


async def _mine(session: Session, asked: Request) -> list[tuple[Question, Handoff | None]]:
    found = await questions.of_person(session, asked.person.id, limit=100)
    return [(each, await handovers.of_question(session, each.number)) for each in found]


async def _open(session: Session, asked: Request) -> list[tuple[Question, Handoff | None]]:
    keeps = rules.is_bridge(asked.person) or asked.person.permission.covers(Permission.ADMIN)
    waiting = await handovers.waiting(session, None if keeps else asked.person.id)
    rows = [(await questions.numbered(session, each.number), each) for each in waiting]
    return [(question, each) for question, each in rows if question is not None]
