"""Decide the role of every chunk of a message with a small sequence model that is trained on the question corpus."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pycrfsuite

from handlers.questions.rules.phrase_roles import phrase_roles
from handlers.questions.rules.stop_words import FUNCTION_WORDS, ITEM_NOUNS
from handlers.questions.rules.tagged_text import Chunk
from handlers.questions.rules.title_words import title_stem

MODEL_FILE = Path(__file__).with_name("roles.crfsuite")
NOTHING = "O"  # the role of a chunk that restricts nothing
_NAMES = {"C": "campaign", "T": "team", "S": "side", "P": "person", "K": "key", "D": "date"}
# A recognised name is taken as context only if the model is this sure that it restricts nothing.
_SURE_OF_CONTEXT = {"C": 0.97, "T": 0.97, "S": 0.97, "P": 0.99, "K": 0.99, "D": 0.85}


# A phrase that has one of these roles alone is filler only if the model is this sure.
_TELLING = frozenset(
    [
        "planned",
        "in_progress",
        "at_risk",
        "blocked",
        "on_hold",
        "done",
        "dropped",
        "late",
        "slipping",
        "on_track",
        "changed",
        "moved",
        "why",
        "count",
        "except",
        "missing",
        "owner",
        "feature_dinner",
        "feature_tour",
        "feature_reading",
        "feature_thanks",
        "feature_questions",
        "unknown_thing",
    ]
)
_OWN = frozenset(["my", "our"])
_PEOPLE = frozenset(["people", "folks", "crew", "gang", "lot", "squad", "bunch"])
_BEFORE_DEPARTMENT = frozenset(["the", "our", "their"])
_DEPARTMENT = frozenset(
    [
        "stuff",
        "things",
        "department",
        "dept",
        "guys",
        "people",
        "folks",
        "team",
        "teams",
        "side",
        "colleagues",
        "crew",
        "lot",
    ]
)
_SURE_OF_FILLER = 0.9
_SURE_OF_KNOWN = 0.97  # for words of things that the roadmap does not hold, such as a budget
_SURE_OF_WEAK = 0.8  # for the other roles, whose phrases are often filler
_WEAK = frozenset(
    [
        "ref",
        "chat",
        "yes_no",
        "by",
        "not",
        "both",
        "or_late",
        "before",
        "after",
        "since",
        "until",
        "between",
        "number",
        "request",
    ]
)


@dataclass(frozen=True, slots=True)
class RoleGuess:
    """The role of a chunk, and how probable it is that the chunk restricts nothing."""

    role: str
    nothing: float
    sure: float = 1.0  # how probable the role is


# Decides the roles of a message's chunks.
RoleTagger = Callable[[Sequence[Chunk], str, frozenset[str]], list[RoleGuess]]
QUESTION_WORDS = frozenset(
    [
        "what",
        "which",
        "who",
        "whom",
        "whose",
        "when",
        "where",
        "why",
        "how",
        "any",
        "is",
        "are",
        "do",
        "does",
        "did",
        "has",
        "have",
        "can",
    ]
)


def roles_of(chunks: Sequence[Chunk], text: str, titled: frozenset[str] = frozenset()) -> list[RoleGuess]:
    """The role of each chunk by the shipped model.

    *text* is the cleaned message; *titled* are those of its words that occur in titles, as `title_stem` shortens them, and
    those that are tags, with a `#` before them.
    """
    return guesses(_tagger(), chunks, text, titled)


def guesses(
    tagger: pycrfsuite.Tagger, chunks: Sequence[Chunk], text: str, titled: frozenset[str] = frozenset()
) -> list[RoleGuess]:
    """The role of each chunk by *tagger*."""
    if not chunks:
        return []
    seen = _seen(chunks, titled)
    tagger.set(_features(chunks, text, titled, seen))
    roles, labels = tagger.tag(), frozenset(tagger.labels()) - _WEAK
    nothing = [tagger.marginal(NOTHING, place) for place in range(len(chunks))]
    likely = [
        max((tagger.marginal(role, place), role) for role in options & labels) if options & labels else (0.0, NOTHING)
        for place, options in enumerate(map(frozenset, seen.phrases))
    ]
    sure = [tagger.marginal(role, place) for place, role in enumerate(roles)]
    settled = [_settled(*guess) for guess in zip(chunks, roles, nothing, likely, sure, strict=True)]
    return _corrected(settled, chunks, text, seen)


def _corrected(guesses: Sequence[RoleGuess], chunks: Sequence[Chunk], text: str, seen: _Seen) -> list[RoleGuess]:
    """*guesses*, corrected where the words around a chunk, or how it is spelled, leave no doubt."""
    words, together = seen.words, seen.together
    corrected = [_in_place(guess, words, place, together=together[place]) for place, guess in enumerate(guesses)]
    corrected = _with_titles(corrected, words, together)
    if "K" in words or "C" not in words:
        corrected = [replace(guess, role=_OF_ITEM.get(guess.role, guess.role)) for guess in corrected]
    if not any(letter.isupper() for letter in text) or text.isupper():
        return corrected
    return [_spelled(guess, chunk) for chunk, guess in zip(chunks, corrected, strict=True)]


def _spelled(guess: RoleGuess, chunk: Chunk) -> RoleGuess:
    """In a message with capital letters "IT" is the department, and "it" is not."""
    if chunk.tokens[0].raw == "IT" and guess.role in ("ref", NOTHING):
        return RoleGuess("side", 0.0)
    return RoleGuess("ref", guess.nothing) if guess.role == "side" and chunk.tokens[0].raw == "it" else guess


_NO_SUBJECT = frozenset(
    [NOTHING, "yes_no", "done", "who", "when", "how_late", "owner", "due", "start", "finished", "late", "chat"]
)


# What is asked about a campaign is asked about items where no campaign is named.
_OF_ITEM = {"aspect_owner": "owner", "aspect_start": "start", "aspect_end": "due", "aspect_dates": "when"}


def _with_titles(guesses: Sequence[RoleGuess], words: Sequence[str], together: Sequence[bool]) -> list[RoleGuess]:
    """In "is the press kit done?" two words of one title are what is asked about, if nothing else is."""
    if not {guess.role for guess in guesses} <= _NO_SUBJECT:
        return list(guesses)
    return [
        RoleGuess("title", guess.nothing, guess.sure)
        if is_together and guess.role == NOTHING and word not in FUNCTION_WORDS
        else guess
        for guess, word, is_together in zip(guesses, words, together, strict=True)
    ]


def _in_place(guess: RoleGuess, words: Sequence[str], place: int, *, together: bool) -> RoleGuess:
    """*guess*, unless the words beside the chunk leave no doubt: two words of one title, or "the it guys"."""
    before = words[place - 1] if place else ""
    after = words[place + 1] if place + 1 < len(words) else ""
    if words[place] == "it" and (before in _BEFORE_DEPARTMENT or after in _DEPARTMENT):
        return RoleGuess("side", 0.0)
    if (words[place] in _OWN and after in _PEOPLE) or (before in _OWN and words[place] in _PEOPLE):
        return RoleGuess("my_team", 0.0)
    if words[place] == "my" and guess.role == NOTHING and after in ITEM_NOUNS:
        return RoleGuess("me", 0.0)
    if guess.role == "unknown_thing" and words[place] == "by" and not after:  # "what is Marketing blocked by?"
        return RoleGuess(NOTHING, 1.0)
    if guess.role == "unknown_thing" and together:
        return RoleGuess("title", guess.nothing, guess.sure)
    return guess


def _settled(chunk: Chunk, role: str, nothing: float, likely: tuple[float, str], sure: float) -> RoleGuess:
    """The model's role, unless it would leave out a name or a known phrase without being sure."""
    kind = word_of(chunk)
    if kind == "K":
        return RoleGuess("key", nothing)
    # "What is blocked today" asks about now, not about a due date.
    is_now = kind == "D" and chunk.tokens[-1].text == "today"
    if role == NOTHING and kind in _NAMES and not is_now and nothing < _SURE_OF_CONTEXT[kind]:
        return RoleGuess(_NAMES[kind], nothing, 1 - nothing)
    if role == NOTHING and likely[0] > 0 and nothing < _sure_of_filler(likely[1]):
        return RoleGuess(likely[1], nothing, likely[0])
    if role == "title" and kind in _NAMES and chunk.whole and len(chunk.tokens) > 1:
        return RoleGuess(_NAMES[kind], nothing, sure)
    return RoleGuess(role, nothing, sure)


