"""Find the team, campaign or person that a typed name means: exactly for writing, loosely for reading. Pure.

exactly   key or e-mail, then name, then alias; without case, accents and invisible signs
loosely   also a part that only one of them has, or a small typo
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Generic, TypeVar

from handlers.errors import BadInput, NotFound
from handlers.shared.rules.phrases import join_names
from handlers.shared.rules.similarity import most_similar
from storage.values.company import Campaign, Directory, Person, Team
from storage.values.text import fold

T = TypeVar("T", Team, Campaign, Person)

MAX_CANDIDATES = 5
MIN_PREFIX = 3  # letters; shorter prefixes match too many names
_FILLERS = frozenset({"the", "our", "team", "campaign"})
# https://docs.slack.dev/messaging/formatting-message-text#mentioning-users
_SLACK_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|([^>]*))?>")
_SLACK_EMAIL = re.compile(r"<mailto:([^|>]+)(?:\|[^>]*)?>")


class NoSuchName(NotFound):
    """No entry has that name, or several have. `candidates` are keys or e-mails of similar ones."""

    def __init__(self, text: str, candidates: Iterable[str] = ()) -> None:
        super().__init__(text)
        self.candidates = tuple(candidates)


class Ambiguous(NoSuchName):
    """Several entries have that name; `candidates` are all of them."""


class Former(NoSuchName):
    """The only one with that name left."""

    def __init__(self, person: Person) -> None:
        super().__init__(f"{person.name or person.email} left. Name somebody who is still here.")


@dataclass(frozen=True, slots=True)
class NamedEntry(Generic[T]):
    """An entry and its names, in groups: a match in an earlier group has priority."""

    thing: T
    id: str  # key or e-mail
    label: str
    name_groups: tuple[tuple[str, ...], ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for group in self.name_groups for name in group if name)


def find_team(names: Directory, typed: str, *, loose: bool = False) -> Team:
    """The team called *typed*. Raises NoSuchName."""
    entries = [
        NamedEntry(team, team.key, f"{team.name} ({team.key})", _name_groups([team.key], [team.name], team.aliases))
        for team in names.teams
    ]
    return _find(entries, typed, "team", loose=loose)


def find_campaign(names: Directory, typed: str, *, loose: bool = False) -> Campaign:
    """The campaign called *typed*. Raises NoSuchName."""
    entries = [
        NamedEntry(
            campaign,
            campaign.key,
            f"{campaign.name} ({campaign.key})",
            _name_groups([campaign.key], [campaign.name], campaign.aliases),
        )
        for campaign in names.campaigns
    ]
    return _find(entries, typed, "campaign", loose=loose)


def find_person(
    names: Directory,
    typed: str,
    *,
    accounts: Mapping[str, str] | None = None,
    loose: bool = False,
    also_former: bool = False,
) -> Person:
    """The person called *typed*: an e-mail, `@name`, a name of theirs that nobody shares, or a mention.

    *accounts* maps the account ids from `mentioned_accounts` to person ids. People who left are found when one reads
    (*loose*) or with *also_former*. Raises NoSuchName.
    """
    if mention := _SLACK_MENTION.fullmatch(typed.strip()):
        return _mentioned_person(names, mention[1], mention[2] or "", accounts or {}, also_former=also_former or loose)
    plain = _SLACK_EMAIL.sub(r"\1", typed).strip().removeprefix("@")
    if merged := _merged_person(names, plain):
        return merged
    try:
        return _find(person_entries(names), plain, "person", loose=loose)
    except Ambiguous:
        raise
    except NoSuchName:
        former = _former_person(names, plain)
        if former is None:
            raise
        if also_former or loose:
            return former
        raise Former(former) from None


def check_named_exactly(
    people: Iterable[Person], typed: str, former_emails: Mapping[str, str] = MappingProxyType({})
) -> None:
    """Raises BadInput unless *typed* holds a mention, or an e-mail, `@handle` or full name of each of *people*.

    *former_emails* maps e-mails that people had before to their ids.
    """
    if _SLACK_MENTION.search(typed):
        return
    plain = _SLACK_EMAIL.sub(r"\1", typed).translate({ord(sign): " " for sign in ",;\"'"})
    words = f" {fold_name(plain)} "
    for person in people:
        exact = [fold_name(person.email), f"@{fold_name(person.email.partition('@')[0])}"]
        exact += [fold_name(person.name)] if " " in person.name.strip() else []
        exact += [fold_name(email) for email, person_id in former_emails.items() if person_id == person.id]
        if not any(f" {name} " in words or f" @{name} " in words for name in exact):
            raise BadInput(
                f"“{typed.strip()}” is not exact enough for this: a first name may fit somebody else tomorrow. Use an "
                f"@mention, the e-mail or the full name: {person.name} ({person.email})."
            )


def _former_person(names: Directory, plain: str) -> Person | None:
    """The person who left and is called exactly *plain*; None for nobody or several."""
    entries = [_person_entry(person, names) for person in names.former]
    matches = _exact_matches(entries, fold_name(plain.strip(" \"'")))
    return matches[0].thing if len(matches) == 1 else None


def _merged_person(names: Directory, plain: str) -> Person | None:
    """The person to whom a former e-mail leads; None for any other text."""
    return names.by_former_email.get(plain.casefold())


PARTS_OF_NAME = 3  # the place of first and family names among the groups of a person's names


def person_entries(names: Directory) -> list[NamedEntry[Person]]:
    """Everybody with the names they may be called by."""
    return [_person_entry(person, names) for person in names.people]


def mentioned_accounts(typed: str) -> tuple[str, ...]:
    """The account ids that *typed* mentions, as Slack writes them."""
    return tuple(match[1] for match in _SLACK_MENTION.finditer(typed))


def _mentioned_person(
    names: Directory, account: str, label: str, accounts: Mapping[str, str], *, also_former: bool
) -> Person:
    person = names.person_ever.get(accounts.get(account, ""))
    if person and not person.is_active and not also_former:
        raise Former(person)
    if person is None:
        who = f"@{label}" if label else "that account"
        raise NoSuchName(f"I do not know who {who} is yet. Use the e-mail, or ask them to say hello to me once.")
    return person


def _person_entry(person: Person, names: Directory) -> NamedEntry[Person]:
    handle = person.email.partition("@")[0]
    team = names.team.get(person.team)
    label = f"{person.name or person.email} ({', '.join(part for part in (person.email, team and team.name) if part)})"
    squeezed = person.name.replace(" ", "")
    return NamedEntry(
        person,
        person.email,
        label,
        _name_groups([person.email], [person.name], [handle, squeezed], person.name.split()),
    )


def _name_groups(*groups: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(fold_name(name) for name in group) for group in groups)


@lru_cache(maxsize=10_000)  # the names of a company, each compared with many texts
def fold_name(words: str) -> str:
    """*words* for comparison: without case, accents, direction marks and extra spaces."""
    if words.isascii():  # most names of most companies, and nothing of them is invisible
        return " ".join(words.lower().split())
    visible = "".join(char for char in words if unicodedata.category(char) != "Cf")
    return " ".join(fold(visible).split())


def _find(entries: Sequence[NamedEntry[T]], typed: str, noun: str, *, loose: bool) -> T:
    wanted = fold_name(typed.strip(" \"'"))
    if not wanted:
        raise BadInput(f"Say which {noun}.")
    matches = _exact_matches(entries, wanted)
    if not matches and loose:
        matches = _partial_matches(entries, wanted) or _fuzzy_matches(entries, wanted)
    if len(matches) == 1:
        return matches[0].thing
    if matches:
        raise Ambiguous(_ambiguous(matches, typed, noun), [match.id for match in matches])
    near = _nearest(entries, wanted)
    raise NoSuchName(_no_such_name(near, entries, typed, noun), [entry.id for entry in near])


def _exact_matches(entries: Sequence[NamedEntry[T]], wanted: str) -> list[NamedEntry[T]]:
    """Entries with the exact name, from the first name group that has any."""
    for level in range(max((len(entry.name_groups) for entry in entries), default=0)):
        matches = [entry for entry in entries if wanted in entry.name_groups[level]]
        if matches:
            return matches
    return []


def _partial_matches(entries: Sequence[NamedEntry[T]], wanted: str) -> list[NamedEntry[T]]:
    """Entries with a name that contains every word of *wanted*, as whole words or else as prefixes."""
    words = _words(wanted)
    parts = [word for word in words if word not in _FILLERS] or words
    whole = [entry for entry in entries if any(set(parts) <= set(_words(name)) for name in entry.names)]
    return whole or [entry for entry in entries if any(_begins(parts, _words(name)) for name in entry.names)]


def _begins(parts: Sequence[str], words: Sequence[str]) -> bool:
    return all(
        any(word == part or (len(part) >= MIN_PREFIX and word.startswith(part)) for word in words) for part in parts
    )


def _words(name: str) -> list[str]:
    return "".join(char if char.isalnum() else " " for char in name).split()


def _fuzzy_matches(entries: Sequence[NamedEntry[T]], wanted: str) -> list[NamedEntry[T]]:
    """The entries with the smallest edit distance to *wanted*, of at most two."""
    from rapidfuzz.distance import OSA  # slow to import, and only needed when a name fits nothing

    allowed = 0 if len(wanted) < 4 else 1 if len(wanted) < 8 else 2
    distance = {
        index: min((OSA.distance(wanted, name) for name in entry.names), default=len(wanted))
        for index, entry in enumerate(entries)
    }
    least = min(distance.values(), default=allowed + 1)
    return [entries[index] for index, far in distance.items() if far == least <= allowed]


def _nearest(entries: Sequence[NamedEntry[T]], wanted: str) -> list[NamedEntry[T]]:
    names = {(index, name): name for index, entry in enumerate(entries) for name in entry.names}
    similar = most_similar(wanted, names, most=MAX_CANDIDATES * 3, parts=True)
    indexes = dict.fromkeys(index for index, _ in similar)
    return [entries[index] for index in indexes][:3]


def _ambiguous(matches: Sequence[NamedEntry[T]], typed: str, noun: str) -> str:
    shown = [match.label for match in matches[:MAX_CANDIDATES]]
    rest = f", and {len(matches) - MAX_CANDIDATES} more" if len(matches) > MAX_CANDIDATES else ""
    how = "by e-mail" if noun == "person" else "by its key"
    return f"“{typed}” may be {join_names(shown, 'or')}{rest}. Name the {noun} {how}."


def _no_such_name(near: Sequence[NamedEntry[T]], entries: Sequence[NamedEntry[T]], typed: str, noun: str) -> str:
    if near:
        return f"I know no {noun} called “{typed}”. Did you mean {join_names([entry.label for entry in near], 'or')}?"
    if entries and noun != "person" and len(entries) <= MAX_CANDIDATES * 2:
        return f"I know no {noun} called “{typed}”. I know {join_names([entry.label for entry in entries])}."
    return f"I know no {noun} called “{typed}”."
