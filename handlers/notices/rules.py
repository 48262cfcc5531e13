"""What somebody asks for when they subscribe a room, read out of the words. Pure; names are looked up elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass

LEVELS = ("material", "all", "digest")
LEVEL_BY_RHYTHM = {"daily": "digest", "weekly": "weekly"}

_TOKEN = re.compile(r'(?:[A-Za-z]+:)?"[^"]*"|\S+')
_NAMED = re.compile(r"(campaign|team):(.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Filter:
    """The filter as it was said. `strange` holds the words that mean nothing here."""

    campaigns: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    level: str = "material"
    unknown_words: tuple[str, ...] = ()


def parse_filter(words: str) -> Filter:
    """`roadmap campaign:Spring Launch team:web all`: a name goes on until the next word of ours, or is quoted."""
    names: dict[str, list[str]] = {"campaign": [], "team": []}
    level, strange = "material", []
    open_names: list[str] | None = None  # where further words of an unquoted name belong
    for number, token in enumerate(_TOKEN.findall(words)):
        if named := _NAMED.fullmatch(token):
            open_names = names[named[1].lower()]
            open_names.append(named[2].strip('"').strip())
            open_names = None if named[2].endswith('"') else open_names
        elif token.lower() in LEVEL_BY_RHYTHM and level == "digest":
            level = LEVEL_BY_RHYTHM[token.lower()]
        elif token.lower() in LEVELS:
            level, open_names = token.lower(), None
        elif open_names is not None:
            open_names[-1] = f"{open_names[-1]} {token.strip(chr(34))}".strip()
        elif (number, token.lower()) != (0, "roadmap"):
            strange.append(token)
    campaigns, teams = (tuple(dict.fromkeys(names[noun])) for noun in ("campaign", "team"))
    return Filter(campaigns, teams, level, tuple(strange))
