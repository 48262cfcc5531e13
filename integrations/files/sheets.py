"""Read and write comma-separated UTF-8 files as spreadsheets save them.

A file that is not a table raises Unreadable. Problems within a row stay in that row, for the import rules to report.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from integrations.files.encoding import decode
from integrations.ports.files import Row, Sheet, Unreadable

# Spreadsheets treat a cell that begins like this as a formula, full-width signs included:
# https://owasp.org/www-community/attacks/CSV_Injection
# Leading apostrophes match too, so that a text that really begins with '= survives a round trip.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_ENDS_ESCAPE = re.compile(r"'[=+\-@\t\r\n＝＋－＠]")  # every escaped formula holds it, and a search for it is linear
_ESCAPED_FORMULA = re.compile(r"''*[=+\-@\t\r\n＝＋－＠]")

# Reading more would take the memory and the processor from everybody else for minutes.
MAX_ROWS = 200_000
MAX_COLUMNS = 1_000
MAX_CELLS = 5_000_000
MAX_LINE = 1_000_000  # characters

EXTRA_CELLS = ""
"""The column name for cells to the right of the header's last column."""


class CsvSheets:
    """Reads and writes CSV files.

    Row numbers are the spreadsheet's: the header is row 1, an empty row counts but is not returned.
    Short rows are filled with empty cells; surplus cells are joined by commas under EXTRA_CELLS. Cells of columns
    without a name are left out; of several columns with one name, the first is kept.
    """

    def read(self, content: bytes) -> Sheet:
        text = decode(content)
        # Line by line from the bytes: a StringIO of the text would take four bytes per character.
        lines = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline="")
        records = csv.reader(_lines(lines), delimiter=_delimiter(text), strict=True)
        rows: list[Row] = []

        number = 0
        try:
            columns, number = _columns(next(records)), 1
            most = min(MAX_ROWS, MAX_CELLS // len(columns))
            read = _row_reader(columns, guarded=_ENDS_ESCAPE.search(text) is not None)
            for number, cells in enumerate(records, start=2):
                if any(map(str.strip, cells)):
                    rows.append(Row(number, read(cells)))
                    if len(rows) > most:
                        raise Unreadable(_too_many_rows(most, len(columns)))
        except csv.Error as error:
            raise Unreadable(_explain_csv_error(error, number + 1)) from error
        return Sheet(columns, tuple(rows))

    def write(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
        """UTF-8 without a byte order mark, quotes only where needed, CRLF line ends.

        RFC 4180 asks for CRLF, and only with it does Python quote a cell that contains a lone CR.
        """
        sheet = io.StringIO(newline="")
        writer = csv.writer(sheet, lineterminator="\r\n")
        writer.writerow([_escape_formula(name) for name in columns])
        writer.writerows([_escape_formula(cell) for cell in row] for row in rows)
        return sheet.getvalue().encode()


def _lines(lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines, start=1):
        if len(line) > MAX_LINE:
            raise Unreadable(
                f"Line {number:,} of the file has more than {MAX_LINE:,} characters. Most often the line breaks were lost; "
                "export the table again as CSV UTF-8, and import that file."
            )
        yield line


def _too_many_rows(most: int, columns: int) -> str:
    width = "" if most == MAX_ROWS else f" of {columns} columns"
    return (
        f"The file has more than {most:,} rows{width}, and no more can be imported at once. "
        "Split it into several files with the same header and import them one after the other."
    )


def _explain_csv_error(error: csv.Error, row: int) -> str:
    """A message that a person can act on, for what csv could not read in *row*."""
    reason = str(error)
    if "unexpected end of data" in reason:
        return (
            f'A quote (") that opens in row {row} is never closed, so everything after it runs into one cell. '
            'Close it there, or write a quote that belongs to the text twice (""), and import the file again.'
        )
    if "field larger than field limit" in reason:
        return (
            f"A cell in row {row} is longer than {csv.field_size_limit():,} characters; most often a quote "
            f'(") that opens in that row is never closed. Close it or shorten the cell, and import the file again.'
        )
    if "expected after" in reason:
        return (
            f"In row {row} text follows a closing quote, or a quote that opens there is never closed. Write a quote "
            'that belongs to the text twice ("He said ""now"""), close the open one, and import the file again.'
        )
    return f"Row {row} cannot be read ({reason}). Save the file as CSV UTF-8 from a spreadsheet and import it again."


def _delimiter(text: str) -> str:
    """A comma, or a tab when the header is separated by tabs. Raises Unreadable for semicolons.

    A header separated by semicolons is refused, because `;` also separates the entries of a list inside a cell,
    and an unquoted list would make the cell's end ambiguous.
    """
    header = io.StringIO(text[: csv.field_size_limit()], newline=None).readline().strip()
    if header.lower().startswith("sep="):
        raise Unreadable(
            f'The first row is "{header}", which only Excel understands. Delete that row, save the file as '
            "CSV UTF-8 separated by commas, and import it again."
        )
    if header.count(";") > header.count(","):
        raise Unreadable(
            "The columns of this file are separated by semicolons; Handshake needs commas, because a semicolon "
            "separates the entries of a list inside a cell (spring;summer). In Excel, set the list separator of "
            "your region to a comma and save as CSV UTF-8; in LibreOffice and Google Sheets, choose a comma when "
            "you save or download the CSV. Then import the file again."
        )
    return "\t" if header.count("\t") > header.count(",") else ","


def _columns(cells: Sequence[str]) -> tuple[str, ...]:
    """The header's column names, stripped; some may repeat or be empty. Raises Unreadable if there is none."""
    names = [_unescape_formula(cell).strip() for cell in cells]
    while names and not names[-1]:
        names.pop()

    if not names:
        raise Unreadable(
            "The first row is empty, but it must hold the names of the columns. "
            "Put the header into row 1 and import the file again."
        )
    if len(names) > MAX_COLUMNS:
        raise Unreadable(
            f"The header has {len(names):,} columns; at most {MAX_COLUMNS:,} can be imported. Delete those that the "
            "import does not need, and import the file again."
        )
    return tuple(names)


def _row_reader(columns: tuple[str, ...], *, guarded: bool) -> Callable[[list[str]], dict[str, str]]:
    """A function that maps a row's cells to columns. *guarded*: some cell of the file was escaped by `write`."""
    width = len(columns)
    # Backwards, so that the first of several columns with one name is kept.
    backwards = [(position, name) for position, name in enumerate(columns) if name][::-1]
    is_plain = len(set(columns) - {""}) == width

    def read(cells: list[str]) -> dict[str, str]:
        if guarded:
            cells = [_unescape_formula(cell) for cell in cells]
        if is_plain:
            row = dict(zip(columns, cells, strict=False))
        else:
            row = {name: cells[position] for position, name in backwards if position < len(cells)}
        return row if len(cells) == width else row | _uneven_cells(columns, cells)

    return read


def _uneven_cells(columns: tuple[str, ...], cells: list[str]) -> dict[str, str]:
    """The missing cells of a short row, or the surplus cells of a long one unless they are empty."""
    beyond = cells[len(columns) :]
    if any(map(str.strip, beyond)):
        return {EXTRA_CELLS: ",".join(beyond)}
    missing = set(columns[len(cells) :]) - set(columns[: len(cells)]) - {""}
    return dict.fromkeys(missing, "")


def _escape_formula(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _unescape_formula(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _ESCAPED_FORMULA.match(cell) else cell
