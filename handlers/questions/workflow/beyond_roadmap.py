"""Answer what is no question about the roadmap: another feature's question, a greeting, or who somebody is.

Nothing of it is stored under a number, so none of it can be handed to a colleague.
"""

from __future__ import annotations

from dataclasses import dataclass

from handlers.context import AppContext, Request
from handlers.questions import cards
from handlers.questions.queries import examples_to_ask, shared_debriefs
from handlers.questions.rules import beyond_roadmap_cards, understand
from handlers.questions.rules.outcome import Outcome
from handlers.questions.rules.small_talk import abilities, is_thanks
from handlers.questions.rules.tokens import names_oneself, normalised
from handlers.questions.rules.told_by_form import told_by_form
from handlers.questions.rules.understanding import OtherFeature, SmallTalk, Understanding
from handlers.questions.workflow.other_features import answer_about_feature, facts_of
from handlers.questions.workflow.people_asked import answer_who_is
from handlers.questions.workflow.pipeline import ParsedQuestion
from integrations.ports.inbound import Reply
from storage.directory import directory
from storage.store import Session
from storage.values.company import Directory
from storage.values.roadmap import Revision


@dataclass(frozen=True, slots=True)
class AskedWords:
    """What somebody asked and how it was understood, also while nothing is published (`newest` is None then)."""

    words: str
    names: Directory
    newest: Revision | None
    understanding: Understanding

    @property
    def is_about_roadmap(self) -> bool:
        return not isinstance(self.understanding, OtherFeature | SmallTalk)


async def asked_words(session: Session, request: Request, question: str, parsed: ParsedQuestion | None) -> AskedWords:
    """*question* as parsed, or read without a roadmap."""
    if parsed:
        return AskedWords(question, parsed.names, parsed.newest, parsed.understanding)
    names = await directory(session)
    understanding = told_by_form(question) or understand(question, names, asker=request.person, today=request.today)
    return AskedWords(question, names, None, understanding)


async def answer_beyond_roadmap(ctx: AppContext, request: Request, asked: AskedWords) -> Reply | None:
    """The reply to *asked*; None for a question about the roadmap and for a request."""
    match asked.understanding:
        case OtherFeature("tour") if debriefs := await _debriefs(ctx, request, asked):
            return debriefs
        case OtherFeature(topic):
            return await answer_about_feature(ctx, request, topic, asked.words, asked.names, asked.newest)
        case SmallTalk():
            return await _who_is(ctx, request, asked) or await greet(ctx, request, asked)
        case _:
            return None


async def _debriefs(ctx: AppContext, request: Request, asked: AskedWords) -> Reply | None:
    """What travellers chose to share, for a question about tours that is not about the asker's own."""
    outsiders = not request.private and request.place is not None and request.place.external
    if names_oneself(normalised(asked.words)) or outsiders:
        return None
    async with ctx.store.reading() as session:
        debriefs = await shared_debriefs(session, asked.words)
    card = cards.debriefs(debriefs, asked.names.with_public_names())
    return Reply(card, request.private, facts_of(Outcome.ANSWERED, asked.newest)) if debriefs else None


async def _who_is(ctx: AppContext, request: Request, asked: AskedWords) -> Reply | None:
    if asked.newest is None:
        return None
    async with ctx.store.reading() as session:
        answer = await answer_who_is(session, request, asked.words, asked.names, asked.newest)
    return Reply(answer.card, request.private, answer.facts) if answer else None


async def greet(ctx: AppContext, request: Request, asked: AskedWords) -> Reply:
    """Greet back, say what this person can do here, and offer one next step."""
    async with ctx.store.reading() as session:
        examples = await examples_to_ask(session, request.audience) if asked.newest else ()
    name = request.person.name if request.private or request.person.named_publicly else ""
    able = abilities(request.person.permission)
    card = beyond_roadmap_cards.greeting(name, able, examples, is_thanked=is_thanks(asked.words))
    return Reply(card, request.private, facts_of(Outcome.NOT_UNDERSTOOD, asked.newest))
