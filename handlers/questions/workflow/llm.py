"""What a language model may add: it fills the same plan when ours is weak, and words the same items. Ten seconds in all.

Only the question and unrestricted items leave, without addresses. Whatever goes wrong there costs its prose and no more.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import date

import structlog

from handlers.context import AppContext
from handlers.errors import Refusal
from handlers.questions.rules.grounding import GroundedSentence, ground
from handlers.questions.rules.plan_description import describe
from handlers.questions.rules.understanding import Understood
from handlers.shared.rules.names import find_campaign, find_person, find_team
from integrations.ports.language import LanguageModel, ModelFailure, TokenUsage, Vocabulary
from storage.questions import ModelUsage
from storage.values.company import Directory, Person, Side
from storage.values.questions import AnswerType, DateRange, ItemDate, Plan, SortOrder
from storage.values.roadmap import OPEN_STATUSES, Item, Kind, Status

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

TOTAL_S = 10.0  # all calls for one question together
MOST_LINES = 12  # items that are worded; the answer lists as many
MOST_NAMES = 200  # campaigns that a model is told of
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SIDES = {"it": Side.IT, "marketing": Side.MARKETING}
_SORTED = {
    "due": SortOrder.DUE,
    "latest_due": SortOrder.LATEST_DUE,
    "finished": SortOrder.FINISHED,
    "urgency": SortOrder.URGENCY,
}


class ModelSession:
    """A model's help with one question, and what it took."""

    def __init__(self, ctx: AppContext, language: LanguageModel) -> None:
        self._language = language
        self._prices = (ctx.policy.price_in, ctx.policy.price_out)
        self._until = asyncio.get_running_loop().time() + TOTAL_S
        self._spent = TokenUsage()

    @property
    def usage(self) -> ModelUsage:
        """Tokens, and what they cost by the prices of the settings (per million tokens)."""
        spent, (price_in, price_out) = self._spent, self._prices
        micros = round(spent.tokens_in * price_in + spent.tokens_out * price_out)
        return ModelUsage(self._language.name, spent.tokens_in, spent.tokens_out, micros)

    async def plan(self, question: str, names: Directory, asker: Person, today: date) -> Understood | None:
        """What the model takes *question* for; None when it cannot tell, or names something that nobody knows."""
        try:
            async with asyncio.timeout_at(self._until):
                filled = await self._language.extract_query(redact(question), prompt_vocabulary(names), today)
        except (ModelFailure, TimeoutError) as error:
            log.warning("the model did not understand", action="ask.model_failed", step="fill", reason=str(error))
            return None
        self._spent += filled.usage
        try:
            return (filled.arguments and plan_from_model(filled.arguments, names, asker, today)) or None
        except (Refusal, ValueError, TypeError, KeyError) as error:
            log.warning("the model filled in nonsense", action="ask.model_nonsense", reason=type(error).__name__)
            return None

    async def word(
        self, question: str, items: Sequence[Item], names: Directory, today: date
    ) -> tuple[GroundedSentence, ...]:
        """Sentences about those of *items* that may leave, as far as they are borne out."""
        may_leave = shareable_items(items)
        if not may_leave:
            return ()
        open_names = names.with_public_names()
        try:
            async with asyncio.timeout_at(self._until):
                told = await self._language.compose_answer(redact(question), prompt_lines(may_leave, open_names))
        except (ModelFailure, TimeoutError) as error:
            log.warning("the model found no words", action="ask.model_failed", step="word", reason=str(error))
            return ()
        self._spent += told.usage
        kept = ground([(each.text, each.keys) for each in told.sentences], may_leave, open_names, today)
        if len(kept) < len(told.sentences):
            log.info("sentences were not borne out", action="ask.ungrounded", dropped=len(told.sentences) - len(kept))
        return kept


# ── what leaves ──────────────────────────────────────────────────────────────────────────────────────────────────────


def redact(text: str) -> str:
    """*text* without e-mail addresses."""
    return _ADDRESS.sub("(address)", text)


def shareable_items(items: Sequence[Item]) -> tuple[Item, ...]:
    """Those that a model may read: what everybody may see."""
    return tuple(item for item in items if not item.visible_to)[:MOST_LINES]


