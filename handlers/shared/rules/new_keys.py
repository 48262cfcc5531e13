"""Which key a new item may have. Pure; the answer for a key that is in use and hidden is that for a free one beside it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field

_NUMBERED = re.compile(r"(.*?)(\d+)")


@dataclass(frozen=True, slots=True)
class KeyInUse:
    """The key of an item, and whether whoever asks may know of that item."""

    key: str
    team: str
    is_visible: bool


@dataclass(slots=True)
class _Series:
    """What the keys that differ only in their number have in common."""

    keys: set[str] = field(default_factory=set)
    teams: set[str] = field(default_factory=set)  # those that have a visible item in it
    has_hidden: bool = False
    highest: int = 0


class KeyRegister:
    """All keys in use, published or not, as a reader of *own_teams* may know of them."""

    def __init__(self, in_use: Iterable[KeyInUse], own_teams: Set[str]) -> None:
        self._in_use = tuple(in_use)
        self._own_teams = own_teams
        self._visible = {other.key.casefold(): other.key for other in self._in_use if other.is_visible}
        self._series: dict[str, _Series] = {}
        for other in self._in_use:
            series = self._series.setdefault(_prefix(other.key).casefold(), _Series())
            series.keys.add(other.key.casefold())
            series.highest = max(series.highest, _number(other.key))
            series.has_hidden |= not other.is_visible
            series.teams |= {other.team} if other.is_visible else set()

    def visible_spelling(self, key: str) -> str:
        """The key as a visible item has it, "" if none has it in any case."""
        return self._visible.get(key.casefold(), "")

    def refuses(self, key: str, team: str) -> bool:
        """Whether *team* cannot give a new item that key.

        Where a series of keys holds items that the reader may not know of, its keys up to the highest number are
        refused alike. If the reader can see no item of *team* in it, and it is not their own team's, all are.
        """
        prefix = _prefix(key).casefold()
        series = self._series.get(prefix, _Series())
        if key.casefold() in series.keys or not series.has_hidden:
            return key.casefold() in series.keys
        is_own = team in self._own_teams and prefix.rstrip("-_.") == team.casefold()
        return not (is_own or team in series.teams) or _number(key) <= series.highest

    def next_key(self, team: str) -> str:
        """The next number in the series that *team* uses most; "" if the reader cannot give keys of that series."""
        own = [other.key for other in self._in_use if other.team == team and other.is_visible and _number(other.key)]
        prefix = _most_frequent([_prefix(key) for key in own]) or f"{team.upper()}-"
        key = f"{prefix}{self._series.get(prefix.casefold(), _Series()).highest + 1}"
        return "" if self.refuses(key, team) else key


def _most_frequent(names: Sequence[str]) -> str:
    counts = Counter(names)
    return max(sorted(counts), key=lambda name: counts[name], default="")


def _prefix(key: str) -> str:
    """The key without the number at its end: "WEB-" of "WEB-12"."""
    numbered = _NUMBERED.fullmatch(key)
    return numbered[1] if numbered else key


def _number(key: str) -> int:
    numbered = _NUMBERED.fullmatch(key)
    return int(numbered[2]) if numbered else 0
