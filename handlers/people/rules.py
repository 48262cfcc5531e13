"""One-time codes, and who may do what. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from storage.values.company import Directory, Permission, Person, Side

# Without 0 and O, 1 and I and L, and U beside V, which are mistaken for one another when copied by hand.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8
# 30 letters to the power of 8 are 6.5 * 10^11 codes. Somebody who tries a hundred a second for all of these minutes,
# while a hundred codes are good, finds one with a chance of 1 in 70,000; so nobody counts wrong tries.
CODE_LIFETIME = timedelta(minutes=15)


def code_from(token: str) -> str:
    """A code to be typed by hand, made of an unguessable *token*."""
    number = int.from_bytes(sha256(token.encode()).digest())
    letters = []
    for _ in range(CODE_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)


def format_code(code: str) -> str:
    """A code as it is shown: `7KX4-P2M9`."""
    return f"{code[: CODE_LENGTH // 2]}-{code[CODE_LENGTH // 2 :]}"


def code_hash(said: str) -> str:
    """What is kept of a code, however it was typed."""
    plain = "".join(sign for sign in said.upper() if sign.isascii() and sign.isalnum())
    return sha256(plain.encode()).hexdigest()


def with_effective_permission(person: Person, admins: Iterable[str]) -> Person:
    """The person with the permission that counts: whoever the settings name is an admin whatever the row says."""
    return replace(person, permission=Permission.ADMIN) if person.email in admins else person


Holders = Mapping[str, tuple[Person, ...]]


def holders(people: Iterable[Person]) -> Holders:
    """Who holds which role, by name: admins, publishers, bridge."""
    known = sorted(people, key=lambda each: (each.name.casefold(), each.email))
    return {
        "admins": tuple(each for each in known if each.permission is Permission.ADMIN),
        "publishers": tuple(each for each in known if each.permission is Permission.PUBLISHER),
        "bridge": tuple(each for each in known if each.is_bridge),
    }


def holders_by_side(names: Directory, admins: Iterable[str]) -> dict[Side, Holders]:
    """Who holds which role on which side. *admins* are e-mails of the settings; some may have no row yet."""
    listed = frozenset(admins)
    people = [with_effective_permission(each, listed) for each in names.people]
    rowless = sorted(listed - {each.email for each in people})
    people += [Person("", email, email, permission=Permission.ADMIN) for email in rowless]
    return {side: holders(each for each in people if names.side_of(each) is side) for side in Side}


def public_holders(sides: Mapping[Side, Holders], names: Directory) -> dict[Side, Holders]:
    """The same for a card that others read. Whoever has no row is known by an e-mail alone and left out."""
    shown = names.with_public_names().person
    return {
        side: {role: tuple(shown[each.id] for each in held if each.id in shown) for role, held in roles.items()}
        for side, roles in sides.items()
    }


def identifying_words(person: Person, accounts: Iterable[str]) -> tuple[str, ...]:
    """The words by which free text may name that person."""
    handle = person.email.partition("@")[0]
    # A handle such as "bo" is a word like any other; one with a dot or a digit in it is somebody.
    told = handle if not handle.isalpha() else f"@{handle}"
    words = (person.name, person.email, told, *accounts)
    return tuple(dict.fromkeys(word for word in words if word.strip()))
