"""Read the people that typed words name, however a client sends them: the one reader for every command. Pure.

@ana @bo     Ana Marsh and Bo     ana@example.org; bo@example.org     "Ana Marsh" "Bo Li"     to <@U1|ana> & <@U2|bo>
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from handlers.errors import BadInput
from handlers.shared.rules.names import (
    PARTS_OF_NAME,
    Ambiguous,
    Former,
    NamedEntry,
    NoSuchName,
    find_person,
    find_team,
    fold_name,
    person_entries,
)
from handlers.shared.rules.phrases import join_names
from storage.values.company import Directory, Person

_PART = re.compile(r'"[^"]*"?|<[^<>]*>|\+(?=[@<"])|[^\s",;/&<]+|\S')
_MENTION = re.compile(r"<[^<>]*>")
_SEPARATORS = frozenset({",", ";", "/", "&", "+", "-", "--", "–", "—", "and", "plus", "with"})
_AS_WELL_AS = re.compile(r"(?<!\S)as well as(?!\S)", re.IGNORECASE)
_LEADS = frozenset({"to", "both"})  # "kudos to @bo": not part of the first name
_ONESELF = frozenset({"me", "myself"})
_STOPS = ".:!?"
# What platforms call several people at once; adapters write "@user-group" for a group without a name.
_GROUP_MENTIONS = frozenset({"@here", "@channel", "@everyone", "@user-group"})


def find_people(
    names: Directory, typed: Sequence[str], *, accounts: Mapping[str, str] | None = None, asker: Person | None = None
) -> tuple[Person, ...]:
    """The people in *typed*, each once, in the order they are named. One string may hold many; a quoted name is one.

    *accounts* as for `find_person`; "me" is *asker*. Raises NoSuchName, and BadInput if nobody is named.
    """
    reader = _Reader(names, accounts or {}, asker)
    text = " ".join(f'"{part}"' if " " in part and '"' not in part else part for part in typed)
    people = {person.id: person for words in _split(text) for person in reader.people_called(words)}
    if not people:
        raise BadInput("Say whom you mean, by e-mail or @name.")
    return tuple(people.values())


def find_one_person(
    names: Directory, typed: Sequence[str], *, accounts: Mapping[str, str] | None = None, asker: Person | None = None
) -> Person:
    """The only person in *typed*. Raises NoSuchName, and BadInput for nobody or several."""
    people = find_people(names, typed, accounts=accounts, asker=asker)
    if len(people) > 1:
        raise BadInput(f"Name one person; these are {join_names([person.name or person.email for person in people])}.")
    return people[0]


def _split(text: str) -> Iterator[list[str]]:
    """The words of *text* in groups, at most one person each where a separator, quote, mention, e-mail or @ says so."""
    parts = _PART.findall(_AS_WELL_AS.sub("and", text))
    words: list[str] = []
    for part in parts[1:] if parts and parts[0].casefold() in _LEADS else parts:
        is_separator = part.casefold() in _SEPARATORS
        is_whole = part.startswith(('"', "<")) or part.find("@") > 0
        if is_separator or is_whole or part.startswith("@"):
            if words:
                yield words
            words = []
        if is_whole:
            yield [part.strip('"')]
        elif not is_separator:
            words.append(part)
    if words:
        yield words


@dataclass
class _Reader:
    """Holds every name of a directory, so that a long list of people is not compared with all of them again and again."""

    names: Directory
    accounts: Mapping[str, str]
    asker: Person | None
    _entries: dict[str, list[NamedEntry[Person]]] = field(default_factory=dict)
    _most_words: int = 1

    def __post_init__(self) -> None:
        entries = person_entries(self.names)
        for level in range(max((len(entry.name_groups) for entry in entries), default=0)):
            called: dict[str, list[NamedEntry[Person]]] = {}
            for entry in entries:
                for name in {*entry.name_groups[level]} - self._entries.keys():
                    called.setdefault(name, []).append(entry)
            self._entries |= called
        by_id = {entry.thing.id: entry for entry in entries}
        for email, person in self.names.by_former_email.items():  # a former e-mail still leads to its person
            if person.id in by_id:
                self._entries.setdefault(fold_name(email), [by_id[person.id]])
        self._most_words = max((name.count(" ") + 1 for name in self._entries), default=1)

    def people_called(self, words: Sequence[str], *, quoted: bool = False) -> list[Person]:
        """The people whose names follow one another in *words*. Raises NoSuchName if anything else is among them."""
        if self.asker and len(words) == 1 and words[0].casefold() in _ONESELF:
            return [self.asker]
        if _MENTION.fullmatch(words[0]):
            return [find_person(self.names, words[0], accounts=self.accounts)]
        people: list[Person] = []
        at = 0
        while at < len(words):
            end, entries = self._longest_name(words, at)
            if len(entries) > 1:
                raise self._unknown(" ".join(words[at:end]))
            if not entries or (end - at < len(words) and not _names_alone(entries[0], words[at:end])):
                if quoted or len(words) > 1:
                    raise self._unknown(" ".join(words))
                return self._people_quoted(words[0])
            people.append(entries[0].thing)
            at = end
        return people

    def _longest_name(self, words: Sequence[str], at: int) -> tuple[int, list[NamedEntry[Person]]]:
        """Where the longest name that begins at *at* ends, and whose it is."""
        for end in range(min(len(words), at + self._most_words), at, -1):
            name = _folded(words[at:end])
            if entries := self._entries.get(name) or self._entries.get(name.rstrip(_STOPS)):
                return end, entries
        return at, []

    def _people_quoted(self, text: str) -> list[Person]:
        """The people in a quoted list. Raises NoSuchName for everything else."""
        groups = list(_split(text))
        if groups == [[text]]:
            raise self._unknown(text)
        return [person for group in groups for person in self.people_called(group, quoted=True)]

    def _unknown(self, text: str) -> NoSuchName:
        one_by_one = "name its people one by one, by e-mail or @name"
        if text.casefold() in _GROUP_MENTIONS:
            return NoSuchName(f"{text} is a group, not a person: {one_by_one}.")
        try:
            find_person(self.names, text.rstrip(_STOPS))
        except Ambiguous as several:
            return several
        except Former as former:
            return former
        except NoSuchName as nobody:
            unknown = nobody
        try:
            team = find_team(self.names, text.removeprefix("@").rstrip(_STOPS))
        except (NoSuchName, BadInput):
            is_mention = text.startswith("@") and not unknown.candidates
            return NoSuchName(f"{unknown.text} If that is a group, {one_by_one}.") if is_mention else unknown
        return NoSuchName(f"“{text}” is a team, not a person: {one_by_one}. “people {team.key}” lists them.")


def _folded(words: Sequence[str]) -> str:
    return fold_name(" ".join(words).strip(" \"'").removeprefix("@"))


def _names_alone(entry: NamedEntry[Person], words: Sequence[str]) -> bool:
    """Whether *words* name this person also beside other words; a family name might belong to the word before it."""
    family_names = {fold_name(part) for part in entry.thing.name.split()[1:]}
    others = {name for group in entry.name_groups[:PARTS_OF_NAME] for name in group}
    return _folded(words) not in family_names - others
