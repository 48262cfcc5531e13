"""Compare text as people type it."""

from __future__ import annotations

import unicodedata
from hashlib import sha256


def fold(words: str) -> str:
    """*words* without case and accents."""
    if words.isascii():
        return words.lower()
    plain = unicodedata.normalize("NFKD", words)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()


def digest_of(text: str) -> str:
    """What tells *text* from every other without holding a word of it; "" for ""."""
    return sha256(text.encode()).hexdigest() if text else ""
