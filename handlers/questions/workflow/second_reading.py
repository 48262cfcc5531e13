"""Have a language model read a question too, and decide between its reading and ours."""

from __future__ import annotations

from dataclasses import replace

from handlers.context import AppContext, Request
from handlers.questions.rules import other_reading_cards
from handlers.questions.rules.agreement import Agreement, agree
from handlers.questions.rules.masking import mask_for, restricted_index
from handlers.questions.rules.outcome import Answer, Outcome
from handlers.questions.rules.plan_description import describe
from handlers.questions.rules.understanding import Understanding, Understood
from handlers.questions.workflow.llm import AskedQuestion, ModelSession
from storage.restricted_names import restricted_names
from storage.tag_names import open_tags
from storage.values.company import Directory
from storage.values.roadmap import Revision


async def asked_question(
    ctx: AppContext, request: Request, words: str, names: Directory, ours: Understanding | None = None
) -> AskedQuestion:
    """*words* with what a model may be told beside them."""
    async with ctx.store.reading() as session:
        restricted = await restricted_names(session)
        tags = await open_tags(session)
    index = restricted_index(name for item in restricted.items for name in item.names)
    plan = ours.plan if isinstance(ours, Understood) else None
    return AskedQuestion(words, names, request.person, request.today, mask_for(names, index), tags, plan)


async def second_reading(
    helper: ModelSession, request: Request, asked: AskedQuestion, ours: Understanding
) -> Agreement:
    """What the question means by our reading and the model's together; ours alone if the model fails."""
    agreement = agree(ours, await helper.read(asked), asked.words)
    if request.private:
        return agreement
    public = asked.names.with_public_names()
    return replace(agreement, others=tuple(_described(other, public) for other in agreement.others))


def ask_back(agreement: Agreement, request: Request, names: Directory, newest: Revision) -> Answer:
    """Offer the readings instead of answering with one that may be wrong."""
    ours = agreement.understanding
    first = (ours,) if isinstance(ours, Understood) else ()
    readings = (*(_described(reading, _named(request, names)) for reading in first), *agreement.others)
    card = other_reading_cards.which_reading(readings)
    return Answer(Outcome.CLARIFY, newest, newest, card, other_readings=readings)


def _named(request: Request, names: Directory) -> Directory:
    return names if request.private else names.with_public_names()


def _described(understood: Understood, names: Directory) -> Understood:
    return replace(understood, description=describe(understood.plan, names, aspect=understood.aspect))
