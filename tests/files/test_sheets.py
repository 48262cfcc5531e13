"""Reading and writing CSV: what is read, what is refused with which message, and that a round trip loses nothing."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.files.encoding import MAX_BYTES
from integrations.files.sheets import EXTRA_CELLS, MAX_ROWS, CsvSheets
from integrations.ports.files import Sheet, Sheets, Unreadable

sheets: Sheets = CsvSheets()

# A file that holds a NUL is taken for a binary one, and half a surrogate pair has no UTF-8.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
tricky = st.text("='\"+-@;,\t\r\n a＝\u2028")
cells = texts | tricky


def read(*lines: str) -> Sheet:
    return sheets.read("\n".join(lines).encode())


def reason_refused(content: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        sheets.read(content)
    return str(refused.value)


def test_cells_are_found_by_the_name_of_their_column() -> None:
    sheet = read("key,title", "WEB-1,Checkout")

    assert sheet.columns == ("key", "title")
    assert sheet.rows[0].cells == {"key": "WEB-1", "title": "Checkout"}


def test_rows_are_numbered_as_a_spreadsheet_numbers_them() -> None:
    """The header is row 1, an empty row counts, and a line break inside a cell does not."""
    sheet = read("key,title", 'A,"two\nlines"', "", ",", "B,one")

    assert [row.number for row in sheet.rows] == [2, 5]


def test_a_byte_order_mark_is_not_part_of_the_first_column() -> None:
    assert sheets.read(b"\xef\xbb\xbfkey,title\r\nA,One\r\n").columns == ("key", "title")


def test_a_quoted_header_after_a_byte_order_mark_is_read() -> None:
    assert sheets.read(b'\xef\xbb\xbf"key","title"\r\nA,One\r\n').columns == ("key", "title")


def test_spaces_around_a_column_name_do_not_count() -> None:
    assert read(" key , title", "A,One").columns == ("key", "title")


def test_columns_separated_by_tabs_are_read() -> None:
    """A tab never stands inside a key, a title or a list, so nothing is ambiguous."""
    assert read("key\ttitle\ttags", "A\tOne, two\tx;y").rows[0].cells == {
        "key": "A",
        "title": "One, two",
        "tags": "x;y",
    }


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_read(end: str) -> None:
    assert [row.cells["key"] for row in sheets.read(f"key{end}A{end}B".encode()).rows] == ["A", "B"]


def test_only_line_feeds_and_carriage_returns_end_a_row() -> None:
    assert read("key,title", "A,one\u2028two\x85three").rows[0].cells["title"] == "one\u2028two\x85three"


def test_a_header_alone_is_a_table_without_rows() -> None:
    assert read("key,title") == Sheet(("key", "title"), ())


def test_a_short_row_ends_in_empty_cells() -> None:
    assert read("key,title,due", "A,One").rows[0].cells == {"key": "A", "title": "One", "due": ""}


def test_cells_beyond_the_header_stay_in_their_row_to_be_named() -> None:
    """One bad row must not keep the others out."""
    sheet = read("key,title", "A,now, or later", "B,fine")

    assert sheet.rows[0].cells == {"key": "A", "title": "now", EXTRA_CELLS: " or later"}
    assert sheet.rows[1].cells == {"key": "B", "title": "fine"}


def test_empty_columns_on_the_right_are_ignored() -> None:
    """Spreadsheets write them for every column that was ever touched."""
    sheet = read("key,title,,", "A,One,,")

    assert sheet.columns == ("key", "title")
    assert sheet.rows[0].cells == {"key": "A", "title": "One"}


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\r\n \r\n"])
def test_an_empty_file_is_refused(content: bytes) -> None:
    assert "empty" in reason_refused(content)


def test_a_header_that_is_not_in_row_1_is_refused() -> None:
    assert "row 1" in reason_refused(b"\nkey,title\nA,One\n")


def test_a_column_without_a_name_is_refused_by_its_number() -> None:
    assert "Column 2" in reason_refused(b"key,,title\nA,,One\n")


def test_two_columns_of_one_name_are_refused_whatever_their_case() -> None:
    assert 'called "Key": columns 1 and 3' in reason_refused(b"key,title,Key\nA,One,B\n")


def test_text_in_windows_1252_is_refused_with_the_line_and_how_to_save_it() -> None:
    said = reason_refused("key,title\nA,One\nB,Café\n".encode("cp1252"))

    assert "Line 3" in said
    assert "0xE9" in said
    assert "Windows-1252" in said
    assert "é" in said
    assert "CSV UTF-8" in said


def test_bytes_that_are_no_text_in_any_likely_encoding_are_refused_with_their_line() -> None:
    said = reason_refused(b"key,title\nA,\x81\x8d\n")

    assert "Line 2" in said
    assert "Windows" not in said


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf_16_is_recognised_with_and_without_its_mark(encoding: str) -> None:
    said = reason_refused("key,title\nA,One\nB,Two\n".encode(encoding))

    assert "UTF-16" in said
    assert "CSV UTF-8" in said


def test_an_excel_workbook_is_recognised() -> None:
    assert "Excel workbook" in reason_refused(b"PK\x03\x04\x14\x00\x06\x00")


def test_other_binary_files_are_refused() -> None:
    assert "not a text file" in reason_refused(b"key,title\nA,One\nB,\0\n" + b"C,One\n" * 50)


def test_a_quote_that_is_never_closed_is_refused_with_its_row() -> None:
    said = reason_refused(b'key,title\nA,One\nB,"Two\nC,Three\n')

    assert "opens in row 3 is never closed" in said


def test_text_after_a_closing_quote_is_refused_with_its_row() -> None:
    assert "row 2" in reason_refused(b'key,title\nA,"One" more\n')


def test_a_cell_too_long_for_any_spreadsheet_is_refused_with_its_row() -> None:
    said = reason_refused(b"key,title\nA," + b"x" * (csv.field_size_limit() + 1) + b"\n")

    assert "row 2 is longer than 131,072" in said


def test_a_file_over_the_limit_is_refused_before_it_is_read() -> None:
    said = reason_refused(b"k" * (MAX_BYTES + 1))

    assert "at most 32 MB" in said
    assert "Split" in said


@pytest.mark.parametrize("header", ["key;title;status", '"key";"title"', "sep=;"])
def test_columns_separated_by_semicolons_are_refused_with_the_way_out(header: str) -> None:
    """A semicolon separates the entries of a list, so the end of such a cell would be a guess."""
    said = reason_refused(f"{header}\nA;One;planned\n".encode())

    assert "separated by" in said
    assert "import" in said


def test_an_apostrophe_that_guards_a_formula_is_removed() -> None:
    assert [row.cells["t"] for row in read("t", "'=1+1", "'+49 30", "'-5", "'@ada").rows] == [
        "=1+1",
        "+49 30",
        "-5",
        "@ada",
    ]


def test_any_other_apostrophe_stays() -> None:
    assert [row.cells["t"] for row in read("t", "'tis", "it's =", "''").rows] == ["'tis", "it's =", "''"]


@given(cell=cells)
def test_nothing_written_begins_like_a_formula(cell: str) -> None:
    written = sheets.write(["t"], [[cell]]).decode()

    [_, *found] = csv.reader(io.StringIO(written, newline=""))
    assert not found[0][0].startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_plain_table_is_written_without_quotes_in_lines_that_end_in_crlf() -> None:
    assert sheets.write(["key", "tags"], [["A", "x;y"], ["B", "now, or later"]]) == (
        b'key,tags\r\nA,x;y\r\nB,"now, or later"\r\n'
    )


@given(rows=st.lists(st.tuples(cells, cells, cells).filter(lambda row: any(map(str.strip, row)))))
def test_what_was_written_is_read_again_unchanged(rows: list[tuple[str, str, str]]) -> None:
    sheet = sheets.read(sheets.write(["key", "title", "tags"], rows))

    assert [tuple(row.cells.values()) for row in sheet.rows] == rows
    assert [row.number for row in sheet.rows] == list(range(2, len(rows) + 2))


@given(content=st.binary(max_size=300) | texts.map(str.encode) | tricky.map(str.encode))
def test_any_bytes_are_read_or_refused_in_words(content: bytes) -> None:
    """Nothing that somebody uploads may end in a traceback."""
    outcome: object
    try:
        outcome = sheets.read(content).columns
    except Unreadable as refused:
        outcome = str(refused)

    assert outcome


def header(columns: int) -> bytes:
    return b",".join(b"c%d" % number for number in range(columns)) + b"\n"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"a\n" + b"x\n" * (MAX_ROWS + 1), "than 200,000 rows, and no more", marks=pytest.mark.proof),
        pytest.param(header(900) + b"x\n" * 5_600, "than 5,555 rows of 900 columns", marks=pytest.mark.proof),
        (header(1_001), "has 1,001 columns; at most 1,000"),
        (b"a,b\n" + b"," * 1_000_001, "Line 2 of the file has more than 1,000,000 characters"),
    ],
    ids=["rows", "cells", "columns", "a line"],
)
def test_a_file_beyond_a_limit_is_refused_with_the_limit(content: bytes, says: str) -> None:
    assert says in reason_refused(content)
