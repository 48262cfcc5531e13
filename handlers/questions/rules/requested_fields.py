"""The fields of an item that the words of a request set: status, due date, owner, title. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

from handlers.errors import BadInput
from handlers.questions.rules.people_named import people_in
from handlers.shared.rules.dates import parse_day
from handlers.shared.rules.names import fold_name
from storage.values.company import Campaign, Directory, Person
from storage.values.roadmap import Item

LONGEST_TITLE = 120  # characters
_POLITE = re.compile(
    r"^(?:(?:hi|hello|hey|please|pls|kindly|handshake|can you|could you|would you|will you"
    r"|(?:i|we)(?:'d| would) like (?:you )?to|(?:i|we) (?:want|need) (?:you )?to|let's|also|and)\b[,!]?\s*)+",
    re.IGNORECASE,
)
_POLITE_END = re.compile(r"(?:[,\s]*(?:please|pls|thanks|thank you|asap|for me))*[\s.!?]*$", re.IGNORECASE)
_EDIT = re.compile(
    r"\b(?:mark|set|flag|flip|change|update|put|move|bump|switch|make|push|shift|postpone|delay|reschedule|extend|bring"
    r"|pull|assign|reassign|give|hand|pass|transfer|rename|retitle|close|complete|finish|drop|cancel|kill|pause|block"
    r"|unblock|reopen|edit|delete|remove|start|resume|stick|tag|label)(?:\w{0,2}(?:ed|ing))?\b",
    re.IGNORECASE,
)
_STATUS_WORDS: Mapping[str, str] = {
    r"done|completed?|finished|shipped|delivered|closed": "done",
    r"blocked|stuck": "blocked",
    r"at risk": "at_risk",
    r"on hold|paused|parked": "on_hold",
    r"in progress|started|under way|underway": "in_progress",
    r"dropped|cancell?ed": "dropped",
    r"planned": "planned",
}
_STATUS_VERBS: Mapping[str, str] = {
    r"close|complete|finish|ship": "done",
    r"drop|cancel|delete|remove|scrap|kill": "dropped",
    r"pause|park": "on_hold",
    r"block": "blocked",
    r"start|resume|unblock|reopen": "in_progress",
}
_SET_STATUS = r"\b(?:mark|set|flag|flip|stick|change|update|put|move|switch|make|is|as|report)\b.*\b(?:{})\b"
_DAY = re.compile(
    r"\b(?:move|bump|push|shift|postpone|delay|reschedule|extend|bring|pull|set|change|update|make|put|due)\b.*?"
    r"\b(?:to|until|till|for|on|by)\s+(?:the\s+)?(?P<day>.+)$",
    re.IGNORECASE,
)
_BY_SPAN = re.compile(
    r"\b(?:by|for)\s+(?P<count>an?|one|two|three|four|five|six|seven|eight|nine|ten|\d{1,3})\s+(?P<unit>day|week)s?\b",
    re.IGNORECASE,
)
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}  # fmt: skip
_EARLIER = re.compile(r"\b(?:earlier|forward|pull|bring)\b", re.IGNORECASE)
_OWNER = re.compile(
    r"\b(?:assign|reassign|give|hand|pass|transfer|move)(?:ing|ed)?\b.*\bto\s+(?P<to>[^.!?\n]+)"
    r"|\bmake\s+(?P<made>.+?)\s+(?:the\s+)?owner\b|\bput\s+(?P<put>.+?)\s+down as (?:the\s+)?owner\b"
    r"|\bowner\b.*?\b(?:to|is)\s+(?P<set>[^.!?\n]+)",
    re.IGNORECASE,
)
_TAG = re.compile(r"\badd(?:ed|ing)?\s+(?:a\s+|the\s+)?(?:tag|label)\s+['\"“‘]?(?P<tag>[\w-]+)", re.IGNORECASE)
_TITLE = re.compile(r"\b(?:rename|retitle)\b.*?\b(?:to|as)\s+(?P<title>.+)$", re.IGNORECASE)
_ARTICLES = r"(?:(?:us|me|a|an|the|some|new|another)\s+)*"
_WORK = (
    re.compile(
        r"\b(?:build|create|make|set up|develop|add|implement|design|write|produce|prepare|provide|deliver|take on"
        r"|(?:whip|knock|cook|put)\s+(?:(?:us|me)\s+)?(?:up|together))\s+"
        rf"{_ARTICLES}(?P<work>[^.!?\n]+)",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:i|we)(?:'d| would)?\s+(?:really\s+)?(?:want|need|like)\s+(?:to have\s+)?"
        rf"{_ARTICLES}(?P<work>[^.!?\n]+)",
        re.IGNORECASE,
    ),
    re.compile(rf"\bcan (?:i|we) (?:get|have)\s+{_ARTICLES}(?P<work>[^.!?\n]+)", re.IGNORECASE),
    re.compile(rf"^(?:want|need|like)\s+{_ARTICLES}(?P<work>[^.!?\n]+)", re.IGNORECASE),
)
_PUNCTUATION = re.compile(r"[^\w\s&'-]+")
_BY_DAY = re.compile(r"\s+(?:by|before|until)\s+(?:the\s+)?(?P<day>[^,]+)$", re.IGNORECASE)


def without_politeness(words: str) -> str:
    return _POLITE_END.sub("", _POLITE.sub("", words.strip()))


def is_edit(words: str) -> bool:
    """Whether *words* ask for a change of something that exists."""
    return _EDIT.search(words) is not None


def requested_fields(words: str, names: Directory, asker: Person, today: date, item: Item | None) -> dict[str, str]:
    """The values that *words* set, as `item edit` takes them."""
    if renamed := _TITLE.search(words):
        return {"title": renamed["title"].strip(" \"'“”")}
    due = _due(words, today, item)
    owner = "" if due else _owner(words, names, asker)
    tag = _TAG.search(words)
    tags = ";".join(dict.fromkeys([*(item.tags if item else ()), tag["tag"]])) if tag else ""
    values = {"status": _status(words), "due": due.isoformat() if due else "", "owner": owner, "tags": tags}
    return {name: value for name, value in values.items() if value}


# What follows says why, not what: "mark it as blocked because the contract is not done".
_REASON = re.compile(r",|;|\b(?:because|since|after all|as (?:it|the|we|they))\b", re.IGNORECASE)


def _status(words: str) -> str:
    words = _REASON.split(words.strip(), maxsplit=1)[0] if _EDIT.match(_POLITE.sub("", words)) else words
    for status_words, status in _STATUS_WORDS.items():
        if re.search(_SET_STATUS.format(status_words), words, re.IGNORECASE):
            return status
    for verbs, status in _STATUS_VERBS.items():
        if re.search(rf"(?:^|[.!?]\s+)(?:please\s+)?(?:{verbs})\b", words, re.IGNORECASE):
            return status
    return ""


def _due(words: str, today: date, item: Item | None) -> date | None:
    span = _BY_SPAN.search(words)
    if span and is_edit(words):
        return _moved(item.due, span, earlier=bool(_EARLIER.search(words))) if item and item.due else None
    match = _DAY.search(words)
    return _day(match["day"], today) if match else None


def _moved(due: date, span: re.Match[str], *, earlier: bool) -> date:
    count = _COUNTS.get(span["count"].casefold()) or int(span["count"])
    days = timedelta(days=count * (7 if span["unit"].casefold() == "week" else 1))
    return due - days if earlier else due + days


def _day(words: str, today: date) -> date | None:
    """The day that *words* begin with; None if they begin with no day."""
    parts = words.strip(" .,!?").split()
    for length in range(min(len(parts), 4), 0, -1):
        try:
            return parse_day(" ".join(parts[:length]).strip(" .,!?"), today=today)
        except BadInput:
            continue
    return None


def _owner(words: str, names: Directory, asker: Person) -> str:
    match = _OWNER.search(words)
    if not match:
        return ""
    named = next(part for part in match.groups() if part)
    if re.fullmatch(r"(?:me|myself)", named.strip(), re.IGNORECASE):
        return asker.email
    people = people_in(named, names)
    return people[0].email if len(people) == 1 else ""


def title_of_work(words: str, names: Directory, today: date) -> tuple[str, date | None]:
    """What is to be made, as a title without campaign and day, and by when; "" if *words* name nothing."""
    match = next((match for pattern in _WORK if (match := pattern.search(words))), None)
    if not match:
        return "", None
    work, due = match["work"].partition(",")[0].strip(" .!?\"'"), None
    if (by_day := _BY_DAY.search(work)) and (due := _day(by_day["day"], today)):
        work = work[: by_day.start()]
    for campaign in campaigns_in(work, names):
        for name in (campaign.name, *campaign.aliases):
            work = re.sub(rf"\s+(?:for|to support)\s+(?:the\s+)?{re.escape(name)}\b.*$", "", work, flags=re.IGNORECASE)
    title = work.strip(" .,!?")[:LONGEST_TITLE]
    return f"{title[:1].upper()}{title[1:]}", due


def campaigns_in(words: str, names: Directory) -> tuple[Campaign, ...]:
    """The campaigns that *words* name in full or by an alias."""
    text = f" {fold_name(_PUNCTUATION.sub(' ', words))} "
    return tuple(
        campaign
        for campaign in names.campaigns
        if any(len(name) > 2 and f" {fold_name(name)} " in text for name in (campaign.name, *campaign.aliases))
    )
