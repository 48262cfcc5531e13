"""Questions about people: who is Bo, who is the bridge, who is a marketing technologist. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.questions.rules.people_named import people_in
from handlers.shared.rules.names import fold_name
from storage.values.company import Directory, Permission, Person

_WHO = re.compile(
    r"^(?:(?:hi|hello|hey|please|and|so)\b[,!]?\s*)*"
    r"(?:who(?:'s| is| are)|tell me about|how (?:do|can) (?:i|we) (?:reach|contact)|what does|contact(?: details)? (?:of|for))"
    r"\s+(?P<about>.+?)(?:\s+do)?[\s?.!]*$",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"^(?:(?:the|a|an|our|my|any|all)\s+)+", re.IGNORECASE)
_BRIDGE = re.compile(r"bridges?(?: persons?| people)?", re.IGNORECASE)
_PERMISSIONS = {"admin": Permission.ADMIN, "publisher": Permission.PUBLISHER, "contributor": Permission.CONTRIBUTOR}
_MEANING = re.compile(
    r"\bwhat (?:does|do) (?P<term>.{1,60}?) (?:mean|stand for)\b|\bwhat(?:'s| is) the meaning of (?P<noun>.{1,60}?)[?.!]*$"
    r"|^define (?P<defined>.{1,60}?)[?.!]*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PeopleAsked:
    """The people that a question is about, and the words that name them."""

    about: str
    people: tuple[Person, ...]


def who_is(words: str, names: Directory) -> PeopleAsked | None:
    """The people that *words* ask about, by name, role, permission or team; None for another question."""
    match = _WHO.match(words.strip())
    if not match or term_in(words):
        return None
    about = _ARTICLE.sub("", match["about"]).strip()
    people = _by_role(about, names) or _of_team(about, names) or _by_name(about, names)
    return PeopleAsked(about, people) if people else None


def _by_role(about: str, names: Directory) -> tuple[Person, ...]:
    if _BRIDGE.fullmatch(about):
        return tuple(person for person in names.people if person.is_bridge)
    wanted = fold_name(about).removesuffix("s")
    if wanted in _PERMISSIONS:
        return tuple(person for person in names.people if person.permission is _PERMISSIONS[wanted])
    return tuple(
        person for person in names.people if person.role and wanted == fold_name(person.role).removesuffix("s")
    )


def _of_team(about: str, names: Directory) -> tuple[Person, ...]:
    """The people of a team: "in Web", "on the web team"."""
    match = re.fullmatch(r"(?:in|on|of)\s+(?:the\s+)?(.+?)(?:\s+team)?", about, re.IGNORECASE)
    if not match:
        return ()
    keys = {
        team.key for team in names.teams if fold_name(match[1]) in map(fold_name, (team.key, team.name, *team.aliases))
    }
    return tuple(person for person in names.people if person.team in keys)


def _by_name(about: str, names: Directory) -> tuple[Person, ...]:
    """Those whose name *about* is, in full or in part. With words left over it is another question."""
    people = people_in(about, names, is_name=True)
    known = {part for person in people for part in fold_name(f"{person.name} {person.email}").split()}
    return people if people and set(fold_name(about).split()) <= known else ()


def term_in(words: str) -> str:
    """The term whose meaning *words* ask for; "" for another question."""
    match = _MEANING.search(words.strip())
    return next((part for part in match.groups() if part), "").strip(" \"'“”") if match else ""
