"""Spreadsheet files as rows of text; `integrations/files` turns bytes into rows and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Row:
    """One record: its number in the file (the header is row 1) and its cells by column name."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A parsed file: its columns in order (some may have no name or the name of an earlier one), and its rows."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


class Unreadable(Exception):
    """The bytes are not a table. The text says what is wrong, where, and how to save the file instead."""


class Sheets(Protocol):
    def read(self, content: bytes) -> Sheet:
        """The rows of a CSV file. Raises Unreadable."""

    def write(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
        """The bytes of a CSV file, with cells escaped so that a spreadsheet executes nothing."""
