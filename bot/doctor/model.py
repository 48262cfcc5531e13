"""The check of the language model: whether it answers, its usage, and a sample of what is sent to it."""

from __future__ import annotations

from datetime import timedelta

from bot.app import App
from handlers.questions.rules.masking import mask_for, restricted_index
from handlers.questions.workflow.llm import TOTAL_S, AskedQuestion, ModelSession, prompt_lines, shareable_items
from integrations.openai.tools import answer_prompt
from integrations.ports.language import LanguageModel
from integrations.ports.platform import CheckResult
from storage import item_queries, questions
from storage.directory import directory
from storage.restricted_names import restricted_names
from storage.tag_names import open_tags
from storage.values.company import UNRESTRICTED, Person
from storage.values.questions import Plan, SortOrder
from storage.values.roadmap import OPEN_STATUSES, Item

SAMPLE = "what is open, and who owns it?"
FIX = "correct OPENAI_BASE_URL, OPENAI_API_KEY or OPENAI_API; until then answers are composed without it"
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
        restricted = restricted_index(name for item in (await restricted_names(session)).items for name in item.names)
        tags = await open_tags(session)
        total = await questions.usage_since(session, app.ctx.clock.now() - USAGE_PERIOD)
    usage = f"{total.tokens_in + total.tokens_out:,} tokens in 30 days"
    cost = f", {total.cost_micros / 1e6:.2f} by the prices set" if total.cost_micros else ""
    nobody = Person(id="", email="", name="")
    question = AskedQuestion(SAMPLE, names, nobody, app.ctx.clock.now().date(), mask_for(names, restricted), tags)
    sample = _sample(question, items)
    if language.paused_until:
        detail = f"{language.name} failed several times in a row; not asked until {language.paused_until:%H:%M:%S} UTC"
        return CheckResult("model", ok=False, detail=detail, fix=FIX)
    if not await _answers(app, language, question):
        detail = f"{language.name} gave no usable answer within {TOTAL_S:.0f} s; would have left: {sample}"
        return CheckResult("model", ok=False, detail=detail, fix=FIX)
    detail = f"{language.name} answers; {usage}{cost}; what leaves with a question: {sample}"
    return CheckResult("model", ok=True, detail=detail)


def _sample(question: AskedQuestion, items: tuple[Item, ...]) -> str:
    """The prompt for wording an answer about the first open item that everybody may see."""
    lines = prompt_lines(shareable_items(items), question.names.with_public_names(), question.mask)
    return answer_prompt(question.mask.hide(question.words), lines)[1]


async def _answers(app: App, language: LanguageModel, question: AskedQuestion) -> bool:
    """Whether the model fills in a valid plan for a simple question."""
    return await ModelSession(app.ctx, language).read(question) is not None
