"""Find teams, sides, campaigns and people in the tokens of a question: longest match first, typos allowed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import process
from rapidfuzz.distance import OSA

from handlers.questions.rules.index import Index, Named
from handlers.questions.rules.lexicon import ITEM_NOUNS
from handlers.questions.rules.pronouns import is_side, names_a_role
from handlers.questions.rules.text import Token, pieces
from handlers.questions.rules.vocabulary import COMMON_IN_NAMES, FUNCTION, GENERIC, ORDINARY

LONGEST_NAME = 7  # words
MOST_GUESSES = 24  # unknown words that are compared with all names

_ABBREVIATED = {
    "ops": "operations", "mktg": "marketing", "mkt": "marketing", "eng": "engineering", "dev": "development",
    "infra": "infrastructure", "sec": "security", "comms": "communications", "mgmt": "management", "admin":
    "administration", "biz": "business", "intl": "international", "natl": "national", "xmas": "christmas",
    "int": "international", "dept": "department", "prod": "product", "db": "database", "promo": "promotion",
}  # fmt: skip
_NAME_COMES_AFTER = frozenset(
    ["for", "team", "campaign", "by", "from", "with", "at", "of", "the", "and", "or", "to", "on", "in", "within", "@"]
)
_NAME_COMES_BEFORE = frozenset(
    [
        "team",
        "campaign",
        "is",
        "has",
        "have",
        "own",
        "owns",
        "does",
        "working",
        "got",
        "do",
        "did",
        "doing",
        "release",
        "launch",
    ]
)


@dataclass(frozen=True, slots=True)
class Found:
    """Tokens *first* to *last* (excluded) name one of *candidates*; `whole` when the full name or an alias was said."""

    first: int
    last: int
    candidates: tuple[Named, ...]
    whole: bool


@dataclass
class _Search:
    tokens: Sequence[Token]
    index: Index
    variants: list[tuple[str, ...]]
    taken: list[bool]
    found: list[Found]

    def windows(self, length: int) -> Iterator[int]:
        for first in range(len(self.tokens) - length + 1):
            inside = self.tokens[first + 1 : first + length]
            if not any(self.taken[first : first + length]) and not any(t.opens or t.comma for t in inside):
                yield first

    def take(self, first: int, length: int, candidates: Sequence[Named], *, whole: bool) -> None:
        self.taken[first : first + length] = [True] * length
        self.found.append(Found(first, first + length, tuple(dict.fromkeys(candidates)), whole))


def find_names(tokens: Sequence[Token], index: Index) -> list[Found]:
    """All names in *tokens*, in their order. A window that fits several keeps all of them."""
    variants = _all_variants(tokens, index)
    search = _Search(tokens, index, variants, [False] * len(tokens), [])
    for length in range(min(LONGEST_NAME, len(tokens)), 0, -1):
        for step in (_whole, _joined, _nearly, _partly):
            for first in search.windows(length):
                if not search.taken[first]:
                    step(search, first, length)
    return sorted(_without_mere_kinds(search), key=lambda one: one.first)


def _without_mere_kinds(search: _Search) -> list[Found]:
    """ "The launch" is a part of Spring Launch only while no other campaign is named beside it."""
    kinds = [
        one
        for one in search.found
        if not one.whole and search.tokens[one.first].text in GENERIC and one.last - one.first == 1
    ]
    others = [
        one for one in search.found if one not in kinds and any(thing.noun == "campaign" for thing in one.candidates)
    ]
    return [one for one in search.found if one not in kinds or not others]


def _whole(search: _Search, first: int, length: int) -> None:
    words = _words(search.tokens[first : first + length])
    things = search.index.full.get(words, ())
    if length == 1:
        email = search.index.emails.get(search.tokens[first].text)
        things = [email] if email else _single(search, first, things)
    if things:
        search.take(first, length, _team_over_side(things), whole=True)


def _words(tokens: Sequence[Token]) -> tuple[str, ...]:
    return tuple(
        word for token in tokens for word in (pieces(token.text) if not token.text.isalnum() else (token.text,))
    )


def _single(search: _Search, at: int, things: Sequence[Named]) -> list[Named]:
    """One word may be a whole name; a plain English word is one only in a name's place."""
    token = search.tokens[at]
    if things and any(thing.noun == "side" for thing in things) and names_a_role(search.tokens, at):
        return []
    if token.text == "it" and not is_side(search.tokens, at):
        return [thing for thing in things if thing.noun != "side"] if token.raw == "IT" else []
    if token.text != "it" and not _may_name(search.tokens, at):
        return []
    return list(things)


def _may_name(tokens: Sequence[Token], at: int) -> bool:
    """A plain word that is also a whole name: "search" is a team, except in "please search"."""
    text = tokens[at].text
    if text not in ORDINARY or in_place(tokens, at, at + 1):
        return True
    if text in FUNCTION or text in GENERIC or text in _CONDITIONS:
        return False
    before = tokens[at - 1].text if at else ""
    after = tokens[at + 1].text if at + 1 < len(tokens) else ""
    leads = {"", "to", "please", "you", "i", "can", "we", "do", "let", "me", "and"}
    return not after or after in ITEM_NOUNS or (after != "for" and before not in leads)


