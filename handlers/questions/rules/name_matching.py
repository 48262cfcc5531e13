"""Find teams, sides, campaigns and people in the tokens of a question: longest match first, typos allowed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from handlers.questions.rules.name_index import NamedEntity, NameIndex
from handlers.questions.rules.stop_words import (
    COMMON_IN_NAMES,
    CONDITION_WORDS,
    FUNCTION_WORDS,
    GENERIC_NOUNS,
    ITEM_NOUNS,
    STOP_WORDS,
)
from handlers.questions.rules.time_words import MONTH
from handlers.questions.rules.tokens import Token, words_of
from handlers.questions.rules.word_variants import all_variants, is_close

LONGEST_NAME = 7  # words


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
class NameMatch:
    """Tokens `first` to `last` (exclusive) name one of `candidates`. `whole`: by the full name or an alias."""

    first: int
    last: int
    candidates: tuple[NamedEntity, ...]
    whole: bool


@dataclass
class _NameSearch:
    tokens: Sequence[Token]
    index: NameIndex
    variants: list[tuple[str, ...]]
    taken: list[bool]
    matches: list[NameMatch]

    def windows(self, length: int) -> Iterator[int]:
        for first in range(len(self.tokens) - length + 1):
            inside = self.tokens[first + 1 : first + length]
            if not any(self.taken[first : first + length]) and not any(t.opens or t.comma for t in inside):
                yield first

    def take(self, first: int, length: int, candidates: Sequence[NamedEntity], *, whole: bool) -> None:
        self.taken[first : first + length] = [True] * length
        self.matches.append(NameMatch(first, first + length, tuple(dict.fromkeys(candidates)), whole))


def find_names(tokens: Sequence[Token], index: NameIndex) -> list[NameMatch]:
    """All names in *tokens*, in order. A match that fits several entities keeps all of them."""
    variants = all_variants(tokens, index)
    search = _NameSearch(tokens, index, variants, [False] * len(tokens), [])
    for length in range(min(LONGEST_NAME, len(tokens)), 0, -1):
        for step in (_whole, _joined, _nearly, _partly):
            for first in search.windows(length):
                if not search.taken[first]:
                    step(search, first, length)
    return sorted(_without_mere_kinds(search), key=lambda match: match.first)


def _without_mere_kinds(search: _NameSearch) -> list[NameMatch]:
    """Drop matches of a generic noun alone ("the launch") if another campaign is named in the question."""
    kinds = [
        match
        for match in search.matches
        if not match.whole and search.tokens[match.first].text in GENERIC_NOUNS and match.last - match.first == 1
    ]
    others = [
        match
        for match in search.matches
        if match not in kinds and any(entity.noun == "campaign" for entity in match.candidates)
    ]
    return [match for match in search.matches if match not in kinds or not others]


def _whole(search: _NameSearch, first: int, length: int) -> None:
    words = _words(search.tokens[first : first + length])
    entities = search.index.full.get(words, ())
    if length == 1:
        email = search.index.emails.get(search.tokens[first].text)
        entities = [email] if email else _single(search, first, entities)
    if entities:
        search.take(first, length, _team_over_side(entities), whole=True)


def _words(tokens: Sequence[Token]) -> tuple[str, ...]:
    return tuple(
        word for token in tokens for word in (words_of(token.text) if not token.text.isalnum() else (token.text,))
    )


def _single(search: _NameSearch, at: int, entities: Sequence[NamedEntity]) -> list[NamedEntity]:
    """The entities that a single word names. A plain English word counts only where a name is expected."""
    text = search.tokens[at].text
    # The role model decides whether "it" is the department; here it stays a word.
    if text == "it" or not _may_name(search.tokens, at):
        return []
    return list(entities)


def _may_name(tokens: Sequence[Token], at: int) -> bool:
    """Whether a plain word that is also a whole name means that name: "search" is a team, except in "please search"."""
    text = tokens[at].text
    if text not in STOP_WORDS or in_place(tokens, at, at + 1):
        return True
    if text in FUNCTION_WORDS or text in GENERIC_NOUNS or text in CONDITION_WORDS:
        return False
    before = tokens[at - 1].text if at else ""
    after = tokens[at + 1].text if at + 1 < len(tokens) else ""
    leads = {"", "to", "please", "you", "i", "can", "we", "do", "let", "me", "and"}
    return not after or after in ITEM_NOUNS or (after != "for" and before not in leads)


def _team_over_side(entities: Sequence[NamedEntity]) -> list[NamedEntity]:
    teams = [entity for entity in entities if entity.noun == "team"]
    return teams if teams and any(entity.noun == "side" for entity in entities) else list(entities)


def in_place(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether a name is expected here: after "for", before "team", or capitalised inside a sentence."""
    token = tokens[first]
    shouting = all(t.raw.isupper() for t in tokens if t.raw.isalpha())
    if token.possessive or token.quoted or (token.capital and not token.opens and not shouting):
        return True
    before = tokens[first - 1].text if first else ""
    after = tokens[last].text if last < len(tokens) else ""
    return before in _NAME_COMES_AFTER or after in _NAME_COMES_BEFORE


