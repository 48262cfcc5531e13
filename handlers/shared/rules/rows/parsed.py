"""What comes out of checking a file, and the two shapes that go into it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, Protocol, TypeVar

T_co = TypeVar("T_co", covariant=True)

# A cell may hold a whole book; the report of what is wrong with it should not.
MAX_SHOWN_LENGTH = 200


class RowLike(Protocol):
    """One row: its number as a spreadsheet shows it (the header is row 1) and its cells by column name.

    What stands to the right of the header's last column is kept under the column name "".
    """

    @property
    def number(self) -> int: ...
    @property
    def cells(self) -> Mapping[str, str]: ...


class SheetLike(Protocol):
    """A file read: the names in its header as written, and its rows."""

    @property
    def columns(self) -> Sequence[str]: ...
    @property
    def rows(self) -> Iterable[RowLike]: ...


@dataclass(frozen=True, slots=True)
class RowError:
    """One thing wrong with one cell, for the file's owner to correct.

    `fix` is the text to put into the cell wherever one can be proposed, else what to do.
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
    """The good rows of a file, the problems of the others, and what the file did not speak about.

    `numbers` are the row numbers parallel to `rows`. `present` names the fields whose columns stand in the
    file; a field that is absent leaves a stored value alone, while an empty cell clears it.
    """

    rows: tuple[T_co, ...] = ()
    errors: tuple[RowError, ...] = ()
    unknown_columns: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    present: frozenset[str] = frozenset()


class CellProblem(NamedTuple):
    """What is wrong with one cell, or with one entry of the list in it."""

    value: str
    reason: str
    fix: str

    def at(self, row: int, column: str) -> RowError:
        return RowError(row, column, truncated(self.value), self.reason, truncated(self.fix))


class InvalidCell(Exception):
    """A cell cannot be taken as it stands. Holds every problem found in it."""

    def __init__(self, *problems: CellProblem) -> None:
        super().__init__(*problems)
        self.problems = problems


def invalid_cell(value: str, reason: str, fix: str) -> InvalidCell:
    return InvalidCell(CellProblem(value, reason, fix))


def truncated(text: str) -> str:
    return text if len(text) <= MAX_SHOWN_LENGTH else f"{text[: MAX_SHOWN_LENGTH - 1]}…"
