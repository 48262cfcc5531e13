"""What belongs to the question and what to the story around it: small talk, names beside it, tags by their form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from handlers.questions.rules.conditions import CONDITIONS, Part
from handlers.questions.rules.leftovers import sentences, unread_words
from handlers.questions.rules.recognition import readings
from handlers.questions.rules.references import OF_PERSON, PERSONAL, SPEAKS, with_references
from handlers.questions.rules.roles import NOTHING
from handlers.questions.rules.stop_words import FUNCTION_WORDS, GENERIC_NOUNS, ITEM_NOUNS
from storage.values.company import Person

_COLLECTIVE = PERSONAL | frozenset(["it", "its", "there", "that", "those", "these"])
_NAMES = frozenset({"campaign", "team", "side", "person", "key", "date"})
_SMALL = frozenset({NOTHING, "chat"})
_NAMELIKE = frozenset({"title", "unknown_name"})  # a pronoun may stand for them as well
_GROUPS = frozenset({"by_team", "by_campaign", "by_owner", "by_status"})
_TAG_WORDS = frozenset(["tag", "tags", "tagged", "label", "labels", "labelled", "labeled"])
_BEFORE_TAG = frozenset(["the", "a", "an", "with", "as", "by", "is", "are", "any", "and", "or"])
_NO_TAGS = _BEFORE_TAG | _TAG_WORDS | ITEM_NOUNS | {"no", "it", "not"}


_REPORTED = frozenset(["said", "told", "says", "claims", "thinks", "swears", "promised", "reckons", "mentioned"])
_QUESTIONS = frozenset(["what", "which", "who", "whose", "when", "why", "how"])
SIGNATURE = 4  # chunks


def settled(parts: Sequence[Part], text: str, asker: Person | None) -> tuple[Part, ...]:
    """*parts* with the roles that the message as a whole allows."""
    parts = _without_who_asks(_without_who_waits(_without_report(parts)))
    parts = [
        replace(part, role=NOTHING) if _introduces(parts, part) or _is_in_story(parts, part) else part for part in parts
    ]
    parts = _with_topic(_with_quotes(parts))
    parts = _still_to_do(_without_small_talk(_with_tags(parts), asker))
    parted = list(sentences(parts))
    asked = [sentence for sentence in parted if _asks(sentence, text) and not _signs(sentence, parted)]
    core = max((sentence[0].place for sentence in asked if _is_core(sentence)), default=0)
    asked = [sentence for sentence in asked if not _tells(sentence) or sentence[0].place >= core]
    told = [sentence for sentence in parted if sentence not in asked]
    if not asked or not told:
        return tuple(with_references(parts, range(len(parts))))
    words = {part.word for sentence in asked for part in sentence}
    kept = _NAMES | _SMALL | (_NAMELIKE if words & _COLLECTIVE else frozenset())
    dropped = {part.place for sentence in told for part in sentence if _is_aside(part, words, asker)}
    dropped |= {part.place for sentence in told for part in sentence if part.role not in kept}
    parts = [replace(part, role=NOTHING) if part.place in dropped else part for part in parts]
    return tuple(with_references(parts, {part.place for sentence in asked for part in sentence}))


def _without_small_talk(parts: Sequence[Part], asker: Person | None) -> list[Part]:
    """*parts* without what is small talk, unless the message holds nothing else than that and one's own name."""
    if any(part.role == "chat" for part in parts) and {part.role for part in parts} <= _SMALL | _GROUPS:
        parts = [replace(part, role=NOTHING) if part.role in _GROUPS else part for part in parts]
    others = [part for part in parts if part.role not in _SMALL and not _names_self(part, asker)]
    if not others:
        parts = [replace(part, role=NOTHING) if part.role == "person" else part for part in parts]
        return parts if any(part.role == "chat" for part in parts) else [_named(part, asker) for part in parts]
    return [replace(part, role=NOTHING, nothing=1.0) if part.role == "chat" else part for part in parts]


def _with_quotes(parts: Sequence[Part]) -> Sequence[Part]:
    """Words in quotation marks that name nothing else are words of a title; in a story before the question they are not."""
    asking = max((sentence[0].place for sentence in sentences(parts) if _is_core(sentence)), default=0)
    quoted = {
        part.place
        for part in parts
        if part.place >= asking and part.chunk.tokens and all(token.quoted for token in part.chunk.tokens)
    }
    known = {"campaign", "team", "person", "key", "tag", "unknown_name"}
    if len(quoted) == len(parts):
        return parts
    return [replace(part, role="title") if part.place in quoted and part.role not in known else part for part in parts]


_ASKS_ONE = frozenset({"who", "when", "how_late"})
_SUBJECTS = frozenset(
    [
        "campaign",
        "team",
        "side",
        "person",
        "me",
        "my_team",
        "key",
        "title",
        "tag",
        "unknown_name",
        "unknown_thing",
        "ref",
        "count",
    ]
)