def _joined(search: _NameSearch, first: int, length: int) -> None:
    """Match names written with or without spaces: "springlaunch", "face book"."""
    words = _words(search.tokens[first : first + length])
    text = "".join(words)
    index = search.index
    if len(text) < 5 or words[0] in FUNCTION_WORDS or text in STOP_WORDS:
        return
    if length > 1 and (text,) in index.full:
        search.take(first, length, index.full[(text,)], whole=True)
    elif text in index.squashed and (length > 1 or text not in index.parts):
        search.take(first, length, index.full[index.squashed[text]], whole=True)
    elif length == 1 and len(text) > 7 and not search.variants[first]:
        near = process.extractOne(text, index.squashed.keys(), scorer=OSA.distance, score_cutoff=1 + len(text) // 12)
        if near and _digits(near[0]) == _digits(text):
            search.take(first, length, index.full[index.squashed[near[0]]], whole=True)


def _nearly(search: _NameSearch, first: int, length: int) -> None:
    """Match a name of several words despite typos, even if a typo makes another English word ("spring lunch")."""
    if length < 2:
        return
    tokens, index = search.tokens[first : first + length], search.index
    fitting: list[NamedEntity] = []
    seen: set[int] = set()
    for token, variants in zip(tokens, search.variants[first : first + length], strict=True):
        if token.text in FUNCTION_WORDS:
            continue
        for variant in variants:
            numbers = index.parts.get(variant, ())
            for number in numbers if len(numbers) < 400 else ():
                if number in seen:
                    continue
                seen.add(number)
                entity, phrase = index.phrases[number]
                if len(phrase) == length and all(map(is_close, tokens, phrase)):
                    fitting.append(entity)
    if fitting:
        search.take(first, length, fitting, whole=True)


def _partly(search: _NameSearch, first: int, length: int) -> None:
    """Match a distinctive part of a name: all words of the window occur in the same name."""
    tokens = search.tokens[first : first + length]
    if not _is_distinctive(search, first, length):
        return
    numbers: set[int] | None = None
    for variants in search.variants[first : first + length]:
        fitting = {number for variant in variants for number in search.index.parts.get(variant, ())}
        numbers = fitting if numbers is None else numbers & fitting
        if not numbers:
            break
    if numbers:
        entities = [search.index.phrases[number][0] for number in sorted(numbers)]
        search.take(first, length, entities, whole=False)
    elif length == 1:
        _by_initials(search, first, tokens[0])


def _is_distinctive(search: _NameSearch, first: int, length: int) -> bool:
    texts = [token.text for token in search.tokens[first : first + length]]
    if length == 1 and texts[0] in FUNCTION_WORDS:
        return texts[0] in _GIVEN and search.tokens[first].capital and in_place(search.tokens, first, first + 1)
    if texts[0] in FUNCTION_WORDS or texts[-1] in FUNCTION_WORDS:
        return False
    if all(text.isdigit() for text in texts):
        return False
    if length == 1 and texts[0] in _MONTHS and _acts(search.tokens, first):
        return True
    if length == 1 and _is_month_of_date(search.tokens, first):
        return False
    if length == 1 and re.fullmatch(r"[qh][1-4]", texts[0]):
        return False
    if length == 1 and (texts[0] in CONDITION_WORDS or len(texts[0]) < 2):
        return False
    if length == 1 and texts[0] in STOP_WORDS:
        return in_place(search.tokens, first, first + length)
    if length == 1 and search.variants[first] == (texts[0][:-1],):
        return in_place(search.tokens, first, first + 1)  # the plural of a word in a name
    return any(
        text not in STOP_WORDS or (length > 1 and text not in CONDITION_WORDS and text not in COMMON_IN_NAMES)
        for text in texts
    )


def _acts(tokens: Sequence[Token], at: int) -> bool:
    """Whether a month is a person here: "April's items", "what has April got"."""
    after = tokens[at + 1].text if at + 1 < len(tokens) else ""
    return tokens[at].capital and (tokens[at].possessive or after in _NAME_COMES_BEFORE - {"launch", "release", "is"})


def _is_month_of_date(tokens: Sequence[Token], at: int) -> bool:
    """Whether the word is a month beside a number: "jan 1" is no part of the campaign Jan Returns."""
    if not re.fullmatch(MONTH, tokens[at].text):
        return False
    beside = [token.text for token in (*tokens[max(0, at - 1) : at], *tokens[at + 1 : at + 2])]
    return any(re.fullmatch(r"\d{1,4}(?:st|nd|rd|th)?|in|by|since|until|of", text) for text in beside)


_MONTHS = frozenset({"april", "may", "june", "august"})  # also first names
_GIVEN = frozenset({"will", "may", "per"})  # function words that are also first names


def _by_initials(search: _NameSearch, at: int, token: Token) -> None:
    text = token.text
    entities = search.index.initials.get(text, []) if text not in STOP_WORDS else []
    before = search.tokens[at - 1].text if at else ""
    if len(text) == 2:
        entities = [entity for entity in entities if entity.noun == "campaign" and before in {"for", "campaign"}]
    if entities:
        search.take(at, 1, entities, whole=False)


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())
