"""An index of the names of teams, sides, campaigns and people for fast lookup by word."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple

from handlers.questions.rules.tokens import words_of
from handlers.questions.rules.understanding import Noun
from handlers.shared.rules.sides import side_name
from storage.values.company import Directory, Side


class NamedEntity(NamedTuple):
    """A person, team, campaign or side. `key` is a person's id, a team's or campaign's key, or a side."""

    noun: Noun
    key: str
    name: str


_ARTICLES = frozenset({"the", "a", "an"})
_SIDE_NAMES = {
    Side.IT: ("it", "information technology", "it department", "it side"),
    Side.MARKETING: ("marketing", "mktg", "marketing department", "marketing side", "mkt"),
}
OTHER_TEAMS = "the other teams"  # those of neither side


@dataclass
class NameIndex:
    """`full` maps whole names and aliases to entities; `parts` maps each word to positions in `phrases`."""

    full: dict[tuple[str, ...], list[NamedEntity]] = field(default_factory=dict)
    phrases: list[tuple[NamedEntity, tuple[str, ...]]] = field(default_factory=list)
    parts: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    emails: dict[str, NamedEntity] = field(default_factory=dict)

    def add(self, entity: NamedEntity, phrase: tuple[str, ...], *, partly: bool = True) -> None:
        if not phrase:
            return
        entities = self.full.setdefault(phrase, [])
        if entity in entities:
            return
        entities.append(entity)
        if partly:
            number = len(self.phrases)
            self.phrases.append((entity, phrase))
            for word in dict.fromkeys(phrase):
                self.parts[word].append(number)

    @cached_property
    def words(self) -> list[str]:
        return [word for word in self.parts if len(word) > 2 and word.isalpha()]

    @cached_property
    def impersonal(self) -> list[tuple[NamedEntity, tuple[str, ...]]]:
        """The names of teams and campaigns. People's names are not matched by initials or without spaces."""
        return [(entity, phrase) for entity, phrase in self.phrases if entity.noun != "person" and len(phrase) > 1]

    @cached_property
    def squashed(self) -> dict[str, tuple[str, ...]]:
        """Names without their spaces."""
        return {"".join(phrase): phrase for _, phrase in self.impersonal}

    @cached_property
    def initials(self) -> dict[str, list[NamedEntity]]:
        """Initials to entities, without numbers: "sl" for Spring Launch 2027."""
        by_initials: dict[str, list[NamedEntity]] = defaultdict(list)
        for entity, phrase in self.impersonal:
            letters = "".join(word[0] for word in phrase if not word.isdigit())
            if len(letters) > 1 and entity not in by_initials[letters]:
                by_initials[letters].append(entity)
        return dict(by_initials)

    def named(self, noun: str) -> list[str]:
        return list(dict.fromkeys(entity.name for entity, _ in self.phrases if entity.noun == noun))


class _CacheKey:
    """A directory compared by identity, so that lookups in the same one share an index."""

    def __init__(self, names: Directory) -> None:
        self.names = names

    def __hash__(self) -> int:
        return id(self.names)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _CacheKey) and other.names is self.names


def index_of(names: Directory) -> NameIndex:
    """The index of *names*. The last few are cached."""
    return _index(_CacheKey(names))


@lru_cache(maxsize=4)
def _index(same: _CacheKey) -> NameIndex:
    index = NameIndex()
    names = same.names
    for side, words in _SIDE_NAMES.items():
        for word in words:
            index.add(NamedEntity("side", side.value, side_name(side, OTHER_TEAMS)), tuple(word.split()), partly=False)
    for team in names.teams:
        _add_all(index, NamedEntity("team", team.key, team.name), (team.name, team.key, *team.aliases))
    for campaign in names.campaigns:
        _add_all(
            index,
            NamedEntity("campaign", campaign.key, campaign.name),
            (campaign.name, campaign.key, *campaign.aliases),
        )
    _add_people(index, names)
    return index


def _add_people(index: NameIndex, names: Directory) -> None:
    """Add all people with one spelling each. Faster than `_add_all`, because there can be ten thousand of them."""
    full, phrases, parts = index.full, index.phrases, index.parts
    for number, person in enumerate((*names.people, *names.former), start=len(phrases)):
        name = person.name
        entity = NamedEntity("person", person.id, name or person.email)
        plain = name.isascii() and name.replace(" ", "").isalpha()
        phrase = tuple(name.lower().split()) if plain else words_of(name)
        phrases.append((entity, phrase))
        if phrase:
            full.setdefault(phrase, []).append(entity)
            for word in phrase:
                parts[word].append(number)
        if person.email:
            index.emails[person.email.lower()] = entity


def _add_all(index: NameIndex, entity: NamedEntity, spellings: tuple[str, ...]) -> None:
    for spelling in spellings:
        phrase = words_of(spelling)
        index.add(entity, phrase)
        if "'" in spelling:
            index.add(entity, words_of(spelling.replace("'", "")))
        bare = tuple(word for word in phrase if word not in _ARTICLES)
        if bare != phrase:
            index.add(entity, bare, partly=False)
        if phrase[-1:] in {("campaign",), ("team",)} and len(phrase) > 1:
            index.add(entity, phrase[:-1], partly=False)


def _add_key(index: NameIndex, entity: NamedEntity) -> None:
    """Add the key as a whole name, unless it is a single word that is also part of another entity's name."""
    phrase = words_of(entity.key)
    shared = len(phrase) == 1 and any(index.phrases[n][0] != entity for n in index.parts.get(phrase[0], ()))
    if not shared:
        index.add(entity, phrase, partly=False)
