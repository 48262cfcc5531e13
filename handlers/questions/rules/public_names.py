"""Keep names of people who do not want to be named publicly out of what a room reads. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers.questions.rules.understanding import NotUnderstood, Unclear, UnknownName
from storage.values.company import Directory, Person
from storage.values.questions import Plan
from storage.values.text import fold

Unanswered = Unclear | UnknownName | NotUnderstood


def for_room(result: Unanswered, names: Directory, *, outsiders: bool) -> Unanswered:
    """*result* without the people that a room may not read about; with *outsiders* in the room, without any.

    A name that only they have becomes an unknown one.
    """
    hidden = [person for person in names.people if outsiders or not person.named_publicly]
    match result:
        case Unclear():
            ids = {person.id for person in hidden}
            shown = tuple(option for option in result.candidates if option.noun != "person" or option.key not in ids)
            return replace(result, candidates=shown) if shown else UnknownName(result.about, "")
        case UnknownName():
            taken = {name for person in hidden for name in _names_of(person)}
            return replace(result, near=tuple(name for name in result.near if name not in taken))
        case NotUnderstood():
            return result


def _names_of(person: Person) -> tuple[str, str]:
    return person.name, person.email


def names_hidden_person(plan: Plan, names: Directory) -> bool:
    """Whether the description of *plan* names somebody who does not want to be named publicly."""
    named = [names.person.get(person_id) for person_id in (*plan.owners, *plan.not_owners)]
    return any(person is not None and not person.named_publicly for person in named)


def without_hidden_people(mentioned: Sequence[str], names: Directory) -> tuple[str, ...]:
    """The names of *mentioned* that are part of no name of somebody who does not want to be named publicly."""
    hidden = [person for person in names.people if not person.named_publicly]
    parts = {
        fold(part) for person in hidden for part in (*person.name.split(), person.email, person.email.split("@")[0])
    }
    return tuple(name for name in mentioned if not parts & {fold(word) for word in (name, *name.split())})
