"""Decode UTF-8 files, and for anything else say what the file probably is and how to save it."""

from __future__ import annotations

from integrations.ports.files import Unreadable

# 100,000 rows of a full roadmap are 20 to 30 MB; reading more would block the process for everyone else.
MAX_BYTES = 32 * 1024 * 1024

SAVE_AS_UTF8 = (
    'Open it in your spreadsheet, save it as "CSV UTF-8 (comma delimited)" '
    "(Excel: File > Save As; LibreOffice: character set Unicode (UTF-8)), and import that file."
)

_SIGNATURES = (
    (b"PK\x03\x04", "an Excel workbook (.xlsx) or another zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "compressed with gzip"),
)
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def decode(content: bytes) -> str:
    """The text of a CSV file, without its byte order mark. Raises Unreadable."""
    if len(content) > MAX_BYTES:
        raise Unreadable(
            f"The file is {len(content) / 1024 / 1024:.1f} MB; at most {MAX_BYTES // 1024 // 1024} MB can be imported. "
            "Split it into several files with the same header and import them one after the other."
        )
    if not content.strip(b"\xef\xbb\xbf \t\r\n"):
        raise Unreadable("The file is empty. Export it again with a header in the first row, and import that file.")
    for signature, name in _SIGNATURES:
        if content.startswith(signature):
            raise Unreadable(f"This is {name}, not a CSV file. {SAVE_AS_UTF8}")
    if _is_utf16(content):
        raise Unreadable(f'This file is UTF-16 (Excel calls it "Unicode Text"), not UTF-8. {SAVE_AS_UTF8}')
    if b"\0" in content:
        position = content.index(b"\0")
        raise Unreadable(
            f"This is not a text file: there is a zero byte at position {position + 1:,} "
            f"(line {_line(content, position):,}). {SAVE_AS_UTF8}"
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(_not_utf8(content)) from error


def _is_utf16(content: bytes) -> bool:
    """True with a UTF-16 or UTF-32 BOM, or when every other leading byte is zero, as in UTF-16 without a BOM."""
    beginning = content[:200]
    even, odd = beginning[0::2], beginning[1::2]
    half = len(beginning) // 4
    return content.startswith((*_UTF16_MARKS, b"\0\0\xfe\xff")) or max(even.count(0), odd.count(0)) > half > 0


def _not_utf8(content: bytes) -> str:
    """The position of the first byte that is not UTF-8, and which encoding it probably is."""
    position = _first_invalid_byte(content)
    where = f"Line {_line(content, position):,} holds a byte (0x{content[position]:02X}, position {position + 1:,})"
    try:
        content.decode("cp1252")
        seen = content[position : position + 1].decode("cp1252")
    except UnicodeDecodeError:
        return f"{where} that is not UTF-8, the only encoding Handshake reads. {SAVE_AS_UTF8}"
    return f'{where} that is not UTF-8. It looks like Windows-1252 or Latin-1, where it means "{seen}". {SAVE_AS_UTF8}'


def _first_invalid_byte(content: bytes) -> int:
    try:
        content.decode()
    except UnicodeDecodeError as error:
        return error.start
    return 0


def _line(content: bytes, position: int) -> int:
    return content.count(b"\n", 0, position) + 1
