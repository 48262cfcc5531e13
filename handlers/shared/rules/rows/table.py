"""Check a whole file against a list of columns: every row by itself, every problem of every row.

A row without a problem is read in one sweep. Only a row that fails it is gone through cell by cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, TypeVar

from handlers.errors import BadInput
from handlers.shared.rules.rows.cells import CellReader
from handlers.shared.rules.rows.parsed import CellProblem, InvalidCell, Parsed, RowError, RowLike, SheetLike
from handlers.shared.rules.rows.suggestions import Suggester

T = TypeVar("T")
BEYOND_HEADER = ""
MAX_ERRORS = 100_000  # what is wrong with a file is kept in memory, with the words of each error


class Column(NamedTuple):
    """One column that a file may have.

    `field` is what the value is called once read, if not like the column. `unique` says in words what no
    two rows of a file may share, "" when they may. Readers of required columns refuse an empty cell.
    """

    name: str
    read: CellReader
    required: bool = False
    field: str = ""
    unique: str = ""

    @property
    def target(self) -> str:
        return self.field or self.name


class DateOrder(NamedTuple):
    """Two columns of days that must be in this order."""

    first: str
    last: str


def parse_sheet(
    table: SheetLike, columns: Sequence[Column], build: Callable[..., T], *, period: DateOrder | None = None
) -> Parsed[T]:
    """The rows of *table*, each built from its values by field name.

    Without a required column nothing in the file can be right, so that alone is reported, in row 1.
    """
    header = _header(table.columns, columns)
    unknown = tuple(name for name in table.columns if name not in header.values())
    missing = tuple(_missing(columns, header, unknown))
    if missing:
        return Parsed(errors=missing, unknown_columns=unknown)

    check = _RowChecker([_Cell(header[column.name], column) for column in columns if column.name in header], period)
    rows, numbers = [], []
    for record in table.rows:
        values = check.values_of(record)
        if values is not None:
            rows.append(build(**values))
            numbers.append(record.number)
        elif len(check.errors) > MAX_ERRORS:
            raise BadInput(
                f"More than {MAX_ERRORS:,} cells of this file are wrong, so it is probably another kind of file. Nothing "
                "was imported. Compare its columns and the first rows with an example, and import it again."
            )
    present = frozenset(column.target for column in columns if column.name in header)
    return Parsed(tuple(rows), tuple(check.errors), unknown, tuple(numbers), present)


def _header(written: Sequence[str], columns: Sequence[Column]) -> dict[str, str]:
    """How the file writes each column that it has: in any case, with spaces or hyphens for underscores."""
    plain: dict[str, str] = {}
    for name in written:
        plain.setdefault(re.sub(r"[\s_-]+", "_", name.strip()).casefold(), name)
    return {column.name: plain[column.name] for column in columns if column.name in plain}


def _missing(columns: Sequence[Column], header: Mapping[str, str], unknown: Sequence[str]) -> Iterator[RowError]:
    near = Suggester(unknown)
    for column in columns:
        if column.required and column.name not in header:
            meant = near(column.name)
            fix = f'rename the column "{meant}" to "{column.name}"' if meant else f'add a column "{column.name}"'
            yield RowError(1, column.name, meant, f'the file has no column "{column.name}"', fix)


class _Cell(NamedTuple):
    """Where a file keeps a column."""

    written: str
    column: Column


@dataclass(slots=True)
class _RowChecker:
    """Goes through the rows of one file in order, and collects what is wrong with them."""

    cells: list[_Cell]
    period: DateOrder | None
    errors: list[RowError] = field(default_factory=list)
    _plan: list[tuple[str, str, CellReader]] = field(init=False)
    _unique: list[tuple[Column, dict[object, int]]] = field(init=False)

    def __post_init__(self) -> None:
        self._plan = [(cell.column.target, cell.written, cell.column.read) for cell in self.cells]
        self._unique = [(cell.column, {}) for cell in self.cells if cell.column.unique]

    def values_of(self, record: RowLike) -> dict[str, object] | None:
        """The values of one row by field; None when something in it is wrong, which is then in `errors`."""
        number, cells = record.number, record.cells
        problems: list[RowError] = []
        try:
            values = {target: read(cells[written]) for target, written, read in self._plan}
        except (InvalidCell, KeyError):
            values = self._one_by_one(number, cells, problems)

        if BEYOND_HEADER in cells:
            problems.append(_too_wide(cells[BEYOND_HEADER]).at(number, BEYOND_HEADER))
        for column, seen in self._unique:
            value = values.get(column.target)
            if value and seen.setdefault(value, number) != number:
                problems.append(_repeated(str(value), column.unique, seen[value]).at(number, column.name))
        if self.period and (problem := _backwards(values, self.period)):
            problems.append(problem.at(number, self.period.first))

        self.errors.extend(problems)
        return None if problems else values

    def _one_by_one(self, number: int, cells: Mapping[str, str], problems: list[RowError]) -> dict[str, object]:
        """What can be read of a row in which something is wrong."""
        values = {}
        for written, column in self.cells:
            try:
                values[column.target] = column.read(cells.get(written, ""))
            except InvalidCell as invalid:
                problems.extend(problem.at(number, column.name) for problem in invalid.problems)
        return values


def _too_wide(cells: str) -> CellProblem:
    return CellProblem(
        cells,
        "this row has more cells than the header",
        'put quotes around a cell that holds a comma ("now, or later"), or delete the cells on the right',
    )


def _repeated(value: str, what: str, first: int) -> CellProblem:
    return CellProblem(
        value, f"row {first} already has {what} {value}", f"keep one of the rows {first} and this, or correct it"
    )


def _backwards(values: Mapping[str, object], period: DateOrder) -> CellProblem | None:
    first, last = values.get(period.first), values.get(period.last)
    if not (isinstance(first, date) and isinstance(last, date)) or first <= last:
        return None
    return CellProblem(
        first.isoformat(),
        f"{period.first} {first} is after {period.last} {last}",
        f"write a {period.first} on or before {last}, or a later {period.last}",
    )
