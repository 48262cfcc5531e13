"""The board's timeline as inline SVG: a lane for each side of a campaign, a mark for each item at its due date. Pure.

Widths are percentages of the lane and heights are pixels, so that the SVG fits every screen without scaling the text.
Status is shown by shape as well as by colour; colours come from the style sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from integrations.plain.text import MONTHS, clean
from integrations.ports.board import Board, BoardCampaign, BoardItem

DAYS_BACK = timedelta(days=60)
DAYS_AHEAD = timedelta(days=400)
ROW_HEIGHT = 20  # pixels from mark to mark
MARK_WIDTH = 6.6  # of a mark with its key, in per cent of the lane
BEFORE_MARK = 0.9
STATUS_WORDS = {
    "planned": "planned",
    "in_progress": "in progress",
    "at_risk": "at risk",
    "blocked": "blocked",
    "on_hold": "on hold",
    "done": "done",
}
_SHAPES = {
    "planned": Markup('<circle r="4.5" class="hollow"/>'),
    "in_progress": Markup('<circle r="4.5" class="hollow"/><path d="M0-4.5a4.5 4.5 0 0 1 0 9z"/>'),
    "at_risk": Markup('<path d="M0-6 6 5H-6z"/>'),
    "blocked": Markup('<path d="M-5-5H5V5H-5z"/><path d="M-2.5-2.5 2.5 2.5M2.5-2.5-2.5 2.5" class="cut"/>'),
    "on_hold": Markup('<path d="M-4-5h3V5h-3zM1-5h3V5H1z"/>'),
    "done": Markup('<circle r="5.5"/><path d="M-2.6 .2-.6 2.2 2.8-2" class="cut"/>'),
}


@dataclass(frozen=True, slots=True)
class TimeScale:
    """The days that the timeline spans; days outside are placed at its edge."""

    first: date
    last: date

    def at(self, day: date) -> float:
        """The position of *day* in per cent."""
        return round(min(100, max(0, 100 * (day - self.first).days / (self.last - self.first).days)), 2)


@dataclass(frozen=True, slots=True)
class ChartMark:
    """An item in its lane: position, row, and whether its key is to the left."""

    line: BoardItem
    at: float
    row: int
    key_before: bool


def scale(board: Board) -> TimeScale:
    """Whole months from two before today to the last date on the board, at most a year ahead."""
    days = [line.due for line in board.lines if line.due] + [
        campaign.end for campaign in board.campaigns if campaign.end
    ]
    last = min(max([*days, board.today + DAYS_BACK]), board.today + DAYS_AHEAD)
    return TimeScale((board.today - DAYS_BACK).replace(day=1), _next_month(last))


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def is_drawn(line: BoardItem, spanned: TimeScale) -> bool:
    """True if the item has a date, unless it is done and was due before the timeline begins."""
    return line.due is not None and (line.status != "done" or line.due >= spanned.first)


def marks(lines: Iterable[BoardItem], spanned: TimeScale) -> tuple[ChartMark, ...]:
    """The marks by due date, each in the first row where it overlaps no other mark or key."""
    ends: list[float] = []
    placed = []
    dated = [(line.due, line) for line in lines if line.due]
    for due, line in sorted(dated, key=lambda pair: (pair[0], pair[1].key)):
        at = spanned.at(due)
        key_before = at > 100 - MARK_WIDTH
        begins = at - MARK_WIDTH if key_before else at - BEFORE_MARK
        row = next((row for row, end in enumerate(ends) if end <= begins), len(ends))
        ends[row : row + 1] = [at + (BEFORE_MARK if key_before else MARK_WIDTH)]
        placed.append(ChartMark(line, at, row, key_before))
    return tuple(placed)


def lane(
    lines: Sequence[BoardItem], campaign: BoardCampaign | None, spanned: TimeScale, today: date, words: str
) -> Markup:
    """One side's items for one campaign; *words* are the label for screen readers."""
    placed = marks(lines, spanned)
    height = ROW_HEIGHT * (max((mark.row for mark in placed), default=0) + 1) + 4
    inside = Markup("").join([_run(campaign, spanned), _grid(spanned, today), *map(_mark, placed)])
    return Markup('<svg class="lane" role="img" aria-label="{}" width="100%" height="{}">{}</svg>').format(
        clean(words), height, inside
    )


