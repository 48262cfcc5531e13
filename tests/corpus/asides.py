"""Questions that are made from the corpus for training alone: with an aside beside them, and the plainest of all.

Asides teach what restricts nothing; the plain frames keep the commonest questions right whatever else is learned.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from random import Random

from tests.corpus.questions import LabelledQuestion, unmarked
from tests.corpus.stores import CORPUS, Store

_DAYS = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "tomorrow",
    "next week",
    "12 December",
    "the 3rd",
    "monday",
)
_ANSWERED = frozenset({"items", "campaign", "health", "changes", "why"})
_PUNCTUATION = re.compile(r"[.,;:!?\"“”…–()]|(?<=\w)['’](?=\w)")


@cache
def asides() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is said before a question, and what after it."""
    after, before = (CORPUS / "asides.txt").read_text(encoding="utf-8").split("# before\n")
    return tuple(before.splitlines()), tuple(after.splitlines()[1:])


def with_asides(question: LabelledQuestion, random: Random) -> list[LabelledQuestion]:
    """*question* with an aside, once as written and once as dictated; none if it holds no answer from the roadmap."""
    if question.label["outcome"] not in _ANSWERED or not question.marked:
        return []
    return [_with_aside(question, random, written) for written in (_as_written, _as_dictated)]


def plain_questions(stores: Sequence[Store], random: Random) -> list[LabelledQuestion]:
    """Each frame once, with names from one of *stores*."""
    frames = (CORPUS / "frames.txt").read_text(encoding="utf-8").splitlines()
    plain = []
    for frame in frames:
        store = random.choice(stores)
        marked = _filled(frame, store, random)
        label = {"outcome": "cannot" if "|unknown]" in frame else "items"}
        plain.append(LabelledQuestion("frames", store, unmarked(marked), label, marked))
    return plain


def _with_aside(
    question: LabelledQuestion, random: Random, joined: Callable[[str, str, Random], str]
) -> LabelledQuestion:
    before, after = asides()
    fitting = [
        (place, words)
        for place, part in enumerate((before, after))
        for words in part
        if "|ref]" not in question.marked or "{" not in words
    ]
    place, words = random.choice(fitting)
    told = _filled(words, question.store, random)
    parts = (told, question.marked) if place == 0 else (question.marked, told)
    marked = joined(*parts, random)
    return replace(question, marked=marked, ask=unmarked(marked))


def _filled(words: str, store: Store, random: Random) -> str:
    person = random.choice(store.names.people).name
    names = {
        "person": random.choice((person, person.split()[0])),
        "team": random.choice(store.names.teams).name,
        "campaign": random.choice(store.names.campaigns).name,
        "date": random.choice(_DAYS),
        "side": random.choice(("IT", "Marketing")),
        "key": random.choice(store.items).key,
    }
    return words.format(**names)


def _as_written(first: str, second: str, random: Random) -> str:
    end = "" if first.rstrip()[-1:] in ".!?" else random.choice((".", "!", ",", " –", "..."))
    opens = end in (".", "!", "...") or not end
    return f"{first}{end} {second[0].upper() + second[1:] if opens and second[0] != '[' else second}"


def _as_dictated(first: str, second: str, random: Random) -> str:
    parts = re.split(r"(\|[a-z_]+\])", f"{first} {second}")
    return "".join(part if part.startswith("|") else _PUNCTUATION.sub("", part).lower() for part in parts)
