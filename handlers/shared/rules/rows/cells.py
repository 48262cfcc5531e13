"""Readers that turn a cell into a value, one per kind of cell. Each raises if the cell is invalid.

Text is stripped and normalised to NFC, so that what looks equal is equal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from functools import cache
from typing import TypeVar
from unicodedata import normalize
from zoneinfo import available_timezones

from handlers.shared.rules.rows.parsed import CellProblem, InvalidCell, invalid_cell
from handlers.shared.rules.rows.suggestions import Suggester, first_few
from storage.values.company import Person
from storage.values.roadmap import LIST_SEPARATOR

CellReader = Callable[[str], object]
Word = TypeVar("Word", bound=StrEnum)

NAME_LENGTH = 200
TITLE_LENGTH = 500
SUMMARY_LENGTH = 5_000
URL_LENGTH = 2_000

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_EMAIL = re.compile(r"[^\s@,;:<>\"()\[\]\\]+@[^\s@,;:<>\"()\[\]\\./]+(?:\.[^\s@,;:<>\"()\[\]\\./]+)+")
_BETWEEN_EMAILS = re.compile(r"[\s,;:<>\"()\[\]\\]+")
_URL = re.compile(r"https?://[^\s/?#<>\"\\]+[^\s<>\"\\]*", re.IGNORECASE)
# Control characters, line separators and halves of surrogate pairs: invisible, and some databases refuse them.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_CONTROL_IN_PARAGRAPHS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class CellCache(dict[str, object]):
    """*read* with its results cached per cell text, because columns repeat their values."""

    def __init__(self, read: CellReader) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> object:
        value = self[text] = self._read(text)
        return value


def cached(read: CellReader) -> CellReader:
    return CellCache(read).__getitem__


def required(read: CellReader, expected: str) -> CellReader:
    """Like *read*, but an empty cell is an error; *expected* describes the value."""

    def read_something(text: str) -> object:
        if not text or text.isspace():
            raise invalid_cell("", "this cell must not be empty", f"fill in {expected}")
        return read(text)

    return read_something


def collapse_spaces(text: str) -> str:
    text = text.strip()
    return text if text.isascii() else normalize("NFC", text)


def single_line(limit: int) -> Callable[[str], str]:
    """Reads text of one line, at most *limit* characters long."""

    def read(text: str) -> str:
        text = collapse_spaces(text)
        if not text.isprintable() and (control := _CONTROL.search(text)):
            raise _control(text, control, _CONTROL)
        if len(text) > limit:
            raise _too_long(text, limit)
        return text

    return read


def paragraphs(limit: int) -> Callable[[str], str]:
    """Reads text that may hold line breaks and tabs, at most *limit* characters long."""

    def read(text: str) -> str:
        text = collapse_spaces(text)
        if not text.isprintable():
            text = text.replace("\r\n", "\n").replace("\r", "\n")
            if control := _CONTROL_IN_PARAGRAPHS.search(text):
                raise _control(text, control, _CONTROL_IN_PARAGRAPHS)
        if len(text) > limit:
            raise _too_long(text, limit)
        return text

    return read


def _control(text: str, match: re.Match[str], unwanted: re.Pattern[str]) -> InvalidCell:
    sign = "a line break" if match[0] in "\r\n" else f"the control character U+{ord(match[0]):04X}"
    cleaned = " ".join(unwanted.sub(" ", text).split())
    return invalid_cell(
        unwanted.sub("\N{REPLACEMENT CHARACTER}", text), f"holds {sign} at position {match.start() + 1}", cleaned
    )


def _too_long(text: str, limit: int) -> InvalidCell:
    return invalid_cell(
        text, f"{len(text):,} characters long; at most {limit:,} are kept", f"shorten it to {limit:,} characters"
    )


name = single_line(NAME_LENGTH)


def key(text: str) -> str:
    """A short name that people type: letters, digits, dots, dashes and underscores, at most 64 of them."""
    text = collapse_spaces(text)
    if not text or _KEY.fullmatch(text):
        return text
    proposal = re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("._-")[:64]
    reason = "a key begins with a letter or digit and holds only letters, digits, . _ and -, at most 64"
    raise invalid_cell(text, reason, proposal or "write a key like WEB-12")


def key_like(known: Collection[str]) -> Callable[[str], str]:
    """Reads a key; one that differs from a key in *known* only by its case is that key."""
    folded = {stored.casefold(): stored for stored in known}

    def read(text: str) -> str:
        text = key(text)
        return text if text in known else folded.get(text.casefold(), text)

    return read


def email(text: str) -> str:
    """An address, in lower case."""
    text = collapse_spaces(text)
    if not text or _EMAIL.fullmatch(text):
        return text.lower()
    addresses = [part for part in _BETWEEN_EMAILS.split(text.removeprefix("mailto:")) if _EMAIL.fullmatch(part)]
    proposal = addresses[0].lower() if len(addresses) == 1 else "write one address like ada@company.example"
    raise invalid_cell(text, "this is not an e-mail address", proposal)


def url(text: str) -> str:
    text = collapse_spaces(text)
    if not text or (_URL.fullmatch(text) and text.isprintable()):
        if len(text) > URL_LENGTH:
            raise _too_long(text, URL_LENGTH)
        return text
    bare = re.fullmatch(r"(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?", text, re.IGNORECASE)
    proposal = f"https://{text}" if bare else "write an address that begins with https:// or http://, without spaces"
    raise invalid_cell(text, "only web addresses (http or https) are kept", proposal)


def choice(kind: type[Word], empty: Word | None = None) -> Callable[[str], Word | None]:
    """Reads one word of a closed vocabulary in any case, with spaces or hyphens for underscores."""
    near = Suggester([member.value for member in kind])
    known = {member.value: member for member in kind}

    def read(text: str) -> Word | None:
        text = collapse_spaces(text)
        if not text:
            return empty
        word = known.get(re.sub(r"[\s_-]+", "_", text).casefold())
        if word is None:
            raise invalid_cell(
                text, f"this is none of {', '.join(known)}", near(text) or f"write one of {', '.join(known)}"
            )
        return word

    return read


def existing_key(known: Collection[str], noun: str, near: Suggester) -> Callable[[str], str]:
    """Reads the key of a *noun* that exists, in any case."""
    folded = {key.casefold(): key for key in known}

    def read(text: str) -> str:
        text = collapse_spaces(text)
        if not text or text in known:
            return text
        if text.casefold() in folded:
            return folded[text.casefold()]
        instead = (
            f"import that {noun} first, or write one of {first_few(known)}" if known else f"import the {noun}s first"
        )
        raise invalid_cell(text, f'no {noun} has the key "{text}"', near(text) or instead)

    return read


def person(known: Mapping[str, Person]) -> Callable[[str], str]:
    """Reads an e-mail of somebody who exists, as that person's id."""
    near = Suggester(_names_of(known))

    def read(text: str) -> str:
        address = email(text)
        if not address or address in known:
            return known[address].id if address else ""
        proposal = near(address.partition("@")[0]) or "import that person first, or leave the cell empty"
        raise invalid_cell(text.strip(), f"nobody here has the e-mail {address}", proposal)

    return read


