"""The gold questions: each line of `gold.jsonl` has a question and what a person says it means.

company   whose roadmap is asked about: a module `company_<company>`
topic     what the question tests
ask       the question
want      conditions that the items of the answer meet and no other items do (see `_meets`)
first     with `want`: only this many items, those with the earliest due dates; `last`: with the latest
campaign  instead of `want`: the question is about the campaign itself, and about this aspect ("any": any aspect)
outcome   instead of `want`: `unknown`, `unclear` or `not_understood`

The items are found by these conditions alone, never by the program, so that a line proves something.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from handlers.questions.rules.title_words import content_pairs, content_stems
from handlers.questions.rules.tokens import clean, words_of
from storage.values.company import Directory, Person
from storage.values.questions import ItemTitle
from storage.values.roadmap import OPEN_STATUSES, Item, Kind, Status
from tests.features.questions import (
    company_everyday_words,
    company_item_titles,
    company_similar_names,
    company_store_openings,
)

GOLD_FILE = Path(__file__).with_name("gold.jsonl")
Conditions = Mapping[str, Any]


@dataclass(frozen=True)
class QuestionContext:
    """What a question is about, who asks it, and when."""

    names: Directory
    items: tuple[Item, ...]
    asker: Person
    today: date

    @property
    def titles(self) -> tuple[ItemTitle, ...]:
        """All titles, as if the asker might see every item."""
        return titles_of(self.items)


@dataclass(frozen=True)
class GoldQuestion:
    """One line of the file."""

    company: str
    topic: str
    ask: str
    want: Conditions = field(default_factory=dict)
    first: int = 0
    last: int = 0
    campaign: str = ""
    outcome: str = ""

    @property
    def context(self) -> QuestionContext:
        return COMPANIES[self.company]

    def expected_keys(self) -> set[str]:
        """The keys of the items that the question means."""
        matches = [item for item in self.context.items if fits(item, self.want, self.context)]
        if not (self.first or self.last):
            return {item.key for item in matches}
        sign = -1 if self.last else 1
        ranked = sorted((sign * item.due.toordinal(), item.key) for item in matches if item.due)
        return {key for _, key in ranked[: self.first or self.last]}


COMPANIES = {
    "similar_names": QuestionContext(
        company_similar_names.NAMES,
        company_similar_names.roadmap(size=900),
        company_similar_names.PEOPLE[0],
        company_similar_names.TODAY,
    ),
    "everyday_words": QuestionContext(
        company_everyday_words.NAMES,
        company_everyday_words.roadmap(),
        company_everyday_words.PEOPLE[3],
        company_similar_names.TODAY,
    ),
    "store_openings": QuestionContext(
        company_store_openings.NAMES,
        company_store_openings.roadmap(),
        company_store_openings.PEOPLE[6],
        company_store_openings.TODAY,
    ),
    "item_titles": QuestionContext(
        company_similar_names.NAMES,
        company_item_titles.ITEMS,
        company_similar_names.PEOPLE[0],
        company_similar_names.TODAY,
    ),
}


def fits(item: Item, want: Conditions, company: QuestionContext) -> bool:
    """Whether *item* meets every condition of *want*."""
    return all(_meets(item, condition, value, company) for condition, value in want.items())


def _meets(item: Item, condition: str, value: Any, company: QuestionContext) -> bool:
    """Whether *item* meets one condition. A list of names is met by any of them; a period includes both its days."""
    match condition:
        case "any":  # at least one of these conditions holds
            return any(_meets(item, name, value[name], company) for name in value)
        case "not":  # none of these conditions holds
            return not any(_meets(item, name, value[name], company) for name in value)
        case "open":
            return item.status in OPEN_STATUSES
        case "overdue":
            return item.status in OPEN_STATUSES and item.due is not None and item.due < company.today
        case "slipping":
            late = _meets(item, "overdue", True, company)
            return late or item.status in {Status.AT_RISK, Status.BLOCKED}
        case "status":
            return item.status in [Status(name) for name in value]
        case "side":
            return item.team in {team.key for team in company.names.teams if team.side in value}
        case "team":
            return item.team in value
        case "campaign":
            return not set(value).isdisjoint(item.campaigns)
        case "owner":
            return item.owner in value
        case "key":
            return item.key in value
        case "title":  # each of these begins a word of the title
            words = item.title.lower().split()
            return all(any(word.startswith(beginning) for word in words) for beginning in value)
        case "kind":
            return item.kind is Kind(value)
        case "missing":  # none of these fields has a value
            return not any(getattr(item, name) for name in value)
        case "due":
            return _is_in(item.due, value, company.today)
        case "start":
            return _is_in(item.start, value, company.today)
        case "finished":  # done, and not after today
            first, last = value
            return item.status is Status.DONE and _is_in(item.finished_on, (first, last or "today"), company.today)
        case _:
            raise ValueError(f"{condition} is not a condition of a gold question")


def _is_in(day: date | None, period: Iterable[str | None], today: date) -> bool:
    first, last = (_day(text, today) if text else None for text in period)
    return day is not None and (first is None or first <= day) and (last is None or day <= last)


def _day(text: str, today: date) -> date:
    """`2026-12-01`, `today`, `today+30` or `today-30`."""
    return today + timedelta(days=int(text[5:] or 0)) if text.startswith("today") else date.fromisoformat(text)


def titles_of(items: Iterable[Item]) -> tuple[ItemTitle, ...]:
    return tuple(ItemTitle(item.title, item.key) for item in items)


def titles_in(text: str, titles: Iterable[ItemTitle]) -> list[ItemTitle]:
    """Those of *titles* that occur in *text* as a whole."""
    words = f" {' '.join(words_of(text))} "
    return [title for title in titles if f" {' '.join(words_of(title.title))} " in words]


def known_words(text: str, items: Iterable[Item]) -> frozenset[str]:
    """The words of *text* that begin a word of a title, and with a `#` those of a tag, as the store's index finds them."""
    items = tuple(items)
    stems = content_stems(clean(text))
    titles = {word for item in items for word in words_of(f"{item.title} {item.key}")}
    tags = {word for item in items for tag in item.tags for word in words_of(tag)}
    in_titles = {stem for stem in stems if any(word.startswith(stem) for word in titles)}
    together = {
        f"{one} {two}" for one, two in content_pairs(clean(text), in_titles) if _has_title_with(one, two, items)
    }
    return frozenset(in_titles | together | {f"#{word}" for word in words_of(clean(text)) if word in tags})


def _has_title_with(one: str, two: str, items: Iterable[Item]) -> bool:
    headings = (words_of(f"{item.title} {item.key}") for item in items)
    return any(all(any(word.startswith(stem) for word in heading) for stem in (one, two)) for heading in headings)


QUESTIONS = tuple(GoldQuestion(**json.loads(line)) for line in GOLD_FILE.read_text(encoding="utf-8").splitlines())
