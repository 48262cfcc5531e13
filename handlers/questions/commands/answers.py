"""What can be done with an answer: read on, share it in a channel, or give feedback."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from handlers.context import AppContext, Request
from handlers.errors import BadInput, NotFound, Refusal
from handlers.questions import cards
from handlers.questions.queries import examples_to_ask, may_read
from handlers.questions.rules import answer_blocks
from handlers.questions.rules.outcome import Answer
from handlers.questions.rules.plan_description import describe
from handlers.questions.rules.understanding import Aspect, Understood
from handlers.questions.workflow.plan_answer import answer_from_plan
from handlers.shared import lookup, notify
from handlers.shared.audited_transaction import write
from handlers.shared.conversations import place_of
from handlers.shared.known_questions import (
    OthersQuestion,
    known_question,
    readable_question,
    records_refusals,
    shared_key,
)
from integrations.ports.inbound import Reply
from storage import handoffs, item_queries, places, questions, revisions, roadmap
from storage.directory import directory
from storage.store import Session
from storage.values.company import UNRESTRICTED, Audience, Permission, Person
from storage.values.deliveries import DeliveryKind
from storage.values.questions import AnswerType, Plan, Question


@records_refusals
async def more(ctx: AppContext, request: Request) -> Reply:
    """`more [Q17] [from]`: the next lines of an answer, from the same version of the roadmap."""
    number, *rest = request.args.positional or ("",)
    async with ctx.store.reading() as session:
        question = await (readable_question(session, request, number) if number else _last(session, request))
        first = _count(question, rest) if rest else answer_blocks.SHOWN
        if question.plan is None:
            raise NotFound(
                f"{question.name} was not understood, so there is no more of it.", f"handoff {question.name}"
            )
        if question.plan.wanted in {AnswerType.CHANGES, AnswerType.REASONS}:
            raise NotFound(
                f"{question.name} is about changes. To list all changes of a version, say its number.", "changes"
            )
        plan = _as_answered(question, question.plan)
        matches = await item_queries.matching(session, plan, request.audience, show=first + answer_blocks.SHOWN)
        names = await directory(session)
    items = matches.items[first:]
    named = names if request.private else names.with_public_names()
    # How a private question was understood may name what the others in the room may not know.
    understood_as = question.understood_as if request.private or question.is_public else ""
    card = cards.more(question, items, first, len(matches.keys), named, understood_as, request.today)
    return Reply(card, request.private, {"items": [item.key for item in items], "total": len(matches.keys)})


def _count(question: Question, rest: Sequence[str]) -> int:
    if len(rest) != 1 or not rest[0].isdecimal():
        raise BadInput("Say after how many lines to go on.", f"more {question.name} {answer_blocks.SHOWN}")
    return int(rest[0])


async def _last(session: Session, request: Request) -> Question:
    """The person's newest question that was understood; in a public reply, only one that was answered publicly here."""
    place = request.place.id if request.place else None
    for question in await questions.of_person(session, request.person.id, limit=20):
        if question.plan is not None and (request.private or (question.is_public and question.place == place)):
            return question
    examples = await examples_to_ask(session, request.audience)
    raise NotFound("Ask a question first, then I can show more of its answer.", *examples[:1])


def _as_answered(question: Question, plan: Plan) -> Plan:
    """The plan, fixed to the version it was answered from, so that a list does not shift between two pages."""
    return plan if plan.as_of is not None else replace(plan, as_of=question.revision)


@records_refusals
async def share(ctx: AppContext, request: Request) -> Reply:
    """`share Q17`: preview what everybody in this channel would read."""
    async with ctx.store.reading() as session:
        question, plan = await _sharable(session, request)
        answer = await _for_room(session, request, question, plan, await _room(session, request))
    return Reply(cards.preview(question, answer), facts={**answer.facts, "shared": False})


@records_refusals
async def share_post(ctx: AppContext, request: Request) -> Reply:
    """`share post Q17`: post the answer in this channel, limited to what everybody in it may see."""
    async with write(ctx, request, question=request.args.first()) as session:
        question, plan = await _sharable(session, request)
        place = await place_of(session, request)
        answer = await _for_room(session, request, question, plan, await places.audience(session, place))
        who = request.person.name if request.person.named_publicly else "a colleague"
        card = cards.shared(question, answer, who)
        new = await notify.queue_reply(
            session, place.id, card, key=shared_key(question, place.id), at=request.now, thread=request.where.thread
        )
    return Reply(cards.was_shared(question, new=bool(new)), facts={**answer.facts, "shared": bool(new)})


