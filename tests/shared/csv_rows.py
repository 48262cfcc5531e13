"""A small company and files about it, for the rules of importing."""

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.shared.rules.rows.items import parse_items
from handlers.shared.rules.rows.parsed import Parsed, RowError
from storage.values.company import Campaign, Directory, Person, Side, Team
from storage.values.roadmap import Item

KNOWN = Directory(
    teams=(Team("web", "Web Platform", Side.IT, ("frontend",)), Team("brand", "Brand", Side.MARKETING)),
    campaigns=(Campaign("spring", "Spring Launch"), Campaign("summer", "Summer Games", ("the games",))),
    people=(
        Person("p1", "ada@corp.example", "Ada Lovelace", "web"),
        Person("p2", "grace@corp.example", "Grace Hopper", "brand"),
    ),
)

ITEM = {"key": "WEB-1", "title": "Checkout", "team": "web", "status": "planned"}


@dataclass(frozen=True)
class ParsedRow:
    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class ParsedTable:
    columns: tuple[str, ...]
    rows: tuple[ParsedRow, ...]


def table(*rows: Mapping[str, str]) -> ParsedTable:
    """A file with these rows, and every column that one of them names."""
    columns = tuple(dict.fromkeys(column for row in rows for column in row if column))
    filled = (dict.fromkeys(columns, "") | dict(row) for row in rows)
    return ParsedTable(columns, tuple(ParsedRow(number, cells) for number, cells in enumerate(filled, start=2)))


def items(*rows: Mapping[str, str]) -> Parsed[Item]:
    return parse_items(table(*rows), KNOWN)


def item(**cells: str) -> Item:
    parsed = items({**ITEM, **cells})
    assert parsed.errors == ()
    return parsed.rows[0]


def error(**cells: str) -> RowError:
    """The only thing wrong with an item row."""
    parsed = items({**ITEM, **cells})
    assert parsed.rows == ()
    [found] = parsed.errors
    return found
