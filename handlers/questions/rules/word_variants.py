"""The words of names that a word may stand for: plurals, abbreviations and typos."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from handlers.questions.rules.english import is_english
from handlers.questions.rules.name_index import NameIndex
from handlers.questions.rules.stop_words import GENERIC_NOUNS, STOP_WORDS
from handlers.questions.rules.tokens import Token

MOST_GUESSES = 24  # unknown words of one question that are compared with all names

_ABBREVIATED = {
    "ops": "operations", "mktg": "marketing", "mkt": "marketing", "eng": "engineering", "dev": "development",
    "infra": "infrastructure", "sec": "security", "comms": "communications", "mgmt": "management", "admin":
    "administration", "biz": "business", "intl": "international", "natl": "national", "xmas": "christmas",
    "int": "international", "dept": "department", "prod": "product", "db": "database", "promo": "promotion",
}  # fmt: skip


def all_variants(tokens: Sequence[Token], index: NameIndex) -> list[tuple[str, ...]]:
    guesses = 0
    variants = []
    for token in tokens:
        words = _known_variants(token, index)
        if not words and _may_be_misspelt(token) and guesses < MOST_GUESSES:
            guesses += 1
            words = _misspelt(token, index)
        variants.append(words)
    return variants


def _known_variants(token: Token, index: NameIndex) -> tuple[str, ...]:
    text = token.text
    if text in index.parts:
        return (text,)
    if len(text) > 3 and text.endswith("s") and text[:-1] in index.parts:
        return (text[:-1],)
    if len(text) > 3 and text + "s" in index.parts and text not in GENERIC_NOUNS:
        return (text + "s",)
    if _ABBREVIATED.get(text) in index.parts:
        return (_ABBREVIATED[text],)
    return ()


def _may_be_misspelt(token: Token) -> bool:
    text = token.text
    return len(text) > 3 and text.isalpha() and text not in STOP_WORDS and not is_english(text)


def _misspelt(token: Token, index: NameIndex) -> tuple[str, ...]:
    text = token.text
    limit = _max_typos(len(text))
    near = process.extract(text, index.words, scorer=OSA.distance, score_cutoff=2, limit=24)
    near = [match for match in near if match[1] <= limit or (len(text) > 5 and sorted(text) == sorted(match[0]))]
    best = min((distance for _, distance, _ in near), default=limit)
    words = tuple(
        word
        for word, distance, _ in near
        if distance == best and word not in GENERIC_NOUNS and _is_typo(text, word, index)
    )
    if words:
        return words
    return tuple(word for word in index.words if word.startswith(text) and len(text) * 2 >= len(word))


def _is_typo(typed: str, word: str, index: NameIndex) -> bool:
    """Whether *typed* is a typo of *word*. Short words and people's names must match better: Lima is not Lisa."""
    if len(word) < 4 or (typed[0] != word[0] and (len(word) < 6 or OSA.distance(typed, word) > 1)):
        return False
    of_people = all(index.phrases[number][0].noun == "person" for number in index.parts[word])
    substituted = len(typed) == len(word) and sorted(typed) != sorted(word)
    return not (substituted and (len(word) < 5 or (of_people and len(word) < 7)))


def is_close(token: Token, word: str) -> bool:
    typed = token.text
    if typed == word or typed == word + "s" or typed + "s" == word or _ABBREVIATED.get(typed) == word:
        return True
    if typed.isdigit() and word.isdigit() and len(typed) == 2 and len(word) == 4:
        return word.endswith(typed)
    if not typed.isalpha() or not word.isalpha() or min(len(typed), len(word)) < 4 or is_english(typed):
        return False
    limit = _max_typos(min(len(typed), len(word))) if typed[0] == word[0] else 1
    return OSA.distance(typed, word) <= limit


def _max_typos(length: int) -> int:
    return 1 if length < 8 else 2