def _sure_of_filler(role: str) -> float:
    """How sure the model must be that a phrase which often has *role* restricts nothing."""
    if role == "unknown_thing":
        return _SURE_OF_KNOWN
    return _SURE_OF_FILLER if role in _TELLING else _SURE_OF_WEAK


@lru_cache(maxsize=1)
def _tagger() -> pycrfsuite.Tagger:
    tagger = pycrfsuite.Tagger()
    tagger.open(str(MODEL_FILE))
    return tagger


def features(chunks: Sequence[Chunk], text: str, titled: frozenset[str] = frozenset()) -> list[list[str]]:
    """What the model sees of each chunk: the word, its shape, known phrases, the words beside it and its sentence."""
    return _features(chunks, text, titled, _seen(chunks, titled))


class _Seen(NamedTuple):
    """What is looked up of each chunk: its word, the roles of known phrases, whether a title has it and the word beside it."""

    words: list[str]
    phrases: list[tuple[str, ...]]
    together: list[bool]


def _seen(chunks: Sequence[Chunk], titled: frozenset[str]) -> _Seen:
    words = [word_of(chunk) for chunk in chunks]
    return _Seen(words, phrase_roles(words), in_pairs(words, titled))


def _features(chunks: Sequence[Chunk], text: str, titled: frozenset[str], seen: _Seen) -> list[list[str]]:
    shouts = text.isupper()  # then capitals say nothing
    words, known, together = seen
    stems = [stem(word) for word in words]
    in_title = [title_stem(word) in titled for word in words]
    sentences = _sentences(chunks, text)
    rows: list[list[str]] = []
    for place, chunk in enumerate(chunks):
        row = ["bias", f"w={words[place]}", f"s={stems[place]}"]
        if words[place].isalpha() and len(words[place]) > 3:
            row += [f"end={words[place][-3:]}", f"begin={words[place][:4]}"]
        row += [f"lex={role}" for role in known[place]]
        row += _shape(chunk, shouts=shouts)
        if in_title[place]:
            beside = in_title[place - 1 : place] + in_title[place + 1 : place + 2]
            row += ["titled", "titled_run" if any(beside) else "titled_alone"]
        if together[place]:
            row.append("titled_together")
        if f"#{words[place]}" in titled:
            row.append("tag_word")
        for shift in (-3, -2, -1, 1, 2, 3):
            there = place + shift
            if not 0 <= there < len(chunks):
                row.append(f"edge{shift}")
                continue
            row.append(f"s{shift}={stems[there]}" if abs(shift) < 3 else f"k{shift}={_kind(words[there])}")
            row += [f"lex{shift}={role}" for role in known[there]]
        if place:
            row.append(f"s-1|s={stems[place - 1]}|{stems[place]}")
        if place + 1 < len(chunks):
            row.append(f"s|s+1={stems[place]}|{stems[place + 1]}")
        row += sentences[place]
        rows.append(row)
    return rows