def prompt_vocabulary(names: Directory) -> Vocabulary:
    """The names of campaigns and teams; people's stay here."""
    teams = ("IT", "Marketing", *(each.name for each in names.teams))
    return Vocabulary(tuple(redact(each.name) for each in names.campaigns[:MOST_NAMES]), teams)


def prompt_lines(items: Sequence[Item], names: Directory) -> list[dict[str, str]]:
    """Items as a model reads them. No summary: what somebody wrote there at length is not needed for an answer."""
    return [
        {
            "key": item.key,
            "title": redact(item.title),
            "status": item.status.replace("_", " "),
            "start": item.start.isoformat() if item.start else "",
            "due": item.due.isoformat() if item.due else "",
            "finished": item.finished_on.isoformat() if item.finished_on else "",
            "owner": redact(names.name_of(item.owner)),
            "team": names.team[item.team].name if item.team in names.team else item.team,
            "campaigns": ", ".join(names.campaign[key].name for key in item.campaigns if key in names.campaign),
        }
        for item in items
    ]


# ── what comes back ──────────────────────────────────────────────────────────────────────────────────────────────────


def plan_from_model(told: Mapping[str, object], names: Directory, asker: Person, today: date) -> Understood | None:
    """The plan that a model filled in, with our keys in it. Raises Refusal or ValueError for what is none.

    A plan without any condition is no understanding: "everything" is asked for in plainer words.
    """
    teams = tuple(key for said in _texts(told, "teams") for key in _teams(names, said))
    owners = tuple(_owner(names, said, asker) for said in _texts(told, "people"))
    statuses = frozenset(status for said in _texts(told, "statuses") for status in _statuses(said))
    late, slipping = told.get("overdue") is True, told.get("slipping") is True
    wanted = AnswerType(str(told.get("wanted") or "list"))
    if wanted is AnswerType.CAMPAIGN:
        return None
    limit = told.get("limit")
    plan = Plan(
        wanted=wanted,
        keys=_texts(told, "keys"),
        words=tuple(word for said in _texts(told, "words") for word in said.split())[:6],
        teams=tuple(dict.fromkeys(teams)),
        campaigns=tuple(
            dict.fromkeys(find_campaign(names, said, loose=True).key for said in _texts(told, "campaigns"))
        ),
        owners=tuple(dict.fromkeys(owners)),
        statuses=statuses or (frozenset() if late or slipping or told.get("keys") else OPEN_STATUSES),
        kinds=frozenset(Kind(said) for said in _texts(told, "kinds")),
        period=_period(told),
        period_of=ItemDate(str(told.get("period_of") or "due")),
        overdue=late,
        slipping=slipping,
        order=_SORTED.get(str(told.get("order") or "due"), SortOrder.DUE),
        limit=limit if isinstance(limit, int) and not isinstance(limit, bool) and 0 < limit <= 100 else None,
        today=today,
    )
    says = plan.keys or plan.words or plan.teams or plan.campaigns or plan.owners or plan.period or late or slipping
    if not says and plan.statuses == OPEN_STATUSES:
        return None
    return Understood(plan, describe(plan, names))


def _texts(told: Mapping[str, object], name: str) -> tuple[str, ...]:
    value = told.get(name)
    return tuple(str(each) for each in value if str(each).strip()) if isinstance(value, list) else ()


def _teams(names: Directory, said: str) -> tuple[str, ...]:
    side = _SIDES.get(said.strip().casefold())
    return names.teams_of_side(side) if side else (find_team(names, said, loose=True).key,)


def _owner(names: Directory, said: str, asker: Person) -> str:
    return asker.id if said.strip().casefold() in {"me", "i", "asker"} else find_person(names, said, loose=True).id


def _statuses(said: str) -> frozenset[Status]:
    return OPEN_STATUSES if said == "open" else frozenset({Status(said)})


def _period(told: Mapping[str, object]) -> DateRange | None:
    first, last = (
        date.fromisoformat(str(told[name])) if told.get(name) else None for name in ("first_day", "last_day")
    )
    if first and last and first > last:
        raise ValueError("a period that ends before it begins")
    return DateRange(first, last) if first or last else None
