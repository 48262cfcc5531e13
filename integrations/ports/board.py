"""The board as values: everything that one page for both chiefs shows. A feature fills it, a page draws it.

Board = revision + teams (who is on it) + campaigns + lines (items), and lists of them: slipped, shipped, blocked, timeline
`facts_of` is the same as plain data; a page reads it back from there.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Literal

SideName = Literal["marketing", "it", "other"]


@dataclass(frozen=True, slots=True)
class BoardTeam:
    """How many of a team have the current revision. `behind` names the others; None where the reader may not know."""

    key: str
    name: str
    side: SideName
    people: int
    have: int
    behind: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class BoardCampaign:
    """A campaign with its people by name, "" for nobody."""

    key: str
    name: str
    start: date | None = None
    end: date | None = None
    status: str = ""
    owner: str = ""
    it_partner: str = ""


@dataclass(frozen=True, slots=True)
class BoardItem:
    """One item in a reader's words. `due_before` is the earlier date of one that moved later."""

    key: str
    title: str
    team: str
    side: SideName
    status: str
    campaigns: tuple[str, ...] = ()
    start: date | None = None
    due: date | None = None
    due_before: date | None = None
    finished: date | None = None
    owner: str = ""
    url: str = ""
    milestone: bool = False


@dataclass(frozen=True, slots=True)
class BoardList:
    """Keys of lines, the most urgent first, and how many more belong to the list but are not on the page."""

    keys: tuple[str, ...] = ()
    more: int = 0

    @property
    def count(self) -> int:
        return len(self.keys) + self.more


@dataclass(frozen=True, slots=True)
class Board:
    """One page."""

    revision: int
    published_at: datetime
    by: str
    reason: str
    hash: str
    today: date
    compared_with: int  # the revision that slips are counted from
    days: int  # how far "slipped" and "shipped" look back
    teams: tuple[BoardTeam, ...] = ()
    campaigns: tuple[BoardCampaign, ...] = ()
    lines: tuple[BoardItem, ...] = ()
    slipped: BoardList = BoardList()
    shipped: BoardList = BoardList()
    blocked: BoardList = BoardList()
    timeline: BoardList = BoardList()

    def items_in(self, listed: BoardList) -> tuple[BoardItem, ...]:
        """The lines of a list, in its order."""
        known = {each.key: each for each in self.lines}
        return tuple(known[key] for key in listed.keys)

    def by_campaign(self, listed: BoardList) -> tuple[tuple[BoardCampaign | None, tuple[BoardItem, ...]], ...]:
        """The lines of a list under each campaign they serve, campaigns that are over last; None for no campaign."""
        lines = self.items_in(listed)
        ordered = sorted(self.campaigns, key=lambda each: each.end is not None and each.end < self.today)
        found: list[tuple[BoardCampaign | None, tuple[BoardItem, ...]]] = [
            (campaign, tuple(line for line in lines if campaign.key in line.campaigns)) for campaign in ordered
        ]
        found.append((None, tuple(line for line in lines if not line.campaigns)))
        return tuple((campaign, members) for campaign, members in found if members)

    def lateness(self, item: BoardItem) -> tuple[int, int]:
        """(days by which it moved later, days by which it is overdue); 0 where it is neither."""
        moved = (item.due - item.due_before).days if item.due and item.due_before else 0
        late = (self.today - item.due).days if item.due and item.status not in {"done", "dropped"} else 0
        return moved, max(0, late)


def board_facts(board: Board) -> dict[str, Any]:
    """*board* as plain data; days and moments in ISO 8601."""
    plain: dict[str, Any] = _plain(asdict(board))
    return plain


def _plain(value: object) -> Any:
    match value:
        case dict():
            return {name: _plain(each) for name, each in value.items()}
        case tuple() | list():
            return [_plain(each) for each in value]
        case date():
            return value.isoformat()
        case _:
            return value
