"""Which kind of file it is, and which rows the importer may import. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from typing import TypeVar

from handlers.shared.rules.new_keys import KeyRegister
from handlers.shared.rules.rows.company import PersonRecord
from handlers.shared.rules.rows.parsed import Parsed, RowError
from storage.values.company import Directory
from storage.values.roadmap import Item

T = TypeVar("T")


def file_kind(columns: Iterable[str]) -> str:
    """Which of the four files has these columns; "" if none."""
    names = {column.strip().casefold() for column in columns}
    if "side" in names:
        return "teams"
    if "email" in names:
        return "people"
    if {"key", "title"} <= names:
        return "roadmap"
    return "campaigns" if {"key", "name"} <= names else ""


def with_usable_keys(parsed: Parsed[Item], register: KeyRegister) -> Parsed[Item]:
    """The rows with an error for each that would need a key which its importer cannot have.

    The error is the same for the key of a hidden item and for a free one beside it.
    """
    ask = "ask somebody of that team to add it"
    errors = [
        RowError(number, "key", item.key, "this key cannot be used for a new item", register.next_key(item.team) or ask)
        for number, item in zip(parsed.numbers, parsed.rows, strict=True)
        if not register.visible_spelling(item.key) and register.refuses(item.key, item.team)
    ]
    return without_rows_of(parsed, errors)


def with_stored_keys(parsed: Parsed[Item], stored: Mapping[str, str]) -> Parsed[Item]:
    """The rows with the keys as they are stored: another case or a former key does not make another item.

    Two rows that are the same item then are an error of the second.
    """
    if not stored:
        return parsed
    rows = tuple(replace(item, key=stored.get(item.key, item.key)) for item in parsed.rows)
    first: dict[str, int] = {}
    errors = [
        RowError(
            number, "key", given.key, f"row {first[item.key]} is the same item, {item.key}", "keep one of the two rows"
        )
        for number, given, item in zip(parsed.numbers, parsed.rows, rows, strict=True)
        if first.setdefault(item.key, number) != number
    ]
    return without_rows_of(replace(parsed, rows=rows), errors)


def likely_duplicates(
    added: Iterable[Item], standing: Iterable[Item], present: Set[str], named: Set[str]
) -> tuple[tuple[Item, Item], ...]:
    """(new item, open item) with the same title, team and owner but another key, as after a renamed key.

    The owner counts only if the file has one (*present*); an open item that the file names itself is another item.
    """

    def identity(item: Item) -> tuple[str, str, str]:
        return (item.title, item.team, item.owner if "owner" in present else "")

    by_identity = {identity(item): item for item in standing if item.key.casefold() not in named}
    return tuple((item, by_identity[identity(item)]) for item in added if identity(item) in by_identity)


def only_of_team(parsed: Parsed[Item], team: str, names: Directory, stored: Mapping[str, Item]) -> Parsed[Item]:
    """The rows with an error for each row of another team: contributors import rows of their own team.

    *stored* counts too, so that a row cannot move another team's item into the importer's team.
    """
    own = names.team[team].name if team in names.team else "no team"
    owners = [stored[item.key].team if item.key in stored else item.team for item in parsed.rows]
    errors = []
    for number, item, owner in zip(parsed.numbers, parsed.rows, owners, strict=True):
        if owner != team:
            reason = f"{item.key} is of another team; you can import rows of your own team ({own})"
            errors.append(RowError(number, "key", item.key, reason, "leave the row out, or ask an admin to import it"))
        elif item.team != team:
            reason = f"you can import rows of your own team ({own})"
            errors.append(RowError(number, "team", item.team, reason, team or "ask an admin"))
    return without_rows_of(parsed, errors)


def owners_who_left(parsed: Parsed[Item], names: Directory, stored: Mapping[str, Item]) -> tuple[RowError, ...]:
    """An error for every row that gives an item to somebody who left. An item that they own already may stay so."""
    former = {person.id: person for person in names.former}
    errors = []
    for number, item in zip(parsed.numbers, parsed.rows, strict=True):
        left = former.get(item.owner)
        if left and (item.key not in stored or stored[item.key].owner != item.owner):
            lead = names.lead_of(item.team)
            fix = lead.email if lead else "somebody who is still here, or leave the cell empty"
            errors.append(RowError(number, "owner_email", left.email, f"{left.name or left.email} left", fix))
    return tuple(errors)


def accounts_taken(
    parsed: Parsed[PersonRecord],
    owners: Mapping[str, Mapping[str, str]],
    names: Directory,
    renames: Mapping[str, str],
) -> tuple[RowError, ...]:
    """An error for every account of a row that belongs to somebody else. *owners*: column -> account -> person id.

    *renames*: person id -> the new e-mail by which the file names that person.
    """
    errors = []
    for number, row in zip(parsed.numbers, parsed.rows, strict=True):
        person = names.by_email_ever.get(row.email)
        for column, holders in owners.items():
            account = getattr(row, column)
            holder = holders.get(account)
            if holder and renames.get(holder) != row.email and (person is None or person.id != holder):
                reason = "this account belongs to somebody else already"
                fix = f"correct the id, or let {names.email_of(holder) or 'its owner'} type: me unlink"
                errors.append(RowError(number, column, account, reason, fix))
    return tuple(errors)


def without_rows_of(parsed: Parsed[T], errors: Sequence[RowError]) -> Parsed[T]:
    """*rows* without the rows that have an error."""
    if not errors:
        return parsed
    bad = {error.row for error in errors}
    kept = [(number, row) for number, row in zip(parsed.numbers, parsed.rows, strict=True) if number not in bad]
    return replace(
        parsed,
        rows=tuple(row for _, row in kept),
        numbers=tuple(number for number, _ in kept),
        errors=tuple(sorted((*parsed.errors, *errors), key=lambda error: error.row)),
    )