def in_pairs(words: Sequence[str], titled: frozenset[str]) -> list[bool]:
    """For each of *words* whether one title holds it and the word before or after it, small words aside."""
    places = [place for place, word in enumerate(words) if word not in FUNCTION_WORDS]
    together = [False] * len(words)
    for one, two in pairwise(places):
        if f"{title_stem(words[one])} {title_stem(words[two])}" in titled:
            together[one] = together[two] = True
    return together


def word_of(chunk: Chunk) -> str:
    """The chunk's word, or the kind of what was recognised: C, T, S, P, K, D, R."""
    return chunk.text[0].upper() if re.fullmatch(r"[ctspkdr]_\d+", chunk.text) else chunk.text


def _kind(word: str) -> str:
    return word if len(word) == 1 and word.isupper() else "w"


def stem(word: str) -> str:
    """A word without its commonest endings, so that "slips" and "slipping" look alike."""
    if not word.isalpha() or len(word) < 5 or not word.islower():
        return "0" if word.isdigit() else word
    for ending in ("ingly", "ing", "edly", "ied", "ed", "ies", "es", "s", "ly"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            bare = word[: -len(ending)]
            return bare[:-1] if len(bare) > 3 and bare[-1] == bare[-2] else bare
    return word


def _shape(chunk: Chunk, *, shouts: bool) -> list[str]:
    shape: list[str] = []
    token = chunk.tokens[0] if chunk.tokens else None
    if token is None:
        return shape
    if token.raw == "IT" and not shouts:
        shape.append("IT")
    if token.capital and not token.opens and not shouts:
        shape.append("capital")
    if token.quoted:
        shape.append("quoted")
    if token.opens:
        shape.append("opens")
    if token.comma:
        shape.append("comma")
    if chunk.tokens[-1].possessive:
        shape.append("possessive")
    if chunk.candidates:
        shape.append("several")
    if not chunk.whole:
        shape.append("part")
    if word_of(chunk) != chunk.text:
        shape.append(f"name={token.text}")
    return shape


def _sentences(chunks: Sequence[Chunk], text: str) -> list[list[str]]:
    """Features of the sentence that each chunk is in: whether it asks, what it names, where it stands."""
    bounds = [place for place, chunk in enumerate(chunks) if place == 0 or (chunk.tokens and chunk.tokens[0].opens)]
    parts = list(zip(bounds, [*bounds[1:], len(chunks)], strict=True))
    asks = [_ends_with_question(chunks, first, last, text) for first, last in parts]
    rows: list[list[str]] = []
    for number, (first, last) in enumerate(parts):
        inside = [word_of(chunk) for chunk in chunks[first:last]]
        row = ["?" if asks[number] else "." if any(asks) else "no?"]
        row.append(f"from_end={min(len(parts) - 1 - number, 3)}")
        row.append("alone" if len(parts) == 1 else "one_of_several")
        asking = next((word for word in inside if word in QUESTION_WORDS), "")
        row.append(f"asks={asking}")
        row += [f"has={kind}" for kind in "CTSPKD" if kind in inside]
        rows += [[*row, "early" if place - first < 3 else "late"] for place in range(first, last)]
    return rows


def _ends_with_question(chunks: Sequence[Chunk], first: int, last: int, text: str) -> bool:
    begin = next((token.end for chunk in reversed(chunks[first:last]) for token in reversed(chunk.tokens)), 0)
    end = next((token.start for chunk in chunks[last : last + 1] for token in chunk.tokens), len(text))
    return "?" in text[begin:end]
