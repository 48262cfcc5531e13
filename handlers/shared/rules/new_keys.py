"""Which key a new item may have. Pure; the answer for a key that is in use and hidden is that for a free one beside it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_NUMBERED = re.compile(r"(.*?)(\d+)")


@dataclass(frozen=True, slots=True)
class KeyInUse:
    """The key of an item, and whether whoever asks may know of that item."""

    key: str
    team: str
    is_visible: bool


def series_of(key: str) -> str:
    """The key without case and without the number at its end: "web-" of "WEB-12"."""
    numbered = _NUMBERED.fullmatch(key.casefold())
    return numbered[1] if numbered else key.casefold()


def _number_of(key: str) -> int:
    numbered = _NUMBERED.fullmatch(key)
    return int(numbered[2]) if numbered else 0


def is_refused(key: str, team: str, in_use: Iterable[KeyInUse]) -> bool:
    """Whether *team* cannot give a new item that key.

    Where a series of keys holds items that the asker may not see, all its keys are refused alike: those of another
    team's series, and those up to the highest number of the team's own.
    """
    series = [other for other in in_use if series_of(other.key) == series_of(key)]
    if any(other.key.casefold() == key.casefold() for other in series):
        return True
    if all(other.is_visible for other in series):
        return False
    is_own = series_of(key).rstrip("-_.") == team.casefold() or any(
        other.team == team and other.is_visible for other in series
    )
    return not is_own or _number_of(key) <= max(_number_of(other.key) for other in series)


def next_key(team: str, in_use: Sequence[KeyInUse]) -> str:
    """The next number in the series that *team* uses most, as far as the asker may see."""
    own = [_NUMBERED.fullmatch(other.key) for other in in_use if other.team == team and other.is_visible]
    counts = Counter(numbered[1] for numbered in own if numbered)
    prefix = max(sorted(counts), key=lambda name: counts[name]) if counts else f"{team.upper()}-"
    taken = [_number_of(other.key) for other in in_use if series_of(other.key) == prefix.casefold()]
    return f"{prefix}{max(taken, default=0) + 1}"