def _team_over_side(things: Sequence[Named]) -> list[Named]:
    teams = [thing for thing in things if thing.noun == "team"]
    return teams if teams and any(thing.noun == "side" for thing in things) else list(things)


def in_place(tokens: Sequence[Token], first: int, last: int) -> bool:
    """True where the sentence expects a name: after "for", before "team", written with a capital inside a sentence."""
    token = tokens[first]
    shouting = all(t.raw.isupper() for t in tokens if t.raw.isalpha())
    if token.possessive or token.quoted or (token.capital and not token.opens and not shouting):
        return True
    before = tokens[first - 1].text if first else ""
    after = tokens[last].text if last < len(tokens) else ""
    return before in _NAME_COMES_AFTER or after in _NAME_COMES_BEFORE


def _joined(search: _Search, first: int, length: int) -> None:
    """ "springlaunch", "spring launch" for Springlaunch, "face book"."""
    words = _words(search.tokens[first : first + length])
    text = "".join(words)
    index = search.index
    if len(text) < 5 or words[0] in FUNCTION or text in ORDINARY:
        return
    if length > 1 and (text,) in index.full:
        search.take(first, length, index.full[(text,)], whole=True)
    elif text in index.squashed and (length > 1 or text not in index.parts):
        search.take(first, length, index.full[index.squashed[text]], whole=True)
    elif length == 1 and len(text) > 7 and not search.variants[first]:
        near = process.extractOne(text, index.squashed.keys(), scorer=OSA.distance, score_cutoff=1 + len(text) // 12)
        if near and _digits(near[0]) == _digits(text):
            search.take(first, length, index.full[index.squashed[near[0]]], whole=True)


def _nearly(search: _Search, first: int, length: int) -> None:
    """A whole name of several words with small slips, also such that make another English word ("spring lunch")."""
    if length < 2:
        return
    tokens, index = search.tokens[first : first + length], search.index
    fitting: list[Named] = []
    seen: set[int] = set()
    for token, variants in zip(tokens, search.variants[first : first + length], strict=True):
        if token.text in FUNCTION:
            continue
        for variant in variants:
            numbers = index.parts.get(variant, ())
            for number in numbers if len(numbers) < 400 else ():
                if number in seen:
                    continue
                seen.add(number)
                thing, phrase = index.phrases[number]
                if len(phrase) == length and all(map(_close, tokens, phrase)):
                    fitting.append(thing)
    if fitting:
        search.take(first, length, fitting, whole=True)


def _close(token: Token, word: str) -> bool:
    said = token.text
    if said == word or said == word + "s" or said + "s" == word or _ABBREVIATED.get(said) == word:
        return True
    if said.isdigit() and word.isdigit() and len(said) == 2 and len(word) == 4:
        return word.endswith(said)
    if not said.isalpha() or not word.isalpha() or min(len(said), len(word)) < 4:
        return False
    return OSA.distance(said, word) <= _slips(min(len(said), len(word)))


def _slips(length: int) -> int:
    return 1 if length < 8 else 2


def _partly(search: _Search, first: int, length: int) -> None:
    """A distinctive part of names: all words of the window stand in one name."""
    tokens = search.tokens[first : first + length]
    if not _is_distinctive(search, first, length):
        return
    numbers: set[int] | None = None
    for variants in search.variants[first : first + length]:
        here = {number for variant in variants for number in search.index.parts.get(variant, ())}
        numbers = here if numbers is None else numbers & here
        if not numbers:
            break
    if numbers:
        things = [search.index.phrases[number][0] for number in sorted(numbers)]
        search.take(first, length, things, whole=False)
    elif length == 1:
        _by_initials(search, first, tokens[0])


def _is_distinctive(search: _Search, first: int, length: int) -> bool:
    texts = [token.text for token in search.tokens[first : first + length]]
    if length == 1 and texts[0] in FUNCTION:
        return texts[0] in _GIVEN and search.tokens[first].capital and in_place(search.tokens, first, first + 1)
    if texts[0] in FUNCTION or texts[-1] in FUNCTION:
        return False
    if all(text.isdigit() for text in texts):
        return False
    if length == 1 and texts[0] in _MONTHS and _acts(search.tokens, first):
        return True
    if length == 1 and re.fullmatch(r"[qh][1-4]", texts[0]):
        return False
    if length == 1 and (texts[0] in _CONDITIONS or len(texts[0]) < 2):
        return False
    if length == 1 and texts[0] in ORDINARY:
        return in_place(search.tokens, first, first + length)
    if length == 1 and search.variants[first] == (texts[0][:-1],):
        return in_place(search.tokens, first, first + 1)  # a mere plural of a word in a name
    return any(
        text not in ORDINARY or (length > 1 and text not in _CONDITIONS and text not in COMMON_IN_NAMES)
        for text in texts
    )


def _acts(tokens: Sequence[Token], at: int) -> bool:
    """True where April is somebody: "April's items", "what has April got"."""
    after = tokens[at + 1].text if at + 1 < len(tokens) else ""
    return tokens[at].capital and (tokens[at].possessive or after in _NAME_COMES_BEFORE - {"launch", "release", "is"})


_MONTHS = frozenset({"april", "may", "june", "august"})  # which are first names, too
_GIVEN = frozenset({"will", "may", "per"})  # small words that are also people's first names
# Plain words that carry a condition of their own; they never stand for a name that merely contains them.
_CONDITIONS = frozenset(
    [
        "open",
        "next",
        "last",
        "first",
        "new",
        "today",
        "tomorrow",
        "yesterday",
        "week",
        "weeks",
        "weekly",
        "month",
        "months",
        "day",
        "days",
        "year",
        "years",
        "quarter",
        "due",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "done",
        "blocked",
        "overdue",
        "late",
        "planned",
        "hold",
        "progress",
        "risk",
        "dropped",
        "shipped",
        "finished",
        "delivered",
        "finish",
        "start",
        "end",
        "started",
        "starts",
        "ends",
        "team",
        "teams",
        "campaign",
        "campaigns",
        "item",
        "items",
        "work",
        "task",
        "tasks",
        "ticket",
        "tickets",
        "owner",
        "owners",
        "partner",
        "milestone",
        "milestones",
        "deadline",
        "status",
        "side",
        "plan",
        "roadmap",
        "date",
        "dates",
        "now",
        "current",
        "currently",
        "weekend",
        "people",
        "person",
        "project",
        "projects",
        "thing",
        "things",
        "stuff",
        "update",
        "updates",
        "left",
        "remaining",
        "night",
        "morning",
        "end",
        "half",
        "early",
        "mid",
    ]
)


def _by_initials(search: _Search, at: int, token: Token) -> None:
    text = token.text
    things = search.index.initials.get(text, []) if text not in ORDINARY else []
    before = search.tokens[at - 1].text if at else ""
    if len(text) == 2:
        things = [thing for thing in things if thing.noun == "campaign" and before in {"for", "campaign"}]
    if things:
        search.take(at, 1, things, whole=False)


def _all_variants(tokens: Sequence[Token], index: Index) -> list[tuple[str, ...]]:
    guesses = 0
    found = []
    for token in tokens:
        known = _known_variants(token, index)
        if not known and _may_be_misspelt(token) and guesses < MOST_GUESSES:
            guesses += 1
            known = _misspelt(token, index)
        found.append(known)
    return found


def _known_variants(token: Token, index: Index) -> tuple[str, ...]:
    text = token.text
    if text in index.parts:
        return (text,)
    if len(text) > 3 and text.endswith("s") and text[:-1] in index.parts:
        return (text[:-1],)
    if len(text) > 3 and text + "s" in index.parts and text not in GENERIC:
        return (text + "s",)
    if _ABBREVIATED.get(text) in index.parts:
        return (_ABBREVIATED[text],)
    return ()


def _may_be_misspelt(token: Token) -> bool:
    return len(token.text) > 3 and token.text.isalpha() and token.text not in ORDINARY


def _misspelt(token: Token, index: Index) -> tuple[str, ...]:
    text = token.text
    limit = _slips(len(text))
    near = process.extract(text, index.words, scorer=OSA.distance, score_cutoff=2, limit=24)
    near = [each for each in near if each[1] <= limit or (len(text) > 5 and sorted(text) == sorted(each[0]))]
    best = min((distance for _, distance, _ in near), default=limit)
    words = tuple(
        word
        for word, distance, _ in near
        if distance == best and word not in GENERIC and _is_small_slip(text, word, index)
    )
    if words:
        return words
    return tuple(word for word in index.words if word.startswith(text) and len(text) * 2 >= len(word))


def _is_small_slip(said: str, word: str, index: Index) -> bool:
    """Short words and people's names differ by one letter and mean somebody else (Lima, Lisa; Marta, Maria)."""
    if len(word) < 4 or (said[0] != word[0] and len(word) < 6):
        return False
    of_people = all(index.phrases[number][0].noun == "person" for number in index.parts[word])
    substituted = len(said) == len(word) and sorted(said) != sorted(word)
    return not (substituted and (len(word) < 5 or (of_people and len(word) < 7)))


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


def as_kind(one: Found, kinds: Sequence[Literal["campaign", "team", "person", "side"]]) -> Found:
    """*one* with only the candidates of *kinds*, if there are any."""
    kept = tuple(thing for thing in one.candidates if thing.noun in kinds)
    return Found(one.first, one.last, kept, one.whole) if kept else one
