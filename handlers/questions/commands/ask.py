"""Answer a question: parse, plan, run one query that respects the audience, save the answer under a number.

answered         something matched                none             understood, but nothing matched
clarify          several readings are offered     not_understood   with examples of what can be asked

An earlier answer by a person comes first. A language model helps only as far as `improve_with_model` says.
"""

from __future__ import annotations

from typing import Any

from handlers.context import AppContext, Request
from handlers.errors import BadInput
from handlers.questions import cards
from handlers.questions.queries import examples_to_ask
from handlers.questions.rules.outcome import Outcome
from handlers.questions.workflow.beyond_roadmap import answer_beyond_roadmap, asked_words
from handlers.questions.workflow.llm import ModelSession
from handlers.questions.workflow.pipeline import answer_parsed, improve_with_model, parse, save
from integrations.ports.inbound import Reply
from storage import questions

MAX_LENGTH = 2000  # characters; the rest is ignored


async def ask(ctx: AppContext, request: Request) -> Reply:
    """`ask <anything>`: an exact answer from the published roadmap, limited to what all readers may see."""
    question = (request.args.raw or request.args.named.get("question", "")).strip()[:MAX_LENGTH]
    async with ctx.store.reading() as session:
        if not question:
            raise BadInput("Ask me something.", *await examples_to_ask(session, request.audience))
        parsed = await parse(session, request, question)
        asked = await asked_words(session, request, question, parsed)
        answer = await answer_parsed(session, request, parsed) if parsed and asked.is_about_roadmap else None
    if parsed is None or answer is None:
        return await answer_beyond_roadmap(ctx, request, asked) or _nothing_published()

    helper = ModelSession(ctx, ctx.language_model) if ctx.language_model else None
    if helper and not answer.is_complete:
        answer = await improve_with_model(ctx, request, parsed, answer, helper)
    return await save(ctx, request, question, answer, helper.usage if helper else questions.ModelUsage())


def _nothing_published() -> Reply:
    facts: dict[str, Any] = {
        "outcome": str(Outcome.NONE), "items": [], "revision": None, "as_of": "", "plan": {}, "candidates": [],
    }  # fmt: skip
    return Reply(cards.nothing_published(), facts=facts)
