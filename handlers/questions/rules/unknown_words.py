"""Classify the words that no rule has read: an unknown name, title words, or filler."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from handlers.questions.rules.name_index import NameIndex
from handlers.questions.rules.plan_builder import PlanBuilder
from handlers.questions.rules.stop_words import FUNCTION_WORDS, STOP_WORDS
from handlers.questions.rules.synonyms import ITEM_NOUNS
from handlers.questions.rules.tagged_text import Chunk, TaggedText, Unparsable, whole_words
from handlers.questions.rules.title_words import stem
from handlers.questions.rules.tokens import fold
from handlers.questions.rules.understanding import UnknownName
from storage.values.questions import AnswerType

_CAMPAIGN_SLOT = frozenset(
    ["for", "campaign", "serving", "serve", "serves", "before", "after", "until", "past", "during"]
)
_PERSON_SLOT = frozenset(["by", "to", "is", "does", "has", "have", "did", "do", "are", "owns"])
_ANY_SLOT = frozenset(
    [
        "of",
        "from",
        "with",
        "in",
        "on",
        "at",
        "and",
        "or",
        "team",
        "the",
        "except",
        "than",
        "excluding",
        "without",
        "not",
        "about",
        "like",
        "between",
        "s",
    ]
)
_DAY_WORDS = frozenset({"day", "night", "weekend"})  # after a campaign's name they make it a different name
_OPENERS = frozenset(
    [
        "what",
        "which",
        "who",
        "when",
        "how",
        "is",
        "are",
        "does",
        "do",
        "did",
        "has",
        "show",
        "list",
        "give",
        "tell",
        "any",
        "can",
        "could",
        "please",
    ]
)
_OWNING = whole_words(
    r"own(?:s|ed|er|ers)?|responsible|charge|leads?|leading|runs?|handl(?:es|ing|e)|assigned|after|on|doing|does|behind|manages?|has|have|got|working|works?|care|whose|belongs?"
)
_COUNTED = re.compile(r"(?:how many|how much|number of|count of|amount of|total of)$")
_ASKING = whole_words(r"what|which|who|whose|when|where|how|any|anything|show|list|count|is there|are there")
_TO_HANDSHAKE = whole_words(r"you|your|thanks|thank|cheers|thx|ta|bye|hello|hi|hey|bot")
_VERBS_AFTER = frozenset(
    [
        "working",
        "own",
        "owns",
        "owned",
        "have",
        "has",
        "doing",
        "got",
        "do",
        "did",
        "deliver",
        "ship",
        "work",
        "works",
        "finish",
        "up",
        "shipped",
        "on",
        "busy",
        "responsible",
    ]
)


def unknown_name(tagged: TaggedText, builder: PlanBuilder, index: NameIndex) -> UnknownName | None:
    """The first unknown name in *tagged*. Topic words are added to *builder* instead."""
    for first, last in _unknown_runs(tagged):
        run = tagged.chunks[first:last]
        if _is_filler(run, tagged, first):
            continue
        if _is_topic(tagged, first, last, builder):
            builder.words += [
                stem(token.text) for chunk in run for token in chunk.tokens if token.text not in FUNCTION_WORDS
            ]
            continue
        noun = _noun_of(tagged, first, last)
        if _counts_something_else(tagged, first, builder) or (noun and _chats(tagged, builder)):
            noun = None
        if noun is None and first == 0 and 1 < last - first < len(tagged.chunks) and builder.signals:
            noun = "name"  # "Black Friday deals - open items?"
        if noun:
            name = _name_as_typed(tagged, first, last)
            return UnknownName(name, noun, near_names(name, noun, index))
        raise Unparsable(f"I do not know what “{' '.join(t.raw for c in run for t in c.tokens)}” means here")
    return None


def _unknown_runs(tagged: TaggedText) -> list[tuple[int, int]]:
    """Runs of adjacent chunks that no word list contains. A run includes capitalised words next to it."""
    runs: list[tuple[int, int]] = []
    place = 0
    while place < len(tagged.chunks):
        if not _is_unknown(tagged, place):
            place += 1
            continue
        first = place
        while first > 0 and _extends(tagged.chunks[first - 1], tagged.chunks[first]):
            first -= 1
        last = place + 1
        while (
            last < len(tagged.chunks)
            and (_is_unknown(tagged, last) or _extends(tagged.chunks[last], None))
            and not _breaks(tagged.chunks[last])
        ):
            last += 1
        while tagged.chunks[last - 1].text in FUNCTION_WORDS:
            last -= 1
        runs.append((first, last))
        place = last
    return runs


def _breaks(chunk: Chunk) -> bool:
    return bool(chunk.tokens) and (chunk.tokens[0].opens or chunk.tokens[0].comma)


def _is_unknown(tagged: TaggedText, place: int) -> bool:
    chunk = tagged.chunks[place]
    if chunk.used or re.fullmatch(r"[a-z]_\d+|\.", chunk.text):
        return False
    if place and chunk.text in _DAY_WORDS and tagged.chunks[place - 1].text.startswith("c_") and not _breaks(chunk):
        return True
    if chunk.text in STOP_WORDS:
        return _is_proper(tagged, place)
    if re.fullmatch(r"v?\d+(?:\.\d+)*", chunk.text):
        before = tagged.chunks[place - 1].text if place else ""
        return _follows_name(tagged, place) or "." in chunk.text or before in {"for", "release", "version", "campaign"}
    return True


def _is_proper(tagged: TaggedText, place: int) -> bool:
    """Whether a plain word is written like a name: quoted, or capitalised after "for" ("for Big Bang")."""
    chunk = tagged.chunks[place]
    token = chunk.tokens[0] if chunk.tokens else None
    if token is None or chunk.text in FUNCTION_WORDS or _shouts(tagged):
        return False
    if token.quoted:
        return True
    if not token.capital or token.opens or len(token.text) < 3:
        return False
    before = tagged.chunks[place - 1].text if place else ""
    return before in {"for", "team", "campaign"} or (
        before == "the" and place > 1 and tagged.chunks[place - 2].text == "for"
    )


def _shouts(tagged: TaggedText) -> bool:
    letters = [t.raw for chunk in tagged.chunks for t in chunk.tokens if t.raw.isalpha() and len(t.raw) > 1]
    titled = sum(raw[0].isupper() for raw in letters)
    return bool(letters) and titled > len(letters) * 0.7


def _extends(chunk: Chunk, after: Chunk | None) -> bool:
    token = chunk.tokens[0] if chunk.tokens else None
    if token is None or chunk.used or re.fullmatch(r"[a-z]_\d+|\.", chunk.text) or token.opens:
        return False
    if after is not None and after.tokens and after.tokens[0].comma:
        return False
    return token.capital and chunk.text not in FUNCTION_WORDS and chunk.text not in {"team", "campaign"}


def _follows_name(tagged: TaggedText, place: int) -> bool:
    """Whether a number belongs to the name before it: Spring Launch 2028."""
    chunk, before = tagged.chunks[place], tagged.chunks[place - 1] if place else None
    if before is None or not re.match(r"[ct]_\d", before.text) or _breaks(chunk):
        return False
    if not re.fullmatch(r"v?\d+(?:\.\d+)*", chunk.text):
        return False
    return not chunk.text.isdigit() or (before.text.startswith("c_") and len(chunk.text) in {2, 4})


def _is_filler(run: Sequence[Chunk], tagged: TaggedText, first: int) -> bool:
    if len(run) > 1 or _is_name_like(run[0], tagged):
        return False
    text = run[0].text
    if _follows_name(tagged, first) or text in _DAY_WORDS:
        return False
    following = tagged.chunks[first + 1].text if first + 1 < len(tagged.chunks) else ""
    if following == "of" or (first == 0 and following in _OPENERS):
        return True
    if not re.search(r"[a-z0-9]", text) or len(text) < 3:
        return True
    before = tagged.chunks[first - 1].text if first else ""
    if before in _CAMPAIGN_SLOT | {"team", "by", "of", "from", "except"}:
        return False
    bent = text.endswith(("ing", "ed", "ly")) and len(text) > 4
    return bent and (following not in _VERBS_AFTER or bool(re.match(r"[ctsp]_\d", before)))


def _is_name_like(chunk: Chunk, tagged: TaggedText) -> bool:
    token = chunk.tokens[0]
    return (token.capital and not token.opens and not _shouts(tagged)) or token.quoted or token.possessive


def _is_topic(tagged: TaggedText, first: int, last: int, builder: PlanBuilder) -> bool:
    before = tagged.chunks[first - 1].text if first else ""
    after = tagged.chunks[last].text if last < len(tagged.chunks) else ""
    quoted = all(chunk.tokens[0].quoted for chunk in tagged.chunks[first:last] if chunk.tokens)
    if re.match(r"c_\d", after) and not tagged.chunks[last].whole:
        return False
    if re.match(r"c_\d", before) and tagged.chunks[last - 1].text.isdigit():
        return False
    if before in {"about", "mentioning", "regarding", "containing", "called", "titled", "named"} and (
        after != "campaign"
    ):
        return True
    if before in _CAMPAIGN_SLOT | {"by", "team"} or after in {"team", "campaign", "s"}:
        return False
    if re.match(r"[ct]_\d", before) and (
        _is_name_like(tagged.chunks[first], tagged) or not tagged.chunks[first - 1].whole
    ):
        return False
    if quoted and before not in _PERSON_SLOT:
        return True
    first_chunk = tagged.chunks[first]
    if after in ITEM_NOUNS and not first_chunk.tokens[0].possessive:
        return (
            not _is_name_like(first_chunk, tagged)
            or builder.wanted is not AnswerType.LIST
            or before not in {"is", "does", "has"}
        )
    if builder.wanted is AnswerType.WHO and not tagged.has(_OWNING):
        return False
    return builder.wanted in {AnswerType.WHO, AnswerType.WHEN, AnswerType.STATUS} and before not in {"from", "of"}


def _counts_something_else(tagged: TaggedText, first: int, builder: PlanBuilder) -> bool:
    """ "How many downloads did it have": the store can count items only."""
    before = " ".join(chunk.text for chunk in tagged.chunks[max(0, first - 2) : first])
    counted = not _is_name_like(tagged.chunks[first], tagged) and not tagged.chunks[first].tokens[0].possessive
    return builder.wanted is AnswerType.COUNT and counted and bool(_COUNTED.search(before))


def _chats(tagged: TaggedText, builder: PlanBuilder) -> bool:
    """Whether the text addresses Handshake without asking anything: "you're a legend"."""
    asks = (
        tagged.has(_ASKING)
        or builder.signals
        or tagged.named("ctsp")
        or any(chunk.candidates for chunk in tagged.chunks)
    )
    return not asks and tagged.has(_TO_HANDSHAKE)


def _noun_of(tagged: TaggedText, first: int, last: int, *, loosely: bool = True) -> str | None:
    """Which kind of name is expected here; None if no name is."""
    before = tagged.chunks[first - 1].text if first else ""
    further = tagged.chunks[first - 2].text if first > 1 else ""
    slot = further if before in {"the", "a", "our", "this", "that"} and further else before
    after = tagged.chunks[last].text if last < len(tagged.chunks) else ""
    last_chunk = tagged.chunks[last - 1]
    if re.match(r"c_\d", before) or re.match(r"c_\d", after):
        return "campaign"
    if slot == "team" or after in {"team", "squad", "department"}:
        return "team"
    if slot in _CAMPAIGN_SLOT or after == "campaign":
        return "campaign"
    if any(token.possessive for token in last_chunk.tokens) or after in _VERBS_AFTER:
        return "team or person"
    if slot in _PERSON_SLOT and (loosely or before in {"by", "to"}):
        return "team or person"
    if re.match(r"[tsp]_\d", before) or re.match(r"[tsp]_\d", after):
        return "team or person" if loosely else None
    if slot in _ANY_SLOT or (loosely and _is_name_like(tagged.chunks[first], tagged)):
        return "name"
    return None


def _name_as_typed(tagged: TaggedText, first: int, last: int) -> str:
    """The unknown name as typed, including the adjacent part that was recognised."""
    if first and re.match(r"[ctp]_\d", tagged.chunks[first - 1].text) and not _breaks(tagged.chunks[first]):
        first -= 1
    while (
        last < len(tagged.chunks)
        and re.match(r"[ctp]_\d", tagged.chunks[last].text)
        and not _breaks(tagged.chunks[last])
    ):
        last += 1
    return " ".join(dict.fromkeys(token.raw for chunk in tagged.chunks[first:last] for token in chunk.tokens))


def near_names(name: str, noun: str, index: NameIndex) -> tuple[str, ...]:
    """Up to three known names similar to *name*."""
    kinds = [kind for kind in ("campaign", "team", "person") if kind in noun] or ["campaign", "team", "person"]
    choices = [choice for kind in kinds for choice in index.named(kind)]
    low = [choice.lower() for choice in choices]
    matches = process.extract(fold(name), low, scorer=fuzz.WRatio, limit=3, score_cutoff=62)
    return tuple(choices[place] for _, _, place in matches)
