"""Decide what an imported file says and what is wrong with it. Pure: same file, same directory - same result.

A file never raises: every problem of every row becomes a `RowError`, and the rows without one come back as values.
"""

from handlers.shared.rules.rows.company import PersonRecord, parse_campaigns, parse_people, parse_teams
from handlers.shared.rules.rows.comparison import Comparison, addition, compare, merged
from handlers.shared.rules.rows.items import parse_items
from handlers.shared.rules.rows.parsed import Parsed, RowError, RowLike, SheetLike

__all__ = [
    "Comparison",
    "Parsed",
    "PersonRecord",
    "RowError",
    "RowLike",
    "SheetLike",
    "addition",
    "compare",
    "merged",
    "parse_campaigns",
    "parse_items",
    "parse_people",
    "parse_teams",
]
