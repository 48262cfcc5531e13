"""Who in people.csv is somebody known under another e-mail, and who left. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from handlers.errors import BadInput, Refusal
from handlers.shared.rules.names import fold_name
from handlers.shared.rules.phrases import join_names, plural
from handlers.shared.rules.rows.company import PersonRecord
from handlers.shared.rules.rows.parsed import Parsed, RowError
from storage.values.company import Directory, Permission, Person

HELD_ABOVE = 10  # a file that leaves out more than one in this many people is held until confirmed
MOST_NAMED = 10


def renamed(
    parsed: Parsed[PersonRecord], owners: Mapping[str, Mapping[str, str]], names: Directory, *, complete: bool
) -> dict[str, Person]:
    """New e-mail -> the person who had another one. *owners*: column -> account -> person id.

    The same name with the same account tells, or in a complete file the same name and team of exactly one person it
    leaves out. Another name with somebody's account is an error: see `accounts_taken`.
    """
    listed = {row.email for row in parsed.rows}
    unlisted = [person for person in names.people if person.email not in listed]
    by_new_email: dict[str, Person] = {}
    for row in parsed.rows:
        if row.email in names.by_email_ever:
            continue
        ids = {by_account.get(getattr(row, column)) for column, by_account in owners.items()}
        holders = [person for person in unlisted if person.id in ids]
        alike = [person for person in unlisted if complete and _is_alike(row, person)]
        mine = [person for person in holders if fold_name(person.name) == fold_name(row.name)]
        matches = mine or alike
        if len(matches) == 1 and matches[0] not in by_new_email.values():
            by_new_email[row.email] = matches[0]
    return by_new_email


def look_alikes(
    parsed: Parsed[PersonRecord], names: Directory, renames: Collection[str]
) -> tuple[tuple[str, str], ...]:
    """(e-mail of a new person, e-mail of somebody of the same name and team whom the file leaves out)."""
    listed = {row.email for row in parsed.rows}
    unlisted = [person for person in names.people if person.email not in listed]
    new = [row for row in parsed.rows if row.email not in names.by_email_ever and row.email not in renames]
    return tuple((row.email, person.email) for row in new for person in unlisted if _is_alike(row, person))


def _is_alike(row: PersonRecord, person: Person) -> bool:
    return fold_name(row.name) == fold_name(person.name) and row.team == person.team


def double_entries(parsed: Parsed[PersonRecord], names: Directory) -> tuple[RowError, ...]:
    """An error for each row whose e-mail is a former one of a person whom another row names."""
    listed = {row.email for row in parsed.rows}
    errors = []
    for number, row in zip(parsed.numbers, parsed.rows, strict=True):
        person = names.by_former_email.get(row.email)
        if person and person.email in listed:
            reason = f"this is a former e-mail of {person.name}, who has a row already"
            errors.append(RowError(number, "email", row.email, reason, "leave the row out"))
    return tuple(errors)


def leavers(
    names: Directory, named: Collection[str] | None, renames: Iterable[Person], keep: Collection[str]
) -> tuple[Person, ...]:
    """The people whom a complete file does not name any more. *keep* are ids and e-mails that no file ends.

    Raises BadInput for a file that cannot tell, Refusal for one that would leave no admin.
    """
    if not named:
        raise BadInput(
            "A row has no e-mail, or the file has no rows, so nobody can tell who left. Nothing "
            "was imported. Fill in the e-mail, or leave --complete out."
        )
    gone = tuple(p for p in _unnamed(names, named, renames) if not {p.id, p.email} & {*keep})
    admins = [person for person in names.people if person.permission is Permission.ADMIN]
    if admins and not keep and all(admin in gone for admin in admins):
        raise Refusal(
            f"The file does not name {join_names([admin.email for admin in admins])}, and without them nobody could "
            "give roles. Nothing was imported. Add them to the file."
        )
    return gone


def kept(
    names: Directory, named: Collection[str], renames: Iterable[Person], gone: Collection[Person]
) -> tuple[Person, ...]:
    """The people whom a complete file does not name and whom it does not end either."""
    return tuple(person for person in _unnamed(names, named, renames) if person not in gone)


def _unnamed(names: Directory, named: Collection[str], renames: Iterable[Person]) -> tuple[Person, ...]:
    here = {names.by_email_ever[email].id for email in named if email in names.by_email_ever}
    here |= {person.id for person in renames}
    return tuple(person for person in names.people if person.id not in here)


def check_confirmed(gone: Sequence[Person], names: Directory) -> None:
    """Raise Refusal when so many are left out that the file may be cut off. One person alone is never held."""
    if len(gone) > 1 and len(gone) * HELD_ABOVE > len(names.people):
        shown = ", ".join(person.name or person.email for person in gone[:MOST_NAMED])
        more = f" and {len(gone) - MOST_NAMED} more" if len(gone) > MOST_NAMED else ""
        raise Refusal(
            f"The file leaves out {len(gone)} of {plural(len(names.people), 'person', 'people')}: {shown}{more}. "
            "Nothing was imported. If all of them left, import it again with --accept-removals.",
            "import people --complete --accept-removals",
        )