def _with_topic(parts: Sequence[Part]) -> Sequence[Part]:
    """In "who owns the consent banner" the words that are left name the item, also if no title has them."""
    roles = {part.role for part in parts}
    if not roles & _ASKS_ONE or roles & (_SUBJECTS | CONDITIONS):
        return parts
    words = {part.place for part in unread_words(parts, sure=1.0)}
    return [replace(part, role="title") if part.place in words else part for part in parts]


def _without_report(parts: Sequence[Part]) -> Sequence[Part]:
    """In "Ana said it is done, when is WEB-1 due?" what Ana said sets no condition."""
    asked = next((p.place for p in parts if p.word in _QUESTIONS and p.chunk.tokens and p.chunk.tokens[0].comma), None)
    if asked is None:
        return parts
    opens = max((p.place for p in parts[:asked] if p.chunk.tokens and p.chunk.tokens[0].opens), default=0)
    if _REPORTED.isdisjoint(part.word for part in parts[opens:asked]):
        return parts
    kept = {"campaign", "key"} | ({"person", "team", "side"} if PERSONAL & {p.word for p in parts[asked:]} else set())
    return [
        replace(part, role=NOTHING, nothing=1.0) if opens <= part.place < asked and part.role not in kept else part
        for part in parts
    ]


def _without_who_waits(parts: Sequence[Part]) -> Sequence[Part]:
    """In "what is Marketing waiting on from IT" the items are those of IT; who waits restricts nothing."""
    wait = next((part.place for part in parts if part.word.startswith("wait")), None)
    groups = [part for part in parts if part.role in {"team", "side", "person"}]
    if wait is None or not any(part.place > wait for part in groups):
        return parts
    waiting = {part.place for part in groups if part.place < wait}
    return [replace(part, role=NOTHING) if part.place in waiting else part for part in parts]


_BEFORE_SPEAKING = frozenset(
    ["is", "will", "has", "was", "just", "also", "always", "would", "might", "already", "even"]
)


def _without_who_asks(parts: Sequence[Part]) -> Sequence[Part]:
    """In "what is late, Daniel will ask me" Daniel restricts nothing, unless "he" is asked about."""
    words = [part.word for part in parts]
    followed = zip_longest(words, words[1:], fillvalue="")
    if any(word in OF_PERSON and after not in SPEAKS for word, after in followed):
        return parts
    return [replace(part, role=NOTHING, nothing=1.0) if _speaks(parts, part) else part for part in parts]


def _speaks(parts: Sequence[Part], part: Part) -> bool:
    after = [other.word for other in parts[part.place + 1 : part.place + 4]]
    while after and after[0] in _BEFORE_SPEAKING:
        after = after[1:]
    before = parts[part.place - 1].word if part.place else ""
    asked = before in _BEFORE_SPEAKING | {"did", "does", "do", "what", "who"}
    return part.role == "person" and bool(after) and after[0] in SPEAKS and not asked


def _still_to_do(parts: Sequence[Part]) -> list[Part]:
    """What "must be shipped" or "has to get over the line" is due, not done."""
    changed, obliged = list(parts), False
    for place, part in enumerate(parts):
        before = parts[place - 1].word if place else ""
        opens = bool(part.chunk.tokens) and part.chunk.tokens[0].opens
        obliged = (
            part.word == "must"
            or (before, part.word) in _OBLIGED
            or (obliged and not opens and part.role in (NOTHING, "done", "finished"))
        )
        if part.role in ("done", "finished") and (obliged or _is_to_come(parts, place)):
            changed[place] = replace(part, role="due")
    return changed


_TO_COME = frozenset(
    ["finish", "finishes", "end", "ends", "deliver", "delivers", "ship", "ships", "complete", "completes"]
)
_HAS_COME = frozenset(["did", "didn", "didnt", "have", "has", "had", "was", "were", "got"])


def _is_to_come(parts: Sequence[Part], place: int) -> bool:
    """Whether the word is a verb in the present: what "finishes this week" is due."""
    return parts[place].word in _TO_COME and _HAS_COME.isdisjoint(
        part.word for part in parts[max(0, place - 6) : place]
    )


_OBLIGED = frozenset(
    {("has", "to"), ("have", "to"), ("needs", "to"), ("need", "to"), ("to", "be"), ("supposed", "to"), ("should", "be")}
)


def _with_tags(parts: Sequence[Part]) -> list[Part]:
    """Read "privacy-tagged", "tagged privacy" and "the label privacy" by their form."""
    tagged = list(parts)
    for place, part in enumerate(parts):
        if part.word not in _TAG_WORDS or part.role == "missing":
            continue
        if place and parts[place - 1].role == "tag":
            continue
        after = next((n for n in range(place + 1, len(parts)) if parts[n].word not in _BEFORE_TAG), None)
        if after is not None and parts[after].chunk.tokens and parts[after].chunk.tokens[0].opens:
            after = None
        for number in (place - 1 if part.word.endswith("ed") or part.role != "tag" else None, after):
            if (
                number is not None
                and number >= 0
                and parts[number].role in (NOTHING, "title")
                and _is_word(parts[number])
            ):
                tagged[number] = replace(parts[number], role="tag")
                break
    return tagged


