"""Names by words that were typed in the place of a name, and known names that are similar to an unknown one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rapidfuzz import fuzz, process

from handlers.questions.rules.name_index import NamedEntity, NameIndex, index_of
from handlers.questions.rules.recognition import readings, recognise
from handlers.questions.rules.stop_words import FUNCTION_WORDS, GENERIC_NOUNS
from handlers.questions.rules.time_words import ReferenceDay
from handlers.questions.rules.tokens import clean, fold, words_of
from storage.values.company import Directory


def near_names(name: str, noun: str, index: NameIndex) -> tuple[str, ...]:
    """Up to three known names similar to *name*. *noun* names the kinds to look among; "" means all."""
    kinds = [kind for kind in ("campaign", "team", "person") if kind in noun] or ["campaign", "team", "person"]
    choices = [choice for kind in kinds for choice in index.named(kind)]
    low = [choice.lower() for choice in choices]
    matches = process.extract(fold(name), low, scorer=fuzz.WRatio, limit=3, score_cutoff=62)
    return tuple(choices[place] for _, _, place in matches)


def names_said(words: str, noun: str, names: Directory) -> tuple[NamedEntity, ...]:
    """The entities of the kind *noun* that *words*, said as a name and nothing else, may mean, as in a question."""
    index = index_of(names)
    chunks = recognise(clean(words), names, index, ReferenceDay(date.min)).chunks
    entities = [entity for chunk in chunks for entity in readings(chunk) if entity.noun == noun]
    others = [chunk.text for chunk in chunks if not readings(chunk)]
    if entities and set(others) <= FUNCTION_WORDS | GENERIC_NOUNS:
        return tuple(dict.fromkeys(entities))
    return named_by(words_of(words), noun, index)


def knows_words(words: str, names: Directory) -> bool:
    """Whether each word of *words* that means something is a word of some name."""
    parts = index_of(names).parts
    return all(word in parts for word in words_of(words) if word not in FUNCTION_WORDS | GENERIC_NOUNS)


def named_by(words: Sequence[str], noun: str, index: NameIndex) -> tuple[NamedEntity, ...]:
    """The entities of the kind *noun* whose name, or part of it, *words* are; the singular counts as well."""
    bare = [word for word in words if word not in {"the", "a", "an", "our", noun}]
    for spelled in (bare, [word.removesuffix("s") for word in bare]):
        whole = [entity for entity in index.full.get(tuple(spelled), ()) if entity.noun == noun]
        if whole:
            return tuple(dict.fromkeys(whole))
        numbers = set.intersection(*(set(index.parts.get(word, ())) for word in spelled)) if spelled else set()
        partly = [index.phrases[number][0] for number in sorted(numbers)]
        if partly:
            return tuple(dict.fromkeys(entity for entity in partly if entity.noun == noun))
    return ()
