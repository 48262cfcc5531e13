"""Ask with a plan instead of words: for tests of the answer that do not depend on how words are read."""

from __future__ import annotations

from dataclasses import replace

from handlers.context import Request
from handlers.grammar import Arguments
from handlers.questions.rules.outcome import Answer
from handlers.questions.rules.plan_description import describe
from handlers.questions.rules.understanding import StatusCheck, Understood
from handlers.questions.workflow.plan_answer import answer_from_plan
from integrations.plain.render import card_text
from storage import people, revisions
from storage.directory import directory
from storage.values.questions import Plan
from tests.app import ChatApp


async def answer_to(
    company: ChatApp,
    email: str,
    plan: Plan,
    *,
    is_yes_no: bool = False,
    whether: StatusCheck | None = None,
    set_aside: tuple[str, ...] = (),
    private: bool = True,
) -> Answer:
    """The answer to *plan*, asked by that person today."""
    async with company.store.reading() as session:
        person = await people.with_email(session, email)
        newest = await revisions.latest(session)
        assert person is not None
        assert newest is not None
        names = await directory(session)
        request = Request(
            args=Arguments("ask"),
            person=person,
            account=company.account_of(email),
            where=company.conversation_of(email),
            place=None,
            now=company.now,
            audience=person.audience,
            private=private,
        )
        plan = replace(plan, today=request.today)
        understood = Understood(plan, describe(plan, names), is_yes_no=is_yes_no, whether=whether, set_aside=set_aside)
        return await answer_from_plan(session, understood, request, (newest, newest), names)


def words_of(answer: Answer) -> str:
    """The card as a person reads it."""
    return card_text(answer.card)
