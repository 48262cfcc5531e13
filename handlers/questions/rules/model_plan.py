"""Read a language model's arguments as a plan: every value is checked, and names are resolved to keys of ours. Pure.

Raises BadPlan for arguments that are no plan; its text names the field, never what it held.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, cast, get_args, get_origin

from handlers.grammar import strip_invisible
from handlers.questions.rules.model_schema import ANY_STATUS, OPEN, ModelAnswer, optional, type_hints, values_of
from handlers.questions.rules.near_names import knows_words, names_said
from handlers.questions.rules.plan_description import describe
from handlers.questions.rules.title_words import title_stem
from handlers.questions.rules.tokens import words_of
from handlers.questions.rules.understanding import Aspect, Understood, UnknownName
from handlers.shared.rules.names import Ambiguous, NoSuchName
from storage.values.company import Directory, Person, Side
from storage.values.questions import AnswerType, DateRange, Plan
from storage.values.roadmap import OPEN_STATUSES, Status

MOST_VALUES = 20  # in one field of a plan; more is not an answer to what a person asked
MOST_WORDS = 6  # that a title has to hold
LONGEST_VALUE = 200  # characters
MOST_LIMIT = 100  # items that a question can ask for by number
MOST_YEARS = 100  # between today and a day of the plan
_KEY = re.compile(r"[^\W_][\w-]*\d[\w-]*")  # like the key of an item; anything else is a word of its title
_VERSION = re.compile(r"[rR]?(\d{1,6})")
_SIDES = {"it": Side.IT, "marketing": Side.MARKETING}
_ASKER = frozenset({"me", "i", "asker", "the asker", "myself"})
_ASKERS_TEAM = frozenset({"my team", "our team", "my own team", "us", "we"})
_ANY_STATUS_IF_WANTED = frozenset(
    {AnswerType.WHO, AnswerType.WHEN, AnswerType.STATUS, AnswerType.CAMPAIGN, AnswerType.CHANGES, AnswerType.REASONS}
)
_SAID = ("campaigns", "not_campaigns", "owners", "not_owners", "teams", "not_teams")
_STEM = 5  # letters that decide whether a name is in the question
_NO_CONDITIONS = frozenset({"answer", "aspect", "wanted", "order", "limit"})


class BadPlan(ValueError):
    """The arguments are no plan. The text says which field is wrong, for the model and for the log."""


@dataclass(frozen=True, slots=True)
class Company:
    """What names are resolved against: the directory, all tags, and who asks on which day."""

    names: Directory
    tags: Sequence[str]
    asker: Person
    today: date


@dataclass(frozen=True, slots=True)
class ModelReading:
    """What the model made of a question; `result` is there for a search only."""

    answer: ModelAnswer
    result: Understood | UnknownName | None = None


def reading_from_model(
    arguments: Mapping[str, object], company: Company, ours: Plan | None = None, words: str = ""
) -> ModelReading:
    """The model's *arguments* as a reading. A name that is not known is taken from *ours* if that has one there.

    Raises BadPlan, also for a name that the question, if *words* holds it, does not say.
    """
    if not arguments:
        return ModelReading(ModelAnswer.OTHER)
    answer = cast(ModelAnswer, _enum(ModelAnswer, arguments.get("answer", ModelAnswer.SEARCH), "answer"))
    if answer is not ModelAnswer.SEARCH:
        return ModelReading(answer)
    if words:
        _check_said(arguments, words)
    return ModelReading(answer, _search(arguments, company, ours))


def _stems(text: str) -> set[str]:
    return {title_stem(word)[:_STEM] for word in words_of(text)}


def _check_said(arguments: Mapping[str, object], words: str) -> None:
    """Raise BadPlan if a name is not in the question, letter for letter but for its ending: the model invented it."""
    in_question = _stems(words)
    for field in _SAID:
        for name in _texts(field, arguments.get(field) or []):
            known = name.strip().casefold() in _ASKER | _ASKERS_TEAM | _SIDES.keys()
            if not known and not _stems(name) <= in_question:
                raise BadPlan(f"{field} holds a name that the question does not say")


def _search(arguments: Mapping[str, object], company: Company, ours: Plan | None) -> Understood | UnknownName:
    values = {
        name: _read(name, hint, arguments[name])
        for name, hint in type_hints().items()
        if arguments.get(name) is not None and name != "as_of"
    }
    if not any(value for name, value in arguments.items() if name in values and name not in _NO_CONDITIONS):
        raise BadPlan("no condition is set")
    aspect = cast(Aspect, _one_of(get_args(Aspect), _text_of(arguments, "aspect"), "aspect"))
    as_of = _as_of(arguments.get("as_of"), company.today)
    values = _tidied(values, company.today)
    for name, find in _NAMED.items():
        try:
            values[name] = tuple(dict.fromkeys(key for stated in values.get(name, ()) for key in find(company, stated)))
        except NoSuchName as error:
            known = getattr(ours, name, ()) if knows_words(str(error), company.names) else ()
            if not known and isinstance(error, Ambiguous):
                raise BadPlan("a name that several have") from error
            if not known:
                return UnknownName(_unknown_in(company, find, values[name]), _NOUNS.get(name, ""))
            values[name] = known
    plan = Plan(**values)
    if plan.wanted is AnswerType.CAMPAIGN and not plan.campaigns:
        raise BadPlan("wanted is campaign and no campaign is named")
    return Understood(plan, describe(plan, company.names, aspect=aspect), as_of, aspect)


def _text_of(arguments: Mapping[str, object], name: str) -> object:
    value = arguments.get(name)
    return "" if value is None else value


def _unknown_in(company: Company, find: Callable[[Company, str], tuple[str, ...]], stated: Sequence[str]) -> str:
    """The first name of *stated* that is not known."""
    for name in stated:
        try:
            find(company, name)
        except NoSuchName:
            return name
    return ""


def _tidied(values: dict[str, Any], today: date) -> dict[str, Any]:
    """*values* with the statuses that nobody said, and without what is no key and no sensible number."""
    keys = tuple(values.get("keys", ()))
    texts = [key for key in keys if not _KEY.fullmatch(key)]
    values["keys"] = tuple(key for key in keys if key not in texts)
    words = [word for text in (*values.get("words", ()), *texts) for word in text.split()]
    values["words"] = tuple(words[:MOST_WORDS])
    if not 0 < values.get("limit", 0) <= MOST_LIMIT:
        values["limit"] = None
    if values.get("most", 0) not in (-1, 0, 1):
        raise BadPlan("most is none of -1, 0 and 1")
    values["statuses"] = _statuses(values)
    values["today"] = today
    for name in ("due", "start", "finished", "changed"):
        _check_days(name, values.get(name), today)
    return values


def _statuses(values: Mapping[str, Any]) -> frozenset[Status]:
    stated = values.get("statuses", frozenset())
    named = frozenset(Status(word) for word in stated - {OPEN, ANY_STATUS})
    if ANY_STATUS in stated:
        return frozenset()
    if OPEN in stated:
        return named | OPEN_STATUSES
    says_state = any(values.get(name) for name in ("overdue", "slipping", "on_track", "keys", "finished", "changed"))
    about_one = values.get("wanted") in _ANY_STATUS_IF_WANTED
    return named or (frozenset() if says_state or about_one else OPEN_STATUSES)


def _read(name: str, hint: Any, value: object) -> Any:
    """*value*, data as in JSON, as the type of a field of `Plan`; of a set of statuses as texts."""
    if inner := optional(hint):
        return _read(name, inner, value)
    if hint == tuple[str, ...]:
        return _texts(name, value)
    if get_origin(hint) is frozenset:
        return _set(name, get_args(hint)[0], value)
    if hint is DateRange:
        return _days(name, value)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _enum(hint, value, name)
    if not isinstance(value, hint) or (isinstance(value, bool) and hint is not bool):
        raise BadPlan(f"{name} is no {hint.__name__}")
    return value


def _texts(name: str, value: object) -> tuple[str, ...]:
    """The texts of a list, without blank ones."""
    if not isinstance(value, list) or len(value) > MOST_VALUES:
        raise BadPlan(f"{name} is no list of at most {MOST_VALUES} texts")
    return tuple(text for text in (_checked(name, entry) for entry in value) if text.strip())


def _checked(name: str, value: object) -> str:
    # Invisible characters too: a database may refuse them, and no name or title has any.
    if not isinstance(value, str) or len(value) > LONGEST_VALUE or strip_invisible(value) != value:
        raise BadPlan(f"{name} holds something that is no short text")
    return value


def _set(name: str, of: Any, value: object) -> frozenset[Any]:
    texts = _texts(name, value)
    allowed = values_of(name, of)
    if allowed is not None and not set(texts) <= set(allowed):
        raise BadPlan(f"{name} holds something else than {', '.join(allowed)}")
    return frozenset(texts if of in (str, Status) else map(of, texts))


def _enum(kind: type[StrEnum], value: object, name: str) -> StrEnum:
    return kind(_one_of([str(allowed) for allowed in kind], value, name))


def _one_of(allowed: Sequence[str], value: object, name: str) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise BadPlan(f"{name} is none of {', '.join(allowed)}")
    return value


def _days(name: str, value: object) -> DateRange | None:
    if not isinstance(value, dict) or not value.keys() <= {"first", "last"}:
        raise BadPlan(f"{name} is no object with first and last")
    days = [_day(name, value.get(end)) for end in ("first", "last")]
    return DateRange(*days) if any(days) else None


def _day(name: str, value: object) -> date | None:
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(_checked(name, value))
    except ValueError:
        raise BadPlan(f"{name} holds a day that is not written YYYY-MM-DD or does not exist") from None


def _check_days(name: str, days: DateRange | None, today: date) -> None:
    if days and days.first and days.last and days.first > days.last:
        raise BadPlan(f"{name} ends before it begins")
    if days and any(day and abs(day.year - today.year) > MOST_YEARS for day in (days.first, days.last)):
        raise BadPlan(f"{name} is in another century")


def _as_of(value: object, today: date) -> date | int | None:
    if value is None or value == "":
        return None
    if version := _VERSION.fullmatch(_checked("as_of", value)):
        return int(version[1])
    day = _day("as_of", value)
    _check_days("as_of", DateRange(day), today)
    return day if day != today else None


def _teams(company: Company, stated: str) -> tuple[str, ...]:
    plain = stated.strip().casefold()
    if plain in _ASKERS_TEAM and company.asker.team:
        return (company.asker.team,)
    if side := _SIDES.get(plain):
        return company.names.teams_of_side(side)
    try:
        return (_one(company, stated, "team"),)
    except NoSuchName:
        return company.names.teams_of_side(Side(_one(company, stated, "side")))


def _campaigns(company: Company, stated: str) -> tuple[str, ...]:
    return (_one(company, stated, "campaign"),)


def _owners(company: Company, stated: str) -> tuple[str, ...]:
    if stated.strip().casefold() in _ASKER and company.asker.id:
        return (company.asker.id,)
    return (_one(company, stated, "person"),)


def _one(company: Company, stated: str, noun: str) -> str:
    """The key of the one entity called *stated*, read as in a question. Raises NoSuchName, and Ambiguous for several."""
    entities = names_said(stated, noun, company.names)
    if len(entities) > 1:
        raise Ambiguous(stated)
    if not entities:
        raise NoSuchName(stated)
    return entities[0].key


def _tags(company: Company, stated: str) -> tuple[str, ...]:
    tag = next((tag for tag in company.tags if tag.casefold() == stated.strip().casefold()), None)
    if tag is None:
        raise NoSuchName(stated)
    return (tag,)


_FINDERS: Mapping[str, tuple[str, Callable[[Company, str], tuple[str, ...]]]] = {
    "teams": ("team", _teams),
    "campaigns": ("campaign", _campaigns),
    "owners": ("person", _owners),
    "tags": ("tag", _tags),
}
_NAMED = {name: find for field, (_, find) in _FINDERS.items() for name in (field, f"not_{field}")}
_NOUNS = {name: noun for field, (noun, _) in _FINDERS.items() for name in (field, f"not_{field}")}
