"""Compare text as people type it."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256
from urllib.parse import unquote, urlsplit

_LINK = re.compile(r"https?://[^\s<>\"|]+", re.IGNORECASE)
_CLOSES = ".,;:!?)]}'"  # after a link, part of the sentence around it
_KEY = re.compile(r"[A-Z][A-Z0-9_]*-[0-9]{1,7}")
_KEY_IN_ANY_CASE = re.compile(r"[A-Za-z][A-Za-z0-9_]*-[0-9]{1,7}")


def fold(words: str) -> str:
    """*words* without case and accents."""
    if words.isascii():
        return words.lower()
    plain = unicodedata.normalize("NFKD", words)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()


def keys_for_links(text: str) -> str:
    """*text* with the key of an item in place of a link to it, as trackers write them: `…/browse/WEB-1`."""
    return _LINK.sub(_key_or_link, text) if "://" in text else text


def _key_or_link(link: re.Match[str]) -> str:
    address = link[0].rstrip(_CLOSES)
    try:
        parts = [unquote(part) for part in urlsplit(address).path.split("/") if part]
    except ValueError:
        return link[0]
    # A tracker may put the title, in small letters, after the key.
    key = next((part for part in reversed(parts) if _KEY.fullmatch(part)), "")
    if not key and parts and _KEY_IN_ANY_CASE.fullmatch(parts[-1]):
        key = parts[-1]
    return f"{key}{link[0][len(address) :]}" if key else link[0]


def digest_of(text: str) -> str:
    """What tells *text* from every other without holding a word of it; "" for ""."""
    return sha256(text.encode()).hexdigest() if text else ""
