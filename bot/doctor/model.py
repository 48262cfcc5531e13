"""The check of the language model: whether it answers, its usage, and a sample of what is sent to it."""

from __future__ import annotations

from datetime import timedelta

from bot.app import App
from handlers.questions.workflow.llm import TOTAL_S, ModelSession, prompt_lines, prompt_vocabulary, shareable_items
from integrations.openai.tools import answer_prompt
from integrations.ports.language import LanguageModel
from integrations.ports.platform import CheckResult
from storage import item_queries, questions
from storage.directory import directory
from storage.values.company import UNRESTRICTED, Directory, Person
from storage.values.questions import Plan, SortOrder
from storage.values.roadmap import OPEN_STATUSES, Item

SAMPLE = "what is open, and who owns it?"
USAGE_PERIOD = timedelta(days=30)


async def check(app: App) -> CheckResult:
    """Ask the configured model one question; it costs a few tokens."""
    language = app.ctx.language_model
    if language is None:
        missing = app.settings.model.missing
        if missing:
            return CheckResult(
                "model", ok=False, detail="OPENAI_MODEL is set and its key is not", fix=f"set {missing[0]}"
            )
        return CheckResult("model", ok=None, detail="off: no question and no item ever leaves (OPENAI_MODEL names one)")
    async with app.store.reading() as session:
        plan = Plan(statuses=OPEN_STATUSES, order=SortOrder.DUE, limit=1)
        items = (await item_queries.matching(session, plan, UNRESTRICTED, show=1)).items
        names = await directory(session)
        total = await questions.usage_since(session, app.ctx.clock.now() - USAGE_PERIOD)
    usage = f"{total.tokens_in + total.tokens_out:,} tokens in 30 days"
    cost = f", {total.cost_micros / 1e6:.2f} by the prices set" if total.cost_micros else ""
    sample = _sample(items, names)
    if not await _answers(app, language, names):
        fix = "correct OPENAI_BASE_URL, OPENAI_API_KEY or OPENAI_API; until then answers are composed without it"
        detail = f"{language.name} gave no usable answer within {TOTAL_S:.0f} s; would have left: {sample}"
        return CheckResult("model", ok=False, detail=detail, fix=fix)
    detail = f"{language.name} answers; {usage}{cost}; what leaves with a question: {sample}"
    return CheckResult("model", ok=True, detail=detail)


def _sample(items: tuple[Item, ...], names: Directory) -> str:
    """The prompt for wording an answer about the first open item that everybody may see."""
    return answer_prompt(SAMPLE, prompt_lines(shareable_items(items), names.with_public_names()))[1]


async def _answers(app: App, language: LanguageModel, names: Directory) -> bool:
    """Whether the model extracts a query from a simple question, given the names of campaigns and teams."""
    campaigns = prompt_vocabulary(names).campaigns
    question = f"what is open for {campaigns[0]}?" if campaigns else "what is blocked?"
    session = ModelSession(app.ctx, language)
    today = app.ctx.clock.now().date()
    return await session.plan(question, names, Person(id="", email="", name=""), today) is not None