def _names_of(known: Mapping[str, Person]) -> dict[str, str]:
    """Names and local parts of e-mails, to suggest the person that was meant."""
    names = {address.partition("@")[0]: address for address in known}
    return names | {one.name: address for address, one in known.items() if one.name}


def timezone() -> Callable[[str], str]:
    """Reads the name of a time zone, as the IANA list spells it."""
    known = _zones()
    near: list[Suggester] = []

    def read(text: str) -> str:
        text = collapse_spaces(text)
        if not text or text in known:
            return text
        if not near:
            near.append(Suggester(_names_of_zones(known)))
        proposal = near[0](text) or "write a name like Europe/Berlin or America/New_York"
        raise invalid_cell(text, "this is no time zone of the IANA list", proposal)

    return read


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _names_of_zones(known: frozenset[str]) -> dict[str, str]:
    """Every zone by its name and by its city alone."""
    zones = sorted(known)
    return {zone.rpartition("/")[2]: zone for zone in zones} | {zone: zone for zone in zones}


def keys_of(one: Callable[[str], str]) -> Callable[[str], tuple[str, ...]]:
    """Reads a list of keys; no key holds a comma, so commas separate too."""
    read = list_of(one)
    return lambda text: read(text.replace(",", LIST_SEPARATOR))


def list_of(one: Callable[[str], str]) -> Callable[[str], tuple[str, ...]]:
    """Reads a list: stripped entries, without empty ones and duplicates, in their order."""

    def read(text: str) -> tuple[str, ...]:
        if not text:
            return ()
        entries: list[str] = []
        problems: list[CellProblem] = []
        for part in text.split(LIST_SEPARATOR):
            try:
                entries.append(one(part))
            except InvalidCell as invalid:
                problems.extend(invalid.problems)
        if problems:
            raise InvalidCell(*problems)
        return tuple(dict.fromkeys(entry for entry in entries if entry))

    return read
