"""The board as values: the overview page for the heads of both departments. A feature fills it, a page renders it.

Board = revision + teams (who has read it) + campaigns + lines (items), and lists of them: slipped, shipped, blocked,
timeline. `board_facts` is the same as plain data, from which the page reads it back.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Literal

SideName = Literal["marketing", "it", "other"]


@dataclass(frozen=True, slots=True)
class BoardTeam:
    """How many of a team have read the current revision. `behind` names the others; None if the reader may not know."""

    key: str
    name: str
    side: SideName
    people: int
    have: int
    behind: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class BoardCampaign:
    """A campaign with the names of its people, "" for nobody."""

    key: str
    name: str
    start: date | None = None
    end: date | None = None
    status: str = ""
    owner: str = ""
    it_partner: str = ""


@dataclass(frozen=True, slots=True)
class BoardItem:
    """One item as displayed. `due_before` is the previous due date of an item that slipped."""

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
    """Item keys, most urgent first, and how many more belong to the list but are not on the page."""

    keys: tuple[str, ...] = ()
    more: int = 0

    @property
    def count(self) -> int:
        return len(self.keys) + self.more


@dataclass(frozen=True, slots=True)
class Board:
    """The whole page."""

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
        """The items of a list, in its order."""
        by_key = {item.key: item for item in self.lines}
        return tuple(by_key[key] for key in listed.keys)

    def by_campaign(self, listed: BoardList) -> tuple[tuple[BoardCampaign | None, tuple[BoardItem, ...]], ...]:
        """The items of a list grouped by campaign, finished campaigns last; None for items without a campaign."""
        items = self.items_in(listed)
        ordered = sorted(self.campaigns, key=lambda campaign: campaign.end is not None and campaign.end < self.today)
        groups: list[tuple[BoardCampaign | None, tuple[BoardItem, ...]]] = [
            (campaign, tuple(item for item in items if campaign.key in item.campaigns)) for campaign in ordered
        ]
        groups.append((None, tuple(item for item in items if not item.campaigns)))
        return tuple((campaign, members) for campaign, members in groups if members)

    def lateness(self, item: BoardItem) -> tuple[int, int]:
        """(days by which the due date slipped, days overdue); 0 for neither."""
        moved = (item.due - item.due_before).days if item.due and item.due_before else 0
        late = (self.today - item.due).days if item.due and item.status not in {"done", "dropped"} else 0
        return moved, max(0, late)


def board_facts(board: Board) -> dict[str, Any]:
    """*board* as plain data; dates and times in ISO 8601."""
    plain: dict[str, Any] = _plain(asdict(board))
    return plain


def _plain(value: object) -> Any:
    match value:
        case dict():
            return {name: _plain(part) for name, part in value.items()}
        case tuple() | list():
            return [_plain(part) for part in value]
        case date():
            return value.isoformat()
        case _:
            return value
