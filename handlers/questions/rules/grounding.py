"""Keep only those sentences of a language model that the cited items prove word by word. Pure.

A sentence that cites several items must be true of each one. What cannot be checked is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from handlers.questions.rules.name_mentions import mention_index
from handlers.questions.rules.tokens import fold
from storage.values.company import Directory
from storage.values.roadmap import Item, Status

LONGEST = 400  # characters of one sentence

# Words for each status. Any of them is checked against the item's real status.
_STATUS = {
    Status.PLANNED: r"planned|scheduled|upcoming",
    Status.IN_PROGRESS: r"in progress|under ?way|ongoing|being worked on|working on|active",
    Status.AT_RISK: r"at risk|in danger|endangered|shaky",
    Status.BLOCKED: r"blocked|stuck|waiting|held up|blocking",
    Status.ON_HOLD: r"on hold|paused|parked|suspended",
    Status.DONE: r"done|finished|shipped|completed?|delivered|closed|live|launched|released|ready|achieved|accomplished",
    Status.DROPPED: r"dropped|cancel(?:l?ed)?|abandoned|scrapped|killed|removed|deleted|gone",
}
_SAYS = {status: re.compile(rf"\b(?:{words})\b") for status, words in _STATUS.items()}
_LATE = re.compile(r"\b(?:overdue|late|delayed|behind|missed|slipp\w+|past due|postponed|pushed)\b")
_MARKUP = re.compile(r"[<>\[\]`*_|{}\\@]|https?:|www\.|://|[\x00-\x1f]")
_MONTH_NAMES = "january february march april may june july august september october november december"
_MONTHS = tuple(_MONTH_NAMES.split())
_MONTH = "|".join([*_MONTHS, *(month[:3] for month in _MONTHS), "sept"])
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({_MONTH})\.?,?(?: (\d{{4}}))?\b")
_MONTH_FIRST = re.compile(rf"\b({_MONTH})\.? (\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (\d{{4}}))?")
_WORD = re.compile(r"[^\W\d_][\w'’-]*|\d+")
# After titles, names and dates are removed, a sentence may contain only these words. Any other word could claim
# something that we cannot check, such as an approval, a new date or a negation.
_PLAIN_WORDS = (
    "a an the and with for of in on at by as is are was were be been has have had it its they their this that these "
    "those which who whose there here also while still currently now item items work milestone milestones task tasks "
    "team teams owner owners campaign campaigns status date dates day project projects part roadmap side hands own "
    "owns owned due start starts started begin begins began kick kicks kicked off belong belongs serve serves serving "
    "support supports supporting handled handles handling led leads leading assigned working works stands marked listed "
    "set expected falls responsible under way underway"
)
_PLAIN = frozenset(_PLAIN_WORDS.split())
_STATUS_WORDS = frozenset(
    word
    for words in (*_STATUS.values(), "overdue late delayed behind past due")
    for word in re.findall(r"[a-z]+", words)
) | {"completed", "complete", "cancelled", "canceled"}


@dataclass(frozen=True, slots=True)
class GroundedSentence:
    """A sentence that passed all checks, with the items that prove it, in the order it cites them."""

    text: str
    items: tuple[Item, ...]


def ground(
    sentences: Sequence[tuple[str, Sequence[str]]], items: Sequence[Item], names: Directory, today: date
) -> tuple[GroundedSentence, ...]:
    """Those of *sentences* (text, cited keys) that *items* prove, without duplicates."""
    by_key = {item.key.casefold(): item for item in items}
    grounded: dict[str, GroundedSentence] = {}
    for text, keys in sentences:
        cited = [by_key.get(key) for key in dict.fromkeys(key.casefold() for key in keys)]
        cited_items = [item for item in cited if item is not None]
        if not cited_items or len(cited_items) < len(cited):
            continue
        tidy = " ".join(text.split())
        if _is_supported(tidy, cited_items, names, today, frozenset(by_key)):
            grounded.setdefault(tidy, GroundedSentence(tidy, tuple(cited_items)))
    return tuple(grounded.values())


def _is_supported(text: str, cited: Sequence[Item], names: Directory, today: date, all_keys: frozenset[str]) -> bool:
    if not text or len(text) > LONGEST or _MARKUP.search(_without_titles(text, cited)):
        return False
    rest = _without_names(_without_titles(text, cited), cited, names)
    if rest is None or any(key in rest.casefold() for key in all_keys):
        return False  # it mentions an item that it does not cite, or a name that does not belong to the cited items
    low, dates_fit = _without_dates(fold(rest), cited)
    statuses_fit = all(_has_status(low, item, today) for item in cited)
    return dates_fit and statuses_fit and all(word in _PLAIN or word in _STATUS_WORDS for word in _WORD.findall(low))


def _without_titles(text: str, cited: Sequence[Item]) -> str:
    """*text* without the keys and titles of the items it cites; their words are not claims of the model."""
    for item in sorted(cited, key=lambda cited_item: -len(cited_item.title)):
        for phrase in (item.title, item.key):
            text = re.sub(re.escape(phrase), " . ", text, flags=re.IGNORECASE) if phrase else text
    return text


def _without_names(text: str, cited: Sequence[Item], names: Directory) -> str | None:
    """*text* without names that belong to every cited item; None if it contains any other person, team or campaign."""
    fitting = [_names_of(item, names) for item in cited]
    shared = set.intersection(*fitting) if fitting else set()
    allowed = {name.casefold() for name in shared}
    # The longest first; of equally long ones that overlap, first those that do not belong to the items.
    candidates = mention_index(names).candidates(text)
    for name in sorted(candidates, key=lambda name: (-len(name), name.casefold() in allowed, name)):
        pattern = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
        if not pattern.search(text):
            continue
        if name.casefold() not in allowed:
            return None
        text = pattern.sub(" . ", text)
    return text


def _names_of(item: Item, names: Directory) -> set[str]:
    team = names.team.get(item.team)
    campaigns = [names.campaign[key].name for key in item.campaigns if key in names.campaign]
    owner = names.person.get(item.owner)
    people = {owner.name, *owner.name.split()} if owner and owner.name else set()
    return {name for name in {team.name if team else "", *campaigns, *people} if name}


def _has_status(low: str, item: Item, today: date) -> bool:
    """Whether every status word in *low* is true of *item*."""
    is_late = item.is_open and item.due is not None and item.due < today
    if _LATE.search(low) and not is_late:
        return False
    return all(status is item.status or not says.search(low) for status, says in _SAYS.items())


def _without_dates(low: str, cited: Sequence[Item]) -> tuple[str, bool]:
    """*low* without its dates, and whether each date belongs to every cited item."""
    dates: list[tuple[int, int, int | None]] = []
    for pattern, order in ((_ISO, (2, 1, 0)), (_DAY_FIRST, (0, 1, 2)), (_MONTH_FIRST, (1, 0, 2))):
        for match in pattern.finditer(low):
            parts = match.groups()
            month = parts[order[1]]
            dates.append((int(parts[order[0]]), _month(month), int(parts[order[2]]) if parts[order[2]] else None))
        low = pattern.sub(" . ", low)
    fits = all(_has_date(item, *day, says=low) for item in cited for day in dates)
    return low, fits


def _month(word: str) -> int:
    return int(word) if word.isdigit() else next(n for n, name in enumerate(_MONTHS, 1) if name.startswith(word[:3]))


def _has_date(item: Item, day: int, month: int, year: int | None, *, says: str) -> bool:
    """Whether that day is the item's due date, or its start or finish date if the sentence speaks of starting or finishing."""
    if re.search(r"\b(?:starts?|started|begins?|began|kick\w*)\b", says):
        dates = [item.start]
    elif item.status is Status.DONE and _SAYS[Status.DONE].search(says):
        dates = [item.finished_on]
    else:
        dates = [item.due]
    return any(on and on.day == day and on.month == month and year in (None, on.year) for on in dates)
