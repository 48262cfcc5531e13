"""Parse and validate imported files. Pure: the same file and directory give the same result.

Never raises for a bad file: every problem becomes a `RowError`, and the good rows are returned as values.
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
