"""Let a language model fill in a plan where our parser fails, and write sentences about the items found.

Only the question and items without restrictions are sent, without e-mail addresses. If the model fails or exceeds ten
seconds, the reply is the one without a model.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import date

import structlog

from handlers.context import AppContext
from handlers.errors import Refusal
from handlers.grammar import strip_invisible
from handlers.questions.rules.grounding import GroundedSentence, ground
from handlers.questions.rules.plan_description import describe
from handlers.questions.rules.understanding import Understood
from handlers.shared.rules.names import find_campaign, find_person, find_team
from integrations.ports.language import LanguageModel, ModelFailure, TokenUsage, Vocabulary
from storage.questions import ModelUsage
from storage.values.company import Directory, Person, Side
from storage.values.questions import AnswerType, DateRange, Plan, SortOrder
from storage.values.roadmap import OPEN_STATUSES, Item, Kind, Status

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

TOTAL_S = 10.0  # for all calls about one question
MOST_LINES = 12  # items sent to the model; as many as the answer lists
MOST_NAMES = 200  # campaigns in the model's vocabulary
MOST_VALUES = 20  # in one field of a plan; more is not an answer to what a person asked
LONGEST_VALUE = 200  # characters
MOST_LIMIT = 100  # items that a question can ask for by number
MOST_YEARS = 100  # between today and a day of the plan
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SIDES = {"it": Side.IT, "marketing": Side.MARKETING}
_SORTED = {
    "due": SortOrder.DUE,
    "latest_due": SortOrder.LATEST_DUE,
    "finished": SortOrder.FINISHED,
    "urgency": SortOrder.URGENCY,
}


class ModelSession:
    """The model calls for one question, with a shared time limit and their token usage."""

    def __init__(self, ctx: AppContext, language: LanguageModel) -> None:
        self._language = language
        self._prices = (ctx.policy.price_in, ctx.policy.price_out)
        self._until = asyncio.get_running_loop().time() + TOTAL_S
        self._spent = TokenUsage()

    @property
    def usage(self) -> ModelUsage:
        """Tokens used, and their cost by the prices in the settings (per million tokens)."""
        spent, (price_in, price_out) = self._spent, self._prices
        micros = round(spent.tokens_in * price_in + spent.tokens_out * price_out)
        return ModelUsage(self._language.name, spent.tokens_in, spent.tokens_out, micros)

    async def plan(self, question: str, names: Directory, asker: Person, today: date) -> Understood | None:
        """The model's reading of *question*; None if it has none or uses names that do not exist."""
        try:
            async with asyncio.timeout_at(self._until):
                filled = await self._language.extract_query(redact(question), prompt_vocabulary(names), today)
        except (ModelFailure, TimeoutError) as error:
            log.warning("model call failed", action="ask.model_failed", step="fill", reason=str(error))
            return None
        self._spent += filled.usage
        if not filled.arguments:
            return None
        try:
            # In a thread, because comparing each name with those of thousands of people takes a while.
            return await asyncio.to_thread(plan_from_model, filled.arguments, names, asker, today)
        except (Refusal, ValueError, TypeError, KeyError) as error:
            log.warning("model returned an invalid plan", action="ask.model_nonsense", reason=type(error).__name__)
            return None

    async def word(
        self, question: str, items: Sequence[Item], names: Directory, today: date
    ) -> tuple[GroundedSentence, ...]:
        """Sentences about the shareable *items*, as far as the items prove them."""
        may_leave = shareable_items(items)
        if not may_leave:
            return ()
        open_names = names.with_public_names()
        try:
            async with asyncio.timeout_at(self._until):
                composed = await self._language.compose_answer(redact(question), prompt_lines(may_leave, open_names))
        except (ModelFailure, TimeoutError) as error:
            log.warning("model call failed", action="ask.model_failed", step="word", reason=str(error))
            return ()
        self._spent += composed.usage
        # In a thread, because indexing the names of thousands of people takes a while.
        grounded = await asyncio.to_thread(
            ground, [(sentence.text, sentence.keys) for sentence in composed.sentences], may_leave, open_names, today
        )
        if len(grounded) < len(composed.sentences):
            log.info(
                "dropped sentences that the items do not prove",
                action="ask.ungrounded",
                dropped=len(composed.sentences) - len(grounded),
            )
        return grounded


def redact(text: str) -> str:
    """*text* without e-mail addresses."""
    return _ADDRESS.sub("(address)", text)


def shareable_items(items: Sequence[Item]) -> tuple[Item, ...]:
    """The first items that everybody may see; only these are sent to a model."""
    return tuple(item for item in items if not item.visible_to)[:MOST_LINES]


def prompt_vocabulary(names: Directory) -> Vocabulary:
    """The names of campaigns and teams. Names of people are not sent."""
    teams = ("IT", "Marketing", *(team.name for team in names.teams))
    return Vocabulary(tuple(redact(campaign.name) for campaign in names.campaigns[:MOST_NAMES]), teams)


