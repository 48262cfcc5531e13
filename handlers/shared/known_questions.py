"""Which stored questions a person may know of. Every command that takes a question's number asks here first.

the asker                                         may do everything with it
who is in the room where it was answered openly   may read on, share and rate the answer
who was asked to answer it; an admin after that   know of it; `handlers/handoff/queries.py` says what they may do
everybody else                                    reads what a number that does not exist is answered with
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Collection
from functools import wraps

from handlers.context import AppContext, Request
from handlers.errors import BadInput, NotAllowed, NotFound
from integrations.ports.inbound import Reply
from storage import audit, deliveries, handoffs, questions
from storage.restricted_names import RestrictedNames, restricted_names
from storage.store import Session
from storage.values.company import EVERYTHING, Audience, Permission
from storage.values.deliveries import DeliveryKind
from storage.values.questions import Handoff, Question

SHARED = "share:"  # begins the key of a shared answer
_NUMBER = re.compile(r"[qQ]?(\d{1,9})")
CommandFunction = Callable[[AppContext, Request], Awaitable[Reply]]


class HiddenQuestion(NotFound):
    """The question exists, but this person may not know of it. It reads like a number that does not exist."""

    def __init__(self, number: int) -> None:
        super().__init__(*_no_such_question(number))
        self.question = f"Q{number}"


class OthersQuestion(NotAllowed):
    """This person may know of the question, but somebody else decides about it. The text says who."""

    def __init__(self, question: Question, text: str, *try_words: str) -> None:
        super().__init__(text, *try_words)
        self.question = question.name


def records_refusals(command: CommandFunction) -> CommandFunction:
    """Add an audit line when *command* refuses a question. The refusal itself rolls back the command's transaction."""

    @wraps(command)
    async def audited(ctx: AppContext, request: Request) -> Reply:
        try:
            return await command(ctx, request)
        except (HiddenQuestion, OthersQuestion) as refusal:
            async with ctx.store.transaction() as session:
                await audit.record(
                    session,
                    request.args.command,
                    at=request.now,
                    person=request.person.id,
                    operator=request.operator,
                    platform=request.account.platform,
                    details={"question": refusal.question, "refused": True},
                )
            raise

    return audited


async def known_question(session: Session, request: Request, typed: str) -> tuple[Question, Handoff | None]:
    """The question with that number, and its handoff, if the person may know of it.

    Raises BadInput for what is no number, and NotFound in the same words for a missing question and one of others.
    """
    match = _NUMBER.fullmatch(typed.strip())
    if not match:
        raise BadInput("Give the number of the question, such as Q17. It is on the answer.", "questions")
    number = int(match[1])
    question = await questions.numbered(session, number)
    if question is None:
        raise NotFound(*_no_such_question(number))
    handoff = await handoffs.of_question(session, number)
    if not await _may_know_of(session, request, question, handoff):
        raise HiddenQuestion(number)
    return question, handoff


def _no_such_question(number: int) -> tuple[str, str]:
    text = f"There is no Q{number} among the questions that you asked or were asked. It may have been deleted."
    return text, "questions"


async def _may_know_of(session: Session, request: Request, question: Question, handoff: Handoff | None) -> bool:
    person = request.person
    if question.asker == person.id or is_public_here(request, question):
        return True
    if handoff and person.id in {handoff.assignee, *handoff.tried}:
        return True
    if handoff and person.permission.covers(Permission.ADMIN):
        return may_see_named(await restricted_names(session), question, EVERYTHING, person.audience)
    return await is_shared_here(session, request, question)


def is_public_here(request: Request, question: Question) -> bool:
    """Whether the answer was given to everybody in the room of the request."""
    in_room = request.place is not None and not request.where.direct and question.place == request.place.id
    return in_room and question.is_public


async def is_shared_here(session: Session, request: Request, question: Question) -> bool:
    """Whether the asker shared the answer in the room of the request."""
    if request.place is None or request.where.direct:
        return False
    return bool(await deliveries.of_notice(session, shared_key(question, request.place.id), DeliveryKind.REPLY))


def shared_key(question: Question, place: int) -> str:
    """The key of the notice that shares the answer in that room."""
    return f"{SHARED}{question.name}:{place}"


def may_see_named(restricted: RestrictedNames, question: Question, asker: Audience, reader: Audience) -> bool:
    """Whether *reader* may see every item that the question names; for *asker* see `restrictions_of`."""
    return all(reader.may_see(visible_to) for visible_to in restrictions_of(restricted, question, asker))


def restrictions_of(restricted: RestrictedNames, question: Question, asker: Audience) -> Collection[tuple[str, ...]]:
    """Who may see the restricted items that the question names, one entry for each item.

    Only items that *asker* may see: other names are no more than words, and must not turn out to be names.
    """
    keys = question.plan.keys if question.plan else ()
    text = "\n".join([question.words, question.understood_as, *keys])
    return restricted.named_in(text, asker).values()


async def readable_question(session: Session, request: Request, typed: str) -> Question:
    """A question of the person, or one whose answer everybody in this room read. Raises NotFound, NotAllowed."""
    question, _ = await known_question(session, request, typed)
    if question.asker != request.person.id and not is_public_here(request, question):
        raise OthersQuestion(
            question,
            f"{question.name} is somebody else's question. Ask it yourself to get your own answer.",
            "questions",
        )
    return question
