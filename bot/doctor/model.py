"""What `handshake doctor` says of the language model: whether it answers, what it took, and what would leave the house."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.app import App
from handlers.questions.workflow.llm import TOTAL_S, ModelSession, prompt_lines, prompt_vocabulary, shareable_items
from integrations.openai.tools import answer_prompt
from integrations.ports.language import LanguageModel
from storage import questions, roadmap
from storage.directory import directory
from storage.values.company import UNRESTRICTED, Directory, Person
from storage.values.questions import Plan, SortOrder
from storage.values.roadmap import OPEN_STATUSES, Item

SAMPLE = "what is open, and who owns it?"
USAGE_PERIOD = timedelta(days=30)


async def check(app: App) -> tuple[bool | None, str, str]:
    """(all is well, what was found, what to do); None for a model that is switched off."""
    language = app.ctx.language_model
    if language is None:
        missing = app.settings.model.missing
        if missing:
            return False, "OPENAI_MODEL is set and its key is not", f"set {missing[0]}"
        return None, "off: no question and no item ever leaves (OPENAI_MODEL names one)", ""
    async with app.store.reading() as session:
        plan = Plan(statuses=OPEN_STATUSES, order=SortOrder.DUE, limit=1)
        items = (await roadmap.matching(session, plan, UNRESTRICTED, show=1)).items
        names = await directory(session)
        spent = await questions.usage_since(session, datetime.now(UTC) - USAGE_PERIOD)
    took = f"{spent.tokens_in + spent.tokens_out:,} tokens in 30 days"
    cost = f", {spent.cost_micros / 1e6:.2f} by the prices set" if spent.cost_micros else ""
    sample = _sample(items, names)
    if not await _answers(app, language, names):
        todo = "correct OPENAI_BASE_URL, OPENAI_API_KEY or OPENAI_API; until then answers are composed without it"
        return False, f"{language.name} gave no usable answer within {TOTAL_S:.0f} s; would have left: {sample}", todo
    return True, f"{language.name} answers; {took}{cost}; what leaves with a question: {sample}", ""


def _sample(items: tuple[Item, ...], names: Directory) -> str:
    """What a model is sent to word an answer about the first open item that everybody may see."""
    return answer_prompt(SAMPLE, prompt_lines(shareable_items(items), names.with_public_names()))[1]


async def _answers(app: App, language: LanguageModel, names: Directory) -> bool:
    """Whether the model fills in a plan for a plain question, names of campaigns and teams included."""
    known = prompt_vocabulary(names)
    asked = f"what is open for {known.campaigns[0]}?" if known.campaigns else "what is blocked?"
    helper = ModelSession(app.ctx, language)
    today = app.ctx.clock.now().date()
    return await helper.plan(asked, names, Person(id="", email="", name=""), today) is not None
