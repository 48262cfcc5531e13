"""Names that the store does not know: an unread word in the place of a name, or beside a part of one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from handlers.questions.rules.conditions import Part
from handlers.questions.rules.english import is_english
from handlers.questions.rules.leftovers import is_new
from handlers.questions.rules.phrase_roles import phrase_roles
from handlers.questions.rules.roles import NOTHING
from handlers.questions.rules.stop_words import FUNCTION_WORDS, GENERIC_NOUNS, ITEM_NOUNS

_BEFORE_NAME = frozenset(["for", "of", "at", "from", "team", "campaign", "with", "by", "is", "does", "has"])


def beside_known_part(parts: Sequence[Part]) -> list[Part]:
    """A part of a known name together with a word that no name has: "Ben Carter" where only Devon Carter is known."""
    for place, part in enumerate(parts):
        if part.role not in {"campaign", "team", "person"}:
            continue
        # A whole name may stand beside anything; another word written like a name after it makes it another name.
        for other in (place + 1,) if part.chunk.whole else (place - 1, place + 1):
            if 0 <= other < len(parts) and _belongs(parts, place, other):
                if part.chunk.whole and (part.role != "campaign" or not is_new(parts[other])):
                    continue
                return [parts[min(place, other)], parts[max(place, other)]]
    return []


def _belongs(parts: Sequence[Part], place: int, other: int) -> bool:
    """Whether the word at *other* is written like another word of the name at *place*."""
    word, later = parts[other], parts[max(place, other)].chunk.tokens[0]
    if word.role != NOTHING or not word.word.isalpha() or word.word in FUNCTION_WORDS | GENERIC_NOUNS:
        return False
    if later.comma or later.opens or parts[min(place, other)].chunk.tokens[-1].possessive:
        return False
    named, token = parts[place].chunk.tokens[0], word.chunk.tokens[0]
    if token.opens or phrase_roles([word.word])[0] or word.word in ITEM_NOUNS:
        return False
    return (named.capital and token.capital) or (
        not named.capital and is_new(word) and (other > place or not is_english(word.word))
    )


def in_place_of_name(parts: Sequence[Part], unread: Sequence[Part]) -> list[Part]:
    """The first of the unread words, and those after it, if they stand where a name stands; else nothing."""
    if not unread:
        return []
    run = [part for part in unread if part.place - unread[0].place < 3]
    token = run[0].chunk.tokens[0]
    before = parts[run[0].place - 1].word if run[0].place else ""
    foreign = not is_english(run[0].word)
    named = (token.capital and (foreign or not token.opens)) or (before in _BEFORE_NAME and foreign)
    return run if named else []


def unknown_team(parts: Sequence[Part]) -> list[Part]:
    """The word in "the video team" if it names no known team."""
    for before, part in pairwise(parts):
        named = before.role == NOTHING and before.word.isalpha() and before.word not in _NO_TEAM
        if part.word in {"team", "squad"} and part.role == NOTHING and named and not before.chunk.tokens[-1].possessive:
            return [before, part]
    return []


_NO_TEAM = (
    FUNCTION_WORDS
    | GENERIC_NOUNS
    | frozenset(["hey", "hi", "hello", "dear", "whole", "own", "entire", "other", "right", "best", "local", "new"])
)


def campaign_of_another_year(parts: Sequence[Part]) -> list[Part]:
    """A campaign with a year in which it does not run: "Summer Sale 2028" is no known campaign."""
    for part, year in pairwise(parts):
        beside = year.chunk.tokens and not year.chunk.tokens[0].comma and not year.chunk.tokens[0].opens
        if part.role == "campaign" and beside and re.fullmatch(r"20\d\d", year.word):
            return [part, year]
    return []
