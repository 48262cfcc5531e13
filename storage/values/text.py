"""Compare text as people type it."""

from __future__ import annotations

import unicodedata


def fold(words: str) -> str:
    """*words* without case and accents."""
    if words.isascii():
        return words.lower()
    plain = unicodedata.normalize("NFKD", words)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
