"""One-time codes, and who holds which role. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from storage.values.company import Directory, Permission, Person, Side

# Without 0/O, 1/I/L and U/V, which are confused when copied by hand.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8
# 30 letters to the power of 8 are 6.5 * 10^11 codes. Somebody who tries a hundred per second for all of this time,
# while a hundred codes are valid, finds one with a chance of 1 in 70,000; so wrong attempts are not counted.
CODE_LIFETIME = timedelta(minutes=15)


def code_from(token: str) -> str:
    """A code for typing, derived from an unguessable *token*."""
    number = int.from_bytes(sha256(token.encode()).digest())
    letters = []
    for _ in range(CODE_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)


def format_code(code: str) -> str:
    """A code for display: `7KX4-P2M9`."""
    return f"{code[: CODE_LENGTH // 2]}-{code[CODE_LENGTH // 2 :]}"


def code_hash(typed: str) -> str:
    """The stored hash of a code, the same however it was typed."""
    plain = "".join(sign for sign in typed.upper() if sign.isascii() and sign.isalnum())
    return sha256(plain.encode()).hexdigest()


def with_effective_permission(person: Person, admins: Iterable[str]) -> Person:
    """The person with their effective permission: admins of the settings are admins whatever the row says."""
    return replace(person, permission=Permission.ADMIN) if person.email in admins else person


Holders = Mapping[str, tuple[Person, ...]]


def holders(people: Iterable[Person]) -> Holders:
    """People by role, each role sorted by name."""
    by_name = sorted(people, key=lambda person: (person.name.casefold(), person.email))
    return {
        "admins": tuple(person for person in by_name if person.permission is Permission.ADMIN),
        "publishers": tuple(person for person in by_name if person.permission is Permission.PUBLISHER),
        "bridge": tuple(person for person in by_name if person.is_bridge),
    }


def holders_by_side(names: Directory, admins: Iterable[str]) -> dict[Side, Holders]:
    """People by side and role. *admins* are e-mails of the settings; some may have no row yet."""
    listed = frozenset(admins)
    people = [with_effective_permission(person, listed) for person in names.people]
    rowless = sorted(listed - {person.email for person in people})
    people += [Person("", email, email, permission=Permission.ADMIN) for email in rowless]
    return {side: holders(person for person in people if names.side_of(person) is side) for side in Side}


def public_holders(sides: Mapping[Side, Holders], names: Directory) -> dict[Side, Holders]:
    """The same for a card that others read: without people who have no row and so only an e-mail."""
    shown = names.with_public_names().person
    return {
        side: {role: tuple(shown[holder.id] for holder in held if holder.id in shown) for role, held in roles.items()}
        for side, roles in sides.items()
    }


def identifying_words(person: Person, accounts: Iterable[str], former_emails: Iterable[str] = ()) -> tuple[str, ...]:
    """Words by which free text may name the person."""
    handle = person.email.partition("@")[0]
    # A handle such as "bo" may be an ordinary word; one with a dot or a digit in it is a handle.
    told = handle if not handle.isalpha() else f"@{handle}"
    words = (person.name, person.email, told, *accounts, *former_emails)
    return tuple(dict.fromkeys(word for word in words if word.strip()))
