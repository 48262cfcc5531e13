"""Ask a language model for the plan of a question, and for sentences about the items found.

What is sent is masked, and limited to what everybody may see. If the model fails or exceeds ten seconds, the reply is
the one without a model.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import structlog

from handlers.context import AppContext
from handlers.errors import Refusal
from handlers.questions.rules.grounding import GroundedSentence, ground
from handlers.questions.rules.masking import Mask
from handlers.questions.rules.model_plan import BadPlan, Company, ModelReading, reading_from_model
from handlers.questions.rules.model_schema import plan_schema
from handlers.questions.rules.outcome import Answer
from handlers.questions.rules.understanding import Understood
from integrations.ports.language import (
    ComposedAnswer,
    ExtractedQuery,
    LanguageModel,
    ModelFailure,
    QueryPrompt,
    TokenUsage,
    UnusableOutput,
)
from storage.questions import ModelUsage
from storage.values.company import Directory, Person
from storage.values.questions import AnswerType, Plan
from storage.values.roadmap import Item

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

TOTAL_S = 10.0  # for all calls about one question
MOST_LINES = 12  # items sent to the model; as many as the answer lists
MOST_NAMES = 200  # teams, and tags, that the model is told of


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question with what is needed to read it: who asks, the names of the company, and what may not leave."""

    words: str
    names: Directory
    asker: Person
    today: date
    mask: Mask
    tags: tuple[str, ...] = ()
    ours: Plan | None = field(default=None)  # our own reading

    @property
    def company(self) -> Company:
        return Company(self.names, self.tags, self.asker, self.today)


class ModelSession:
    """The model calls for one question, with a shared time limit and their token usage."""

    def __init__(self, ctx: AppContext, language: LanguageModel, total_s: float | None = None) -> None:
        self._language = language
        self._prices = (ctx.policy.price_in, ctx.policy.price_out)
        self._until = asyncio.get_running_loop().time() + (TOTAL_S if total_s is None else total_s)
        self._spent = TokenUsage()
        self._is_down = False

    @property
    def usage(self) -> ModelUsage:
        """Tokens used, and their cost by the prices in the settings (per million tokens)."""
        spent, (price_in, price_out) = self._spent, self._prices
        micros = round(spent.tokens_in * price_in + spent.tokens_out * price_out)
        return ModelUsage(self._language.name, spent.tokens_in, spent.tokens_out, micros)

    async def read(self, asked: AskedQuestion) -> ModelReading | None:
        """The model's reading of the question; None if it fails, or gives no valid plan twice."""
        try:
            return await self._read(asked, "")
        except (UnusableOutput, BadPlan) as problem:
            log.info("model asked again", action="ask.model_again", reason=str(problem))
            first = str(problem)
        try:
            return await self._read(asked, first)
        except (ModelFailure, BadPlan) as problem:
            log.warning("model returned an invalid plan", action="ask.model_nonsense", reason=str(problem))
            return None

    async def _read(self, asked: AskedQuestion, problem: str) -> ModelReading | None:
        """One call. Raises UnusableOutput and BadPlan; None if the model is down or out of time."""
        try:
            async with asyncio.timeout_at(self._until):
                filled: ExtractedQuery = await self._language.extract_query(query_prompt(asked, problem))
        except UnusableOutput:
            raise
        except (ModelFailure, TimeoutError) as error:
            self._give_up("fill", error)
            return None
        self._spent += filled.usage
        arguments = asked.mask.restore_arguments(filled.arguments)
        try:
            # In a thread, because comparing each name with those of thousands of people takes a while.
            return await asyncio.to_thread(reading_from_model, arguments, asked.company, asked.ours, asked.words)
        except Refusal:
            raise BadPlan("it holds an empty name") from None

    async def word(
        self, asked: AskedQuestion, items: Sequence[Item], names: Directory, *, verdict: bool | None = None
    ) -> tuple[GroundedSentence, ...]:
        """Sentences about the shareable *items*, as far as the items prove them and say more than a list does."""
        may_leave = shareable_items(items)
        if self._is_down or len(may_leave) < 2:
            return ()
        open_names = names.with_public_names()
        lines = prompt_lines(may_leave, open_names, asked.mask)
        try:
            async with asyncio.timeout_at(self._until):
                composed: ComposedAnswer = await self._language.compose_answer(asked.mask.hide(asked.words), lines)
        except (ModelFailure, TimeoutError) as error:
            self._give_up("word", error)
            return ()
        self._spent += composed.usage
        sentences = [(asked.mask.restore(sentence.text), sentence.keys) for sentence in composed.sentences]
        # In a thread, because indexing the names of thousands of people takes a while.
        grounded = await asyncio.to_thread(ground, sentences, may_leave, open_names, asked.today, verdict=verdict)
        if len(grounded) < len(sentences):
            dropped = len(sentences) - len(grounded)
            log.info("dropped sentences that the items do not prove", action="ask.ungrounded", dropped=dropped)
        return () if repeats_the_list(grounded) else grounded

    def _give_up(self, step: str, error: Exception) -> None:
        self._is_down = True
        reason = str(error) or type(error).__name__
        log.warning("model call failed", action="ask.model_failed", step=step, reason=reason)


def query_prompt(asked: AskedQuestion, problem: str = "") -> QueryPrompt:
    """What leaves with a question before anything is answered. Names of people and campaigns are not sent."""
    hide, names = asked.mask.hide, asked.names
    own = names.team.get(asked.asker.team)
    return QueryPrompt(
        question=hide(asked.words),
        today=asked.today,
        schema=plan_schema(),
        teams=("IT", "Marketing", *(hide(team.name) for team in names.teams[:MOST_NAMES])),
        tags=tuple(hide(tag) for tag in asked.tags[:MOST_NAMES]),
        asker_team=hide(own.name) if own else "",
        problem=problem,
    )


def shareable_items(items: Sequence[Item]) -> tuple[Item, ...]:
    """The first items that everybody may see; only these are sent to a model."""
    return tuple(item for item in items if not item.visible_to)[:MOST_LINES]


def wants_prose(answer: Answer) -> bool:
    """Whether sentences can add something: to a list of a few items, never to a number, a date, a name or one item."""
    plan = answer.plan
    is_list = plan is not None and plan.wanted is AnswerType.LIST and plan.group_by is None
    return is_list and 2 <= len(answer.keys) <= MOST_LINES


def verdict_of(understood: Understood | None, items: Sequence[Item]) -> bool | None:
    """The "yes" that a yes-or-no question about any items got; None for other questions."""
    return True if understood and understood.is_yes_no and understood.whether is None and items else None


def repeats_the_list(sentences: Sequence[GroundedSentence]) -> bool:
    """Whether every sentence is about one item, which its line in the list says already."""
    return all(len(sentence.items) == 1 for sentence in sentences)


def prompt_lines(items: Sequence[Item], names: Directory, mask: Mask) -> list[dict[str, str]]:
    """Items as the model gets them. Summaries are left out, because no answer needs them."""
    return [
        {
            "key": item.key,
            "title": mask.hide(item.title),
            "kind": str(item.kind),
            "status": item.status.replace("_", " "),
            "start": item.start.isoformat() if item.start else "",
            "due": item.due.isoformat() if item.due else "",
            "finished": item.finished_on.isoformat() if item.finished_on else "",
            "owner": mask.hide(names.name_of(item.owner)),
            "team": mask.hide(names.team[item.team].name if item.team in names.team else item.team),
            "campaigns": mask.hide(
                ", ".join(names.campaign[key].name for key in item.campaigns if key in names.campaign)
            ),
        }
        for item in items
    ]
