"""Keep only those sentences of a language model that the cited items prove word by word. Pure.

A sentence that cites several items must be true of each one. What cannot be checked is dropped.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from handlers.questions.rules.name_mentions import mention_index, replaced, without_overlaps
from handlers.questions.rules.tokens import fold
from storage.values.company import Directory
from storage.values.roadmap import Item, Kind, Status

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
# One pattern for the three ways of writing a date, the first that fits.
_DATE = re.compile(
    r"\b(?P<y1>\d{4})-(?P<m1>\d{2})-(?P<d1>\d{2})\b"
    rf"|\b(?P<d2>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<m2>{_MONTH})\b\.?(?:,? (?P<y2>\d{{4}})\b)?"
    rf"|\b(?P<m3>{_MONTH})\.? (?P<d3>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<y3>\d{{4}})\b)?",
    re.IGNORECASE,
)
_KINDS = {
    Kind.MILESTONE: re.compile(r"\bmilestones?\b"),
    Kind.WORK: re.compile(r"\b(?:work items?|tasks?)\b"),
}
_YES_NO = re.compile(r"\s*(yes|no)\b[\s,.:;–-]*", re.IGNORECASE)
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
    sentences: Sequence[tuple[str, Sequence[str]]],
    items: Sequence[Item],
    names: Directory,
    today: date,
    *,
    verdict: bool | None = None,
) -> tuple[GroundedSentence, ...]:
    """Those of *sentences* (text, cited keys) that *items* prove, without duplicates.

    A sentence may begin with "yes" or "no" if that is the *verdict* which the items gave.
    """
    by_key = {item.key.casefold(): item for item in items}
    grounded: dict[str, GroundedSentence] = {}
    for text, keys in sentences:
        cited = [by_key.get(key) for key in dict.fromkeys(key.casefold() for key in keys)]
        cited_items = [item for item in cited if item is not None]
        if not cited_items or len(cited_items) < len(cited):
            continue
        tidy = " ".join(unicodedata.normalize("NFC", text).split())
        claims = _without_verdict(tidy, verdict=verdict)
        if claims and _is_supported(claims, cited_items, names, today, frozenset(by_key)):
            grounded.setdefault(tidy, GroundedSentence(tidy, tuple(cited_items)))
    return tuple(grounded.values())


def _without_verdict(text: str, *, verdict: bool | None) -> str:
    """*text* without the "yes" or "no" that it rightly begins with; a wrong one stays, and no item proves it."""
    match = _YES_NO.match(text)
    is_right = match is not None and verdict is not None and (match[1].casefold() == "yes") is verdict
    return text[match.end() :] if match and is_right else text


def _is_supported(text: str, cited: Sequence[Item], names: Directory, today: date, all_keys: frozenset[str]) -> bool:
    untitled = _without_titles(text, cited)
    if len(text) > LONGEST or _MARKUP.search(untitled) or any(key in untitled.casefold() for key in all_keys):
        return False  # it mentions an item that it does not cite, or holds more than plain words
    # Dates before names: a person called May is not meant by "1 May".
    rest = _without_names(_DATE.sub(" . ", untitled), cited, names)
    if rest is None:
        return False  # a name that does not belong to the cited items
    low = fold(rest)
    days = [_day(match) for match in _DATE.finditer(untitled)]
    return (
        all(_has_date(item, *day, says=low) for item in cited for day in days)
        and all(_has_status(low, item, today) and _has_kind(low, item) for item in cited)
        and all(word in _PLAIN or word in _STATUS_WORDS for word in _WORD.findall(low))
    )


def _without_titles(text: str, cited: Sequence[Item]) -> str:
    """*text* without the keys and titles of the items it cites; their words are not claims of the model."""
    for item in sorted(cited, key=lambda cited_item: -len(cited_item.title)):
        for phrase in (unicodedata.normalize("NFC", item.title), item.key):
            text = re.sub(re.escape(phrase), " . ", text, flags=re.IGNORECASE) if phrase else text
    return text


def _without_names(text: str, cited: Sequence[Item], names: Directory) -> str | None:
    """*text* without names that belong to every cited item; None if it contains any other person, team or campaign."""
    shared = set.intersection(*[_names_of(item, names) for item in cited]) if cited else set()
    allowed = {name.casefold() for name in shared}
    index = mention_index(names)
    if any(name in text and name.casefold() not in allowed for name in index.wordless):
        return None
    mentions = without_overlaps(index.mentions(text))
    if any(not allowed.intersection(name.casefold() for name in mention.names) for mention in mentions):
        return None
    return replaced(text, mentions, " . ")


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


def _has_kind(low: str, item: Item) -> bool:
    """Whether every word for a kind in *low* is true of *item*."""
    return all(kind is item.kind or not says.search(low) for kind, says in _KINDS.items())


def _day(match: re.Match[str]) -> tuple[int, int, int | None]:
    """Day, month and year of a date, None for a year that is not given."""
    parts = match.groupdict()
    day, month, year = (next((parts[f"{part}{way}"] for way in "123" if parts[f"{part}{way}"]), "") for part in "dmy")
    return int(day), _month(month.casefold()), int(year) if year else None


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
