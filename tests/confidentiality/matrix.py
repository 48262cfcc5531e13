"""Every command, said by every kind of person, everywhere, about every object: what is said and who reads the answer.

The words come from the catalogue: each example of each command, with its keys and numbers replaced by those of the
objects in the store. So a new command is in the matrix without a line here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Literal

from handlers.feature import Command, Feature
from integrations.ports.inbound import Account, ButtonPress, CommandText, ConversationRef, InboundEvent, MessageText
from tests.confidentiality.company import DOMAIN, KNOWN_TO, PEOPLE, ROOM, SHARED_ROOM, TOLD_BY

# What an example names, and what of that kind the store holds.
_OBJECTS: Mapping[str, tuple[str, ...]] = {
    r"\bWEB-\d+": ("SEC-1", "SEC-2", "SEC-3", "SEC-4", "SEC-7", "WEB-5"),
    r"\bQ\d{2,}": ("Q1", "Q2", "Q4", "Q7"),
    r"\bR\d+": ("R1", "R4", "R5"),
    r"\b12\b": ("1", "2", "3", "9"),
    r"\bQ1\b": ("2027-Q1", "2027-Q2", "2027-Q3"),
    r"\bweb\b": ("sec", "web"),
    r"@(?:ana|ada|bo)\b": ("@sid", "@lou"),
}
# Ways to speak about everything at once, and ways to guess.
_QUESTIONS = (
    "what is IT working on for Spring Launch?", "what is Security working on?", "what is blocked?", "list all items",
    "what shipped last month", "who owns SEC-1?", "is SEC-2 late?", "when is SEC-4 due?", "what changed since yesterday",
    "anything about vaults?", "is the widget flux?",
)  # fmt: skip

Place = Literal["direct", "room", "mention", "shared room", "shared mention", "button"]
PLACES: tuple[Place, ...] = ("direct", "room", "mention", "shared room", "shared mention", "button")
OUTSIDERS: Mapping[str, Account] = {
    "stranger": Account("console", f"nobody@{DOMAIN}", email=f"nobody@{DOMAIN}"),
    "guest": Account("console", "G1", kind="guest", email="sid@x.org"),
    "bot": Account("console", "B1", kind="bot"),
    "other organisation": Account("console", "O1", workspace="other", kind="guest", email="sol@x.org"),
}
SPEAKERS = (*PEOPLE, *OUTSIDERS)


@dataclass(frozen=True)
class Cell:
    """One thing said: by whom, where, in which words."""

    speaker: str
    place: Place
    words: str
    command: str

    @property
    def room(self) -> str:
        """The room it is said in."""
        return SHARED_ROOM if self.place.startswith("shared") else ROOM

    def event(self, number: int) -> InboundEvent:
        """What the platform would send."""
        account = OUTSIDERS.get(self.speaker) or _account(self.speaker)
        direct = self.place in ("direct", "button")
        where = ConversationRef("console", f"@{self.speaker}" if direct else self.room, name=self.room, direct=direct)
        common = {"account": account, "conversation": where, "event_id": f"cell-{number}"}
        if self.place == "button":
            value = self.words[len(self.command) :].strip()
            return ButtonPress(action=self.command, value=value, **common)  # type: ignore[arg-type]
        if self.place.endswith("mention"):
            return MessageText(text=self.words, **common)  # type: ignore[arg-type]
        return CommandText(words=self.words, **common)  # type: ignore[arg-type]


def forbidden_words(reader: str, written: str) -> frozenset[str]:
    """The planted words that *reader* may not know, without those in *written*, which is what the speaker said.

    A reader is a person, or everybody in a room by the room's name.
    """
    return frozenset(
        word for word, people in KNOWN_TO.items() if reader not in people and word not in written.casefold()
    )


def told_on_purpose(cell: Cell) -> frozenset[str]:
    """The planted words that the speaker of *cell* knows and tells others by it."""
    told = TOLD_BY.get(cell.command, frozenset())
    return frozenset(word for word in told if cell.speaker in KNOWN_TO[word] or cell.command == "publish")


def cells(features: tuple[Feature, ...]) -> Iterator[Cell]:
    """The whole matrix."""
    commands = [command for feature in features for command in feature.commands]
    said = [(command.words, words) for command in commands for words in sorted(variants(command))]
    said += [("ask", question) for question in _QUESTIONS]
    for speaker, place, (command, words) in product(SPEAKERS, PLACES, said):
        yield Cell(speaker, place, words, command)


def variants(command: Command) -> set[str]:
    """The words of *command* as its examples show them, about each object of the store, and alone."""
    spoken = {command.words}
    for example in (*command.examples, command.usage):
        if example == command.usage and re.search(r"[\[|…]", example):
            continue  # a pattern, not a sentence
        spoken |= _about_every_object(example)
    return {words for words in spoken if words.startswith(command.words)}


def _about_every_object(example: str) -> set[str]:
    spoken = {example}
    for pattern, objects in _OBJECTS.items():
        if any(re.search(pattern, words) for words in spoken):
            spoken = {re.sub(pattern, named, words) for words, named in product(spoken, objects)}
    return spoken


def _account(name: str) -> Account:
    email = f"{name}@{DOMAIN}"
    return Account("console", email, email=email)
