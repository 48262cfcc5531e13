"""The types of parsing: a file's rows, their errors, and the result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, Protocol, TypeVar

T_co = TypeVar("T_co", covariant=True)

# Error reports show at most this much of a cell.
MAX_SHOWN_LENGTH = 200


class RowLike(Protocol):
    """One row: its number as a spreadsheet shows it (the header is row 1) and its cells by column name.

    Cells to the right of the header's last column have the column name "".
    """

    @property
    def number(self) -> int: ...
    @property
    def cells(self) -> Mapping[str, str]: ...


class SheetLike(Protocol):
    """A file read: the names in its header as written, which may repeat or be empty, and its rows."""

    @property
    def columns(self) -> Sequence[str]: ...
    @property
    def rows(self) -> Iterable[RowLike]: ...


@dataclass(frozen=True, slots=True)
class RowError:
    """One thing wrong with one cell, for the file's owner to correct.

    `fix` is the text to put into the cell if there is a suggestion, else what to do.
    """

    row: int
    column: str
    value: str
    reason: str
    fix: str

    def facts(self) -> dict[str, int | str]:
        return {"row": self.row, "column": self.column, "value": self.value, "reason": self.reason, "fix": self.fix}


@dataclass(frozen=True, slots=True)
class Parsed(Generic[T_co]):
    """The good rows of a file, the errors of the others, and the fields that the file has.

    `numbers` are the row numbers parallel to `rows`. `present` names the fields whose columns are in the
    file; an absent column keeps the stored value, while an empty cell clears it.
    """

    rows: tuple[T_co, ...] = ()
    errors: tuple[RowError, ...] = ()
    unknown_columns: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    present: frozenset[str] = frozenset()


class CellProblem(NamedTuple):
    """An error of one cell, or of one entry of its list."""

    value: str
    reason: str
    fix: str

    def at(self, row: int, column: str) -> RowError:
        return RowError(row, column, truncated(self.value), self.reason, truncated(self.fix))


class InvalidCell(Exception):
    """A cell is invalid. Holds every problem found in it."""

    def __init__(self, *problems: CellProblem) -> None:
        super().__init__(*problems)
        self.problems = problems


def invalid_cell(value: str, reason: str, fix: str) -> InvalidCell:
    return InvalidCell(CellProblem(value, reason, fix))


def truncated(text: str) -> str:
    return text if len(text) <= MAX_SHOWN_LENGTH else f"{text[: MAX_SHOWN_LENGTH - 1]}…"
