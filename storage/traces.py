"""Where free text names somebody who asked to be forgotten. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from storage.search import fold


def names_any(text: str, words: Iterable[str]) -> bool:
    """True when *text* holds one of *words* (names, e-mails, account ids) as a whole, whatever its case and accents."""
    said = _plain(text)
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", said) for word in map(_plain, words) if word)


def _plain(text: str) -> str:
    return " ".join(fold(text).split())
