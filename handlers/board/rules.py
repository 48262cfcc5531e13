"""Compute the board from items, coverage and campaigns. Pure.

names + acknowledgements -> teams        moved + overdue -> slipped        all of it -> one Board
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from handlers.shared.rules.coverage import Coverage, coverage
from integrations.ports.board import Board, BoardCampaign, BoardItem, BoardList, BoardTeam
from storage.values.acknowledgements import Acknowledgement
from storage.values.company import Directory, Side
from storage.values.roadmap import Item, Kind

LOOKBACK = timedelta(days=30)  # the period of "slipped" and "shipped"
MAX_LISTED = 200  # items in one list of the page; the rest is counted
MAX_MOVED = 10_000  # items compared with a month ago
MAX_TIMELINE = 160  # items in the timeline


@dataclass(frozen=True, slots=True)
class BoardItems:
    """The items the reader may see, each list in the order of its query."""

    overdue: Sequence[Item]  # the longest first
    late: frozenset[str]  # the keys of all that is overdue
    rescheduled: Mapping[str, tuple[Item, date]]  # by key: the item and the day on which it was due before
    shipped: Sequence[Item]
    blocked: Sequence[Item]
    timeline: Sequence[Item]
    more: Counter[str]  # by list: how many belong to it and were not read


def teams(
    names: Directory, have: Mapping[str, Acknowledgement], named: Collection[str] | None
) -> tuple[BoardTeam, ...]:
    """Every team that has people, Marketing first, by name; *named* are the teams whose people the reader may name.

    None: all teams.
    """
    rows = [_team(team, names, named is None or team.team in named) for team in coverage(names, have)]
    sides = list(Side)
    return tuple(sorted(rows, key=lambda row: (sides.index(Side(row.side)), row.name.casefold(), row.key)))


def _team(covered: Coverage, names: Directory, may_name: bool) -> BoardTeam:  # noqa: FBT001
    team = names.team.get(covered.team)
    return BoardTeam(
        key=covered.team,
        name=team.name if team else covered.team,
        side=covered.side.value,
        people=covered.people,
        have=covered.acknowledged,
        behind=tuple(sorted(person.name or person.email for person in covered.behind)) if may_name else None,
    )


def campaigns(names: Directory) -> tuple[BoardCampaign, ...]:
    """Every campaign, the next to start first; those without a date close the list."""
    ordered = sorted(names.campaigns, key=lambda campaign: (campaign.start or date.max, campaign.name, campaign.key))
    return tuple(
        BoardCampaign(
            campaign.key,
            campaign.name,
            campaign.start,
            campaign.end,
            campaign.status,
            names.name_of(campaign.owner),
            names.name_of(campaign.it_partner),
        )
        for campaign in ordered
    )


def slipped(board_items: BoardItems, today: date) -> tuple[str, ...]:
    """Keys of items that moved later or are overdue, by how far."""
    late = {item.key: (today - item.due).days for item in board_items.overdue if item.due}
    moved = {key: (item.due - before).days for key, (item, before) in board_items.rescheduled.items() if item.due}
    days = {key: max(late.get(key, 0), moved.get(key, 0)) for key in late.keys() | moved.keys()}
    return tuple(sorted(days, key=lambda key: (-days[key], key)))


def with_lists(empty: Board, board_items: BoardItems, names: Directory) -> Board:
    """*empty* with its lists, and each listed item once."""
    late = slipped(board_items, empty.today)
    moved = [item for item, _ in board_items.rescheduled.values()]
    lists = (board_items.timeline, board_items.blocked, board_items.shipped, board_items.overdue, moved)
    known = {item.key: item for items in lists for item in items}
    before = {key: day for key, (_, day) in board_items.rescheduled.items()}
    board = replace(
        empty,
        slipped=BoardList(
            late[:MAX_LISTED], len(board_items.late | board_items.rescheduled.keys()) - len(late[:MAX_LISTED])
        ),
        shipped=_listed(board_items.shipped, board_items.more["shipped"]),
        blocked=_listed(board_items.blocked, board_items.more["blocked"]),
        timeline=_listed(board_items.timeline, board_items.more["drawn"]),
    )
    lists_shown = (board.timeline, board.blocked, board.shipped, board.slipped)
    wanted = dict.fromkeys(key for listed in lists_shown for key in listed.keys)
    return replace(board, lines=tuple(item_line(known[key], names, before.get(key)) for key in wanted))


def _listed(items: Iterable[Item], more: int) -> BoardList:
    return BoardList(tuple(item.key for item in items), more)


def item_line(item: Item, names: Directory, due_before: date | None = None) -> BoardItem:
    """An item with names in place of ids."""
    team = names.team.get(item.team)
    return BoardItem(
        key=item.key,
        title=item.title,
        team=team.name if team else item.team,
        side=(team.side if team else Side.OTHER).value,
        status=item.status.value,
        campaigns=tuple(key for key in item.campaigns if key in names.campaign),
        start=item.start,
        due=item.due,
        due_before=due_before,
        finished=item.finished_on,
        owner=names.name_of(item.owner),
        url=item.url,
        milestone=item.kind is Kind.MILESTONE,
    )


def acknowledged_counts(teams: Iterable[BoardTeam]) -> tuple[int, int]:
    """(those who have the revision, people) over several teams."""
    rows = list(teams)
    return sum(row.have for row in rows), sum(row.people for row in rows)