def prompt_lines(items: Sequence[Item], names: Directory) -> list[dict[str, str]]:
    """Items as the model gets them. Summaries are left out, because no answer needs them."""
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


def plan_from_model(arguments: Mapping[str, object], names: Directory, asker: Person, today: date) -> Understood | None:
    """The model's *arguments* as a plan with keys of ours. Raises Refusal or ValueError if anything in them is invalid.

    None if they set no condition: the model did not understand the question.
    """
    teams = tuple(key for name in _texts(arguments, "teams") for key in _teams(names, name))
    owners = tuple(_owner(names, name, asker) for name in _texts(arguments, "people"))
    statuses = frozenset(status for word in _texts(arguments, "statuses") for status in _statuses(word))
    late, slipping = _flag(arguments, "overdue"), _flag(arguments, "slipping")
    answer_type = AnswerType(_text(arguments, "wanted") or "list")
    if answer_type is AnswerType.CAMPAIGN:
        return None
    keys = _texts(arguments, "keys")
    periods = _periods(arguments, today)
    plan = Plan(
        wanted=answer_type,
        keys=keys,
        words=tuple(word for text in _texts(arguments, "words") for word in text.split())[:6],
        teams=tuple(dict.fromkeys(teams)),
        campaigns=tuple(
            dict.fromkeys(find_campaign(names, name, loose=True).key for name in _texts(arguments, "campaigns"))
        ),
        owners=tuple(dict.fromkeys(owners)),
        statuses=statuses or (frozenset() if late or slipping or keys else OPEN_STATUSES),
        kinds=frozenset(Kind(word) for word in _texts(arguments, "kinds")),
        due=periods.get("due"),
        start=periods.get("start"),
        finished=periods.get("finished"),
        overdue=late,
        slipping=slipping,
        order=_SORTED[_text(arguments, "order") or "due"],
        limit=_limit(arguments),
        today=today,
    )
    says = (
        plan.keys
        or plan.words
        or plan.teams
        or plan.campaigns
        or plan.owners
        or plan.due
        or plan.start
        or plan.finished
        or late
        or slipping
    )
    if not says and plan.statuses == OPEN_STATUSES:
        return None
    return Understood(plan, describe(plan, names))


def _texts(arguments: Mapping[str, object], name: str) -> tuple[str, ...]:
    """The texts of a list, without blank ones; a list that is missing or null is empty."""
    values = arguments.get(name)
    if values is None:
        return ()
    if not isinstance(values, list) or len(values) > MOST_VALUES:
        raise ValueError(f"{name} is no list of at most {MOST_VALUES}")
    return tuple(text for text in (_checked(value, name) for value in values) if text.strip())


def _text(arguments: Mapping[str, object], name: str) -> str:
    """The text of a field, "" where it is missing or null."""
    value = arguments.get(name)
    return "" if value is None else _checked(value, name)


def _checked(value: object, name: str) -> str:
    # Invisible characters too: a database may refuse them, and no name or title has any.
    if not isinstance(value, str) or len(value) > LONGEST_VALUE or strip_invisible(value) != value:
        raise ValueError(f"{name} holds something that is no short text")
    return value


def _flag(arguments: Mapping[str, object], name: str) -> bool:
    value = arguments.get(name)
    if value is not None and not isinstance(value, bool):
        raise ValueError(f"{name} is neither true nor false")
    return value is True


def _limit(arguments: Mapping[str, object]) -> int | None:
    """How many items are wanted; None for all, also where the number makes no sense."""
    value = arguments.get("limit")
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value if value is not None and 0 < value <= MOST_LIMIT else None
    raise ValueError("limit is no whole number")


def _teams(names: Directory, name: str) -> tuple[str, ...]:
    side = _SIDES.get(name.strip().casefold())
    return names.teams_of_side(side) if side else (find_team(names, name, loose=True).key,)


def _owner(names: Directory, name: str, asker: Person) -> str:
    return asker.id if name.strip().casefold() in {"me", "i", "asker"} else find_person(names, name, loose=True).id


def _statuses(word: str) -> frozenset[Status]:
    return OPEN_STATUSES if word == "open" else frozenset({Status(word)})


def _periods(arguments: Mapping[str, object], today: date) -> dict[str, DateRange | None]:
    field = {"due": "due", "start": "start", "finished_on": "finished"}[_text(arguments, "period_of") or "due"]
    return {field: _period(arguments, today)}


def _period(arguments: Mapping[str, object], today: date) -> DateRange | None:
    days = [_text(arguments, name) for name in ("first_day", "last_day")]
    first, last = (date.fromisoformat(day) if day else None for day in days)
    if first and last and first > last:
        raise ValueError("a period that ends before it begins")
    if any(day and abs(day.year - today.year) > MOST_YEARS for day in (first, last)):
        raise ValueError("a period in another century")
    return DateRange(first, last) if first or last else None
