"""Read a request for a change as the command that does it, with its values. Pure: nothing is written, a form is offered.

Each reader returns an Offer, or None if the words ask for something else. The first one that fits wins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from handlers.questions.rules.people_named import people_in
from handlers.questions.rules.requested_fields import (
    campaigns_in,
    is_edit,
    requested_fields,
    title_of_work,
    without_politeness,
)
from storage.values.company import Directory, Permission, Person, Side
from storage.values.roadmap import Item

# The permission that each command takes; `item edit` takes membership of the item's team as well.
NEEDS: Mapping[str, Permission] = {
    "item edit": Permission.CONTRIBUTOR,
    "item add": Permission.CONTRIBUTOR,
    "dinner plan": Permission.ADMIN,
    "dinner rsvp": Permission.VIEWER,
    "tours join": Permission.VIEWER,
    "subscribe": Permission.VIEWER,
    "follow": Permission.VIEWER,
    "kudos": Permission.VIEWER,
}
_KEY = re.compile(r"(?<![\w-])([a-z][a-z0-9]*(?:[-_][a-z0-9]+)*-\d{1,7})(?![\w-])", re.IGNORECASE)
_NO_KEY = re.compile(r"(?:q[1-4]|h[12]|r|kw|cw|wk|week)-?\d+", re.IGNORECASE)
_THANKS = re.compile(
    r"\b(?:thank|praise|congratulate|kudos to|kudos for|shout[- ]?out to)\s+(?!you\b)(?P<to>.+?)(?:\s+for\s+(?P<reason>.+))?$",
    re.IGNORECASE,
)
_DINNER = re.compile(r"\bdinner\b", re.IGNORECASE)
_COMING = re.compile(
    r"\b(?:count me in|sign me up|rsvp|i(?:'ll| will) (?:come|be there)|i(?:'m| am) coming)\b", re.IGNORECASE
)
_QUARTER = re.compile(r"\bQ[1-4](?: ?20\d\d)?\b", re.IGNORECASE)
_TOUR = re.compile(r"\b(?:join|sign me up|enrol|enroll|take part|put me down)\b.*\btours?\b", re.IGNORECASE)
_SUMMARY = re.compile(
    r"\b(?:summary|summaries|digests?|reports?|updates?|overview|recaps?|newsletter|news|changes|changed|lists?)\b",
    re.IGNORECASE,
)
_WEEKLY = re.compile(
    r"\b(?:weekly|(?:every|each|on) (?:week|monday|tuesday|wednesday|thursday|friday)s?|(?:mon|tues|wednes|thurs|fri)days)\b",
    re.IGNORECASE,
)
_DAILY = re.compile(r"\b(?:daily|(?:every|each) (?:working )?(?:day|morning|evening))\b", re.IGNORECASE)
_SUBSCRIBE = re.compile(r"\bsubscribe\b", re.IGNORECASE)
_REMIND = re.compile(
    r"\b(?:remind|notify|alert|ping|poke|warn|watch|follow|(?:tell|message) me (?:when|if|once|as soon)|let me know"
    r"|keep me (?:posted|updated|informed|in the loop))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A command and the values that its form opens with. An item's key is the value `key`."""

    command: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RequestedWords:
    """The words of a request, and what they can refer to. `item` is the one item they are about, if there is one."""

    words: str
    names: Directory
    asker: Person
    today: date
    item: Item | None = None


def key_in(words: str) -> str:
    """The first item key in *words*, as typed; "" if there is none."""
    keys = [match[1] for match in _KEY.finditer(words)]
    return next((key for key in keys if not _NO_KEY.fullmatch(key)), "")


def refers_back(words: str) -> bool:
    """Whether *words* mean something that was named before; "IT" is the department."""
    return re.search(r"\b(?:[iI]t|[tT]his|[tT]hat|the (?:item|task|ticket))\b", words) is not None


def offer_for(requested: RequestedWords) -> Offer | None:
    """The command that does what is asked for; None if there is none."""
    return next((offer for reader in _READERS if (offer := reader(requested))), None)


def asks_other_side(requested: RequestedWords) -> bool:
    """Whether *requested* names the other side than the asker's: "I want IT to build a landing page"."""
    side = requested.names.side_of(requested.asker)
    return (side is not Side.IT and re.search(r"\bIT\b", requested.words) is not None) or (
        side is not Side.MARKETING and re.search(r"\bmarketing\b", requested.words, re.IGNORECASE) is not None
    )


def _thanks(requested: RequestedWords) -> Offer | None:
    match = _THANKS.search(requested.words.rstrip(" .!"))
    if not match:
        return None
    people = people_in(match["to"], requested.names, is_name=True)
    is_one = len(people) == 1 and not re.search(r",|;|&|\band\b", match["to"])
    to = people[0].email if is_one else match["to"].strip()
    return Offer("kudos", {"to": to, **({"reason": match["reason"].strip()} if match["reason"] else {})})


def _dinner(requested: RequestedWords) -> Offer | None:
    if not _DINNER.search(requested.words):
        return None
    if _COMING.search(requested.words):
        return Offer("dinner rsvp", {"answer": "yes"})
    quarter = _QUARTER.search(requested.words)
    return Offer("dinner plan", {"quarter": quarter[0].upper()} if quarter else {})


def _tour(requested: RequestedWords) -> Offer | None:
    return Offer("tours join") if _TOUR.search(requested.words) else None


def _subscription(requested: RequestedWords) -> Offer | None:
    words = requested.words
    rhythm = "weekly" if _WEEKLY.search(words) else "daily" if _DAILY.search(words) else ""
    wants_news = _SUMMARY.search(words) or _REMIND.search(words)
    if not (_SUBSCRIBE.search(words) or (rhythm and wants_news)):
        return None
    return Offer("subscribe", {"what": "roadmap", **_level(rhythm), **_campaign(requested)})


def _level(rhythm: str) -> dict[str, str]:
    return {"level": {"weekly": "digest weekly", "daily": "digest"}[rhythm]} if rhythm else {}


def _campaign(requested: RequestedWords) -> dict[str, str]:
    campaigns = campaigns_in(requested.words, requested.names)
    return {"campaign": campaigns[0].key} if len(campaigns) == 1 else {}


def _reminder(requested: RequestedWords) -> Offer | None:
    if not _REMIND.search(requested.words):
        return None
    if requested.item is None and (campaign := _campaign(requested)):
        return Offer("subscribe", {"what": "roadmap", **campaign})
    return Offer("follow", {"key": requested.item.key} if requested.item else {})


def _edit(requested: RequestedWords) -> Offer | None:
    words = without_politeness(requested.words)
    names, item = requested.names, requested.item
    fields = requested_fields(words, names, requested.asker, requested.today, item)
    if item is None:
        return Offer("item edit", fields) if fields and is_edit(words) else None
    return Offer("item edit", {"key": item.key, **fields}) if fields or is_edit(words) else None


def _new_work(requested: RequestedWords) -> Offer | None:
    title, due = title_of_work(without_politeness(requested.words), requested.names, requested.today)
    if not title:
        return None
    campaigns = [campaign.key for campaign in campaigns_in(requested.words, requested.names)]
    values = {"title": title, "campaigns": ";".join(campaigns), "due": due.isoformat() if due else ""}
    return Offer("item add", {name: value for name, value in values.items() if value})


_READERS: tuple[Callable[[RequestedWords], Offer | None], ...] = (
    _thanks,
    _dinner,
    _tour,
    _subscription,
    _reminder,
    _edit,
    _new_work,
)