def _run(campaign: BoardCampaign | None, spanned: TimeScale) -> Markup:
    """The campaign's period."""
    if campaign is None or campaign.start is None or campaign.start >= spanned.last:
        return Markup("")
    start, end = spanned.at(campaign.start), spanned.at((campaign.end or campaign.start) + timedelta(days=1))
    if end <= 0:
        return Markup("")
    return Markup('<rect class="run" x="{}%" y="0" width="{}%" height="100%"/>').format(
        start, round(max(end - start, 0.4), 2)
    )


def _grid(spanned: TimeScale, today: date) -> Markup:
    lines = [_upright("month", spanned.at(month)) for month in months(spanned)]
    return Markup("").join([*lines, _upright("today", spanned.at(today))])


def _upright(class_: str, at: float) -> Markup:
    return Markup('<line class="{0}" x1="{1}%" x2="{1}%" y1="0" y2="100%"/>').format(class_, at)


def _mark(mark: ChartMark) -> Markup:
    line = mark.line
    side, anchor = (-8, "end") if mark.key_before else (8, "start")
    return Markup(
        '<svg class="mark {status} {side}" x="{at}%" y="{y}" overflow="visible"><title>{words}</title>{shape}'
        '<text x="{x}" y="4" text-anchor="{anchor}">{key}</text></svg>'
    ).format(
        status=line.status,
        side=line.side,
        at=mark.at,
        y=ROW_HEIGHT * mark.row + ROW_HEIGHT // 2 + 2,
        words=clean(
            f"{line.key} {line.title}, {STATUS_WORDS.get(line.status, line.status)}, due {date_text(line.due)}"
        ),
        shape=shape(line.status),
        x=side,
        anchor=anchor,
        key=clean(line.key if len(line.key) <= 9 else f"{line.key[:8]}…"),
    )


def shape(status: str) -> Markup:
    """The symbol of a status, centred on 0,0."""
    return _SHAPES.get(status, _SHAPES["planned"])


def sign(status: str) -> Markup:
    """The symbol as an SVG of its own, for a legend or a line of text."""
    return Markup(
        '<svg class="mark {} sign" width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true">{}</svg>'
    ).format(status, shape(status))


def axis(spanned: TimeScale, today: date) -> Markup:
    """The month names and today. Every second month is marked so that narrow screens can hide it."""
    names = Markup("").join(
        Markup('<text class="{}" x="{}%" y="{}" dx="3">{}</text>').format(
            "odd" if number % 2 else "even", spanned.at(month), 12, _month_name(month, number == 0)
        )
        for number, month in enumerate(months(spanned))
    )
    now = Markup('<text class="now" x="{}%" y="28" dx="3">today</text>').format(spanned.at(today))
    return Markup('<svg class="axis" width="100%" height="34" aria-hidden="true">{}{}{}</svg>').format(
        _grid(spanned, today), names, now
    )


def _month_name(month: date, with_year: bool) -> str:  # noqa: FBT001
    name = MONTHS[month.month - 1]
    return f"{name} {month:%y}" if with_year or month.month == 1 else name


def months(spanned: TimeScale) -> Iterator[date]:
    """The first day of each month on the timeline."""
    month = spanned.first
    while month < spanned.last:
        yield month
        month = _next_month(month)


def bar(line: BoardItem, spanned: TimeScale, today: date) -> Markup:
    """One item from its start to its due date, with its previous due date."""
    if line.due is None:
        return Markup("")
    due = spanned.at(line.due)
    start = spanned.at(min(line.start or line.due, line.due))
    before = spanned.at(line.due_before) if line.due_before else due
    return Markup(
        '<svg class="stretch {}" width="100%" height="18" aria-hidden="true">{}<rect class="span" x="{}%" y="7" width="{}%" '
        'height="4" rx="2"/><rect class="slip" x="{}%" y="8" width="{}%" height="2"/>'
        '<svg class="mark {} {}" x="{}%" y="9" overflow="visible">{}</svg></svg>'
    ).format(
        line.side, _upright("today", spanned.at(today)), start, round(due - start, 2), before, round(max(0, due - before), 2),
        line.status, line.side, due, shape(line.status),
    )  # fmt: skip


def meter(part: int, whole: int, side: str) -> Markup:
    """A bar that shows a part of a total."""
    share = round(100 * part / whole, 1) if whole else 0
    return Markup(
        '<svg class="meter {}" width="100%" height="10" aria-hidden="true"><rect class="all" width="100%" height="10" rx="5"/>'
        '<rect class="part" width="{}%" height="10" rx="5"/></svg>'
    ).format(side, share)


def date_text(day: date | None) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}" if day else "no date"
