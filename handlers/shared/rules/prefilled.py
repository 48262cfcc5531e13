"""Values that a form opens with, as one line of words: `WEB-12 status=done title="Landing page"`. Pure.

A button carries that line, and a person can type it. What it proposes is written only when the form is sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_VALUE = re.compile(r'(?<!\S)([a-z_]+)=(?:"([^"]*)"|(\S*))')
MAX_VALUE = 300  # characters; platforms limit what a button may carry


def as_words(first: str, values: Mapping[str, str]) -> str:
    """The line for *first* (a key, or "") and *values*."""
    return " ".join([*([first] if first else []), *(f"{name}={_quoted(value)}" for name, value in values.items())])


def from_words(line: str) -> tuple[str, dict[str, str]]:
    """The inverse of `as_words`."""
    values = {match[1]: match[2] if match[2] is not None else match[3] for match in _VALUE.finditer(line)}
    return " ".join(_VALUE.sub(" ", line).split()), values


def _quoted(value: str) -> str:
    plain = " ".join(value.replace('"', "'").split())[:MAX_VALUE]
    return plain if re.fullmatch(r"[^\s=]+", plain) else f'"{plain}"'