def _is_word(part: Part) -> bool:
    return part.word.isalpha() and len(part.word) > 1 and part.word not in _NO_TAGS


def _asks(sentence: Sequence[Part], text: str) -> bool:
    """Whether the sentence sets a condition or asks; a bare name ("Data Office.") belongs to the question as well."""
    roles = {part.role for part in sentence}
    if not _REPORTED.isdisjoint(part.word for part in sentence) and not _QUESTIONS.intersection(
        part.word for part in sentence
    ):
        return False
    last = max((token.end for part in sentence for token in part.chunk.tokens), default=0)
    if text[last : last + 3].lstrip("\"')").startswith("?"):
        return True
    rest = {part.word for part in sentence if part.role == NOTHING}
    return bool(roles - _NAMES - _SMALL - {"ref"}) or (bool(roles & _NAMES) and rest <= FUNCTION_WORDS | GENERIC_NOUNS)


_ASKS_FOR = _QUESTIONS | {"is", "are", "does", "do", "did", "has", "have", "show", "list", "give", "tell"}


def _is_core(sentence: Sequence[Part]) -> bool:
    """Whether the sentence sets a condition or says what is asked for, and so can be the question itself."""
    return bool(
        {part.role for part in sentence} - _NAMES - _SMALL - {"ref", "title", "yes_no", "order", "reverse", "number"}
    )


_WHEN_IT_RUNS = frozenset({"campaign", "date", "start", "finished", NOTHING})


def _tells(sentence: Sequence[Part]) -> bool:
    """Whether the sentence says something that is neither a name nor a condition, or when a campaign starts."""
    roles = {part.role for part in sentence}
    if {"campaign", "date"} <= roles and roles & {"start", "finished"} and roles <= _WHEN_IT_RUNS:
        return True
    plain = FUNCTION_WORDS | GENERIC_NOUNS | ITEM_NOUNS | _ASKS_FOR
    return sum(part.role == NOTHING and part.word.isalpha() and part.word not in plain for part in sentence) >= 2


def _signs(sentence: Sequence[Part], all_sentences: Sequence[Sequence[Part]]) -> bool:
    """Whether the sentence is a signature: a person's name at the end, with a word or two ("Yours, Lena")."""
    is_last = sentence is all_sentences[-1] and len(all_sentences) > 1
    roles = {part.role for part in sentence}
    return is_last and len(sentence) <= SIGNATURE and "person" in roles and roles <= {"person", NOTHING}


def _is_in_story(parts: Sequence[Part], part: Part) -> bool:
    """Whether a person stands in a clause about the asker, before the question: "I met Bo this morning, what is late?"."""
    if part.role != "person" or part.chunk.tokens[-1].possessive:
        return False
    asked = next((p for p in parts[part.place + 1 :] if p.word in _QUESTIONS and p.chunk.tokens[0].comma), None)
    opens = max((p.place for p in parts[: part.place + 1] if p.chunk.tokens and p.chunk.tokens[0].opens), default=0)
    if asked is None or not _ONESELF.intersection(p.word for p in parts[opens : part.place]):
        return False
    return PERSONAL.isdisjoint(p.word for p in parts[asked.place :])


_ONESELF = frozenset(["i", "we", "me", "my", "our"])


def _introduces(parts: Sequence[Part], part: Part) -> bool:
    """Whether a name only says who is writing: "I am Grace Kim, …", "Ana here". Who asks is the account, not the words."""
    if part.role not in {"person", "team", "side"}:
        return False
    before = [other.word for other in parts[max(0, part.place - 2) : part.place]]
    after = parts[part.place + 1].word if part.place + 1 < len(parts) else ""
    return before in (["i", "am"], ["this", "is"], ["name", "is"], ["it", "is"]) or (part.place < 3 and after == "here")


def _named(part: Part, asker: Person | None) -> Part:
    """*part* with the role of the name that it is: "Dubois' items" sets no other condition."""
    entities = readings(part.chunk)
    if not entities or (asker is not None and {asker.id} == {entity.key for entity in entities}):
        return part
    return replace(part, role=entities[0].noun)


def _names_self(part: Part, asker: Person | None) -> bool:
    return asker is not None and part.role == "person" and asker.id in {entity.key for entity in readings(part.chunk)}


def _is_aside(part: Part, asked: set[str], asker: Person | None) -> bool:
    """Whether a name in a sentence that asks nothing stays out of the question.

    A campaign of the story is what the question is about; a person or a team only if a pronoun stands for it.
    """
    if part.role == "date":
        return True
    if part.role == "campaign":
        return len(part.chunk.candidates) > 1 and not asked & _COLLECTIVE
    if part.role == "person":
        return _names_self(part, asker) or not asked & PERSONAL
    return part.role in {"team", "side", "key", "title"} and not asked & _COLLECTIVE