@records_refusals
async def share_undo(ctx: AppContext, request: Request) -> Reply:
    """`share undo Q17`: delete the shared answer from this channel."""
    async with write(ctx, request, question=request.args.first()) as session:
        question, _ = await known_question(session, request, request.args.first())
        if question.asker != request.person.id and not request.person.permission.covers(Permission.ADMIN):
            raise OthersQuestion(question, "Whoever asked it can take it back, or an admin.")
        place = await place_of(session, request)
        key = shared_key(question, place.id)
        count = await notify.queue_delete(session, key, at=request.now, kind=DeliveryKind.REPLY)
    if not count:
        raise NotFound(f"{question.name} was not shared here.", "questions")
    return Reply(cards.taken_back(question), facts={"taken_back": count})


async def _sharable(session: Session, request: Request) -> tuple[Question, Plan]:
    """The person's question, if it can be shared here, and its plan as answered. Raises Refusal."""
    question = await readable_question(session, request, request.args.first())
    if request.where.direct:
        raise Refusal(
            f"Only you read this conversation. Say “share {question.name}” in the room that should read the answer.",
            "questions",
        )
    if question.plan is None:
        raise Refusal(f"{question.name} found no answer, so there is nothing to share.", f"handoff {question.name}")
    return question, _as_answered(question, question.plan)


async def _room(session: Session, request: Request) -> Audience:
    return await places.audience(session, request.place) if request.place else UNRESTRICTED


async def _for_room(session: Session, request: Request, question: Question, plan: Plan, audience: Audience) -> Answer:
    """The answer to *question*, computed again for everybody in the channel. Raises Refusal if they may see none of it."""
    newest = await revisions.latest(session)
    if newest is None:
        raise NotFound("Nothing is published now.", "current")
    then = await lookup.published_revision(session, plan.as_of) if plan.as_of else newest
    names = await directory(session, None if then.number == newest.number else then.number)
    aspect = cast(Aspect, question.aspect)
    plan = await _plan_for(session, request.person, audience, question, plan)
    # Describe the plan again, without the names of people who opted out of being named in channels.
    described = describe(replace(plan, as_of=_asked_version(question)), names.with_public_names(), aspect=aspect)
    understood = Understood(plan, described, plan.as_of, aspect)
    answer = await answer_from_plan(session, understood, request, (then, newest), names, audience)
    if not answer.keys and (question.keys or plan.words):
        raise _nothing_to_share(question)
    if request.place and request.place.external:  # what colleagues wrote to each other stays in the company
        return answer
    verified = await handoffs.answer_of(session, question.number)
    if verified and verified.withdrawn_by is None and await may_read(session, audience, verified):
        return answer.with_verified(verified, cards.verified_blocks(verified, names.with_public_names()))
    return answer


def _asked_version(question: Question) -> int | None:
    """The version that the question itself asked about."""
    return question.plan.as_of if question.plan else None


async def _plan_for(session: Session, asker: Person, audience: Audience, question: Question, plan: Plan) -> Plan:
    """*plan* without the keys that *audience* may not see, because the card says how the question was understood.

    Raises Refusal if it is about such items alone.
    """
    items = await roadmap.items_with(session, plan.keys, plan.as_of)
    hidden = {key: item for key, item in items.items() if not audience.may_see(item.visible_to)}
    visible = tuple(key for key in plan.keys if key not in hidden)
    if not visible and any(asker.audience.may_see(item.visible_to) for item in hidden.values()):
        raise _nothing_to_share(question)
    return replace(plan, keys=visible or plan.keys)


def _nothing_to_share(question: Question) -> Refusal:
    return Refusal(
        f"Not everybody in this room may see what {question.name} is about, so there is nothing to share here.",
        "questions",
    )


@records_refusals
async def helpful(ctx: AppContext, request: Request) -> Reply:
    """`helpful Q17`."""
    return await _save_feedback(ctx, request, "helpful")


@records_refusals
async def not_right(ctx: AppContext, request: Request) -> Reply:
    """`not right Q17`: save the feedback and offer to ask a person."""
    return await _save_feedback(ctx, request, "not right")


async def _save_feedback(ctx: AppContext, request: Request, feedback: str) -> Reply:
    async with write(ctx, request, question=request.args.first()) as session:
        question = await readable_question(session, request, request.args.first())
        await questions.set_feedback(session, question.number, feedback)
    card = cards.feedback_saved(question, feedback, may_hand_off=question.asker == request.person.id)
    return Reply(card, facts={"question": question.name, "feedback": feedback})
