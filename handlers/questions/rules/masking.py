"""Replace what may not leave the organisation by placeholders, and put it back into what comes back. Pure.

Hidden are names of people who opted out of being named, keys and titles of restricted items, e-mails, phone numbers and
accounts of chat platforms.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from handlers.questions.rules.name_mentions import (
    MentionIndex,
    NameMention,
    hidden_people_index,
    index_of,
    without_overlaps,
)
from storage.values.company import Directory

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ACCOUNT = re.compile(
    r"<@[^<>\s]+>"  # a mention in Slack
    r"|\b[UW](?=[A-Z0-9]*\d)[A-Z0-9]{6,}\b|\b[UW]\d{3,}\b"  # its account ids
    r"|(?<![\d:])(?:28|29):[\w=-]{4,}|\b8:(?:orgid|live|acs):[\w:.=-]+|\b19:[\w=-]{8,}@\S+"  # ids in Teams
    r"|\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"  # of accounts in Entra
)
_DATE = re.compile(r"(?<![\d+])((?:19|20)\d\d-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./](?:19|20)?\d\d)(?![\d-])")
_PHONE = re.compile(r"(?<![\w.-])\+?\(?\d(?:[\s().\-/–]{0,3}\d){6,14}(?!\w)")
# First or family names that are words of questions as well; they are taken as names where they have a capital.
_QUESTION_WORDS = (
    "art bill case chase day drew grace grant hope king lane long major march mark may page price rich rose summer "
    "april june august max will young the for and new all"
)
_ALSO_WORDS = frozenset(_QUESTION_WORDS.split())


def restricted_index(keys_and_titles: Iterable[str]) -> MentionIndex:
    """The index of keys and titles of restricted items."""
    return index_of(keys_and_titles)


@dataclass
class Mask:
    """The placeholders of one question. The same text has the same placeholder in all that is sent about it."""

    people: MentionIndex
    restricted: MentionIndex
    _originals: dict[str, str] = field(default_factory=dict)
    _placeholders: dict[tuple[str, str], str] = field(default_factory=dict)

    def hide(self, text: str) -> str:
        """*text* with a placeholder for everything that may not leave."""
        text = unicodedata.normalize("NFC", text)
        for kind, pattern in (("account", _ACCOUNT), ("address", _EMAIL)):
            text = pattern.sub(lambda match, kind=kind: self._placeholder(kind, match[0]), text)  # type: ignore[misc]
        text = self._hide_names(text, "item", self.restricted)
        text = self._hide_names(text, "person", self.people)
        return "".join(
            part if is_date else _PHONE.sub(lambda match: self._placeholder("phone", match[0]), part)
            for part, is_date in _dates_apart(text)
        )

    def restore(self, text: str) -> str:
        """*text* with what the placeholders stand for."""
        for placeholder, original in self._originals.items():
            text = text.replace(placeholder, original)
        return text

    def restore_all(self, value: object) -> object:
        """*value*, data as in JSON, with every text restored."""
        match value:
            case str():
                return self.restore(value)
            case list():
                return [self.restore_all(entry) for entry in value]
            case dict():
                return {name: self.restore_all(entry) for name, entry in value.items()}
            case _:
                return value

    def restore_arguments(self, arguments: Mapping[str, object]) -> dict[str, object]:
        return {name: self.restore_all(value) for name, value in arguments.items()}

    def _hide_names(self, text: str, kind: str, index: MentionIndex) -> str:
        mentions = [
            mention
            for mention in index.mentions(text)
            if kind != "person" or _is_name(text[mention.start : mention.end])
        ]
        for mention in reversed(without_overlaps([*self._hidden_places(text), *mentions])):
            if mention.names:
                placeholder = self._placeholder(kind, text[mention.start : mention.end])
                text = text[: mention.start] + placeholder + text[mention.end :]
        return text

    def _hidden_places(self, text: str) -> Iterator[NameMention]:
        """The placeholders in *text*, whose words are no names."""
        for placeholder in self._originals:
            for match in re.finditer(re.escape(placeholder), text):
                yield NameMention(match.start(), match.end(), ())

    def _placeholder(self, kind: str, original: str) -> str:
        same = (kind, original.casefold())
        if same not in self._placeholders:
            number = sum(known == kind for known, _ in self._placeholders) + 1
            self._placeholders[same] = f"[{kind} {number}]"
            self._originals[self._placeholders[same]] = original
        return self._placeholders[same]


def mask_for(names: Directory, restricted: MentionIndex) -> Mask:
    """A mask without placeholders yet."""
    return Mask(hidden_people_index(names), restricted)


def _is_name(words: str) -> bool:
    return words.casefold() not in _ALSO_WORDS or words[:1].isupper()


def _dates_apart(text: str) -> Iterator[tuple[str, bool]]:
    """The parts of *text*, and whether each is a date in figures, which could be taken for a phone number."""
    for place, part in enumerate(_DATE.split(text)):
        yield part, place % 2 == 1
