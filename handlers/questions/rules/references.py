"""Names that a pronoun stands for: "I meet Zanele tomorrow. Which of her items are late?"."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise, zip_longest

from handlers.questions.rules.conditions import Part
from handlers.questions.rules.leftovers import sentences
from handlers.questions.rules.recognition import readings
from handlers.questions.rules.roles import NOTHING

OF_PERSON = frozenset(["he", "she", "him", "her", "his", "hers"])
_OF_SEVERAL = frozenset(["they", "them", "their", "theirs"])
PERSONAL = OF_PERSON | _OF_SEVERAL
# After a name or a pronoun these words tell of somebody who speaks, not of somebody who is asked about.
SPEAKS = frozenset(
    ["ask", "asks", "asked", "asking", "said", "says", "say", "tell", "tells", "told", "wants", "wanted", "needs", "loves", "thinks", "mentioned",
     "swears", "swore", "claims", "promised", "insists", "mentions", "reckons", "believes", "wonders", "know", "forgot", "keeps"]
)  # fmt: skip
_OF_THING = frozenset(["it", "its", "that", "there", "this", "those", "these"])


def with_references(parts: Sequence[Part], asked: Collection[int]) -> list[Part]:
    """*parts* where a name that was left out as story is a condition again because a pronoun after it stands for it.

    *asked* are the places of the parts that ask something; a pronoun elsewhere belongs to the story, as in "she told me".
    """
    named = list(parts)
    for part, after in zip_longest(parts, parts[1:]):
        kinds = _kinds(part) if part.place in asked and (after is None or after.word not in SPEAKS) else frozenset()
        if not kinds or any(other.role in kinds for other in named):
            continue
        before = [other for other in named[: part.place] if other.role == NOTHING and _noun(other) in kinds]
        if before:
            place = before[-1].place
            named[place] = replace(before[-1], role=_noun(before[-1]))
    return named


def _kinds(part: Part) -> frozenset[str]:
    """What the word may stand for; nothing if it is no pronoun that stands for something asked about."""
    if part.word in OF_PERSON:
        return frozenset({"person"})
    if part.word in _OF_SEVERAL:
        return frozenset({"person", "team"})
    if part.word in _OF_THING and part.role == "ref":
        return frozenset({"campaign", "team", "key", "title"})
    return frozenset()


def _noun(part: Part) -> str:
    entities = readings(part.chunk)
    return entities[0].noun if entities else ""


_BEFORE_THING = frozenset(
    ["for", "of", "with", "about", "on", "in", "from", "owns", "made", "does", "did", "doing", "is", "was", "will"]
)


def has_pronoun(parts: Sequence[Part]) -> bool:
    """Whether a sentence that asks has a pronoun for somebody or something: "What is open for it?"."""
    for sentence in sentences(parts):
        if all(part.role in (NOTHING, "chat") for part in sentence):
            continue
        for before, part in pairwise(sentence):
            if part.word in PERSONAL or (
                part.word in ("it", "there") and before.word in _BEFORE_THING and part.role != "side"
            ):
                return True
    return False
