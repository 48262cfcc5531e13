"""Which people a text names: by e-mail, by full name, else by a part of a name. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from handlers.questions.rules.stop_words import STOP_WORDS
from storage.values.company import Directory, Person

_WORD = re.compile(r"[\w.+-]+@[\w.-]+\w|\w+")
SHORTEST_PART = 2  # letters of a first or last name


def people_in(text: str, names: Directory, *, is_name: bool = False) -> tuple[Person, ...]:
    """The people named in *text*; everybody who shares a name that is only said in part.

    *is_name*: the text is nothing else, so that "Will" alone is somebody.
    """
    words = _WORD.findall(text)
    by_email = [names.by_email[word.casefold()] for word in words if word.casefold() in names.by_email]
    if by_email:
        return tuple(dict.fromkeys(by_email))
    folded = f" {' '.join(word.casefold() for word in words)} "
    in_full = [person for person in names.people if _folded(person.name) and f" {_folded(person.name)} " in folded]
    if in_full:
        return tuple(in_full)
    parts = frozenset(map(str.casefold, words) if is_name else _possible_parts(words))
    return tuple(person for person in names.people if parts.intersection(_folded(person.name).split()))


def _folded(name: str) -> str:
    return " ".join(word.casefold() for word in _WORD.findall(name))


def _possible_parts(words: Iterable[str]) -> Iterable[str]:
    """The words that can be a part of a name. "will" is none, but "Will" is one after the first word."""
    for place, word in enumerate(words):
        is_common = word.casefold() in STOP_WORDS and not (place and word[0].isupper())
        if len(word) >= SHORTEST_PART and not is_common:
            yield word.casefold()


def nameable(people: Iterable[Person], *, is_public: bool, outsiders: bool) -> list[Person]:
    """Those of *people* whom a reply may name: in a room those who agreed to it, and nobody where *outsiders* read."""
    return [person for person in people if not is_public or (person.named_publicly and not outsiders)]
