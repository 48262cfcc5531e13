"""The board as a card: counts first, then the most urgent lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from handlers.board.rules import acknowledged_counts
from handlers.shared.card_parts import HASH_SHOWN
from handlers.shared.rules.dates import format_day
from handlers.shared.rules.phrases import plural
from integrations.ports.board import Board, BoardCampaign, BoardItem, BoardList, BoardTeam
from integrations.ports.cards import (
    Block,
    Bold,
    Button,
    Buttons,
    Card,
    Fields,
    Link,
    Span,
    Spans,
    Table,
    Text,
    When,
    context,
    text,
)

SHOWN = 6  # lines under a heading; the files hold all of them
MAX_TEAMS = 40  # rows; the sum counts all teams
EXPORT_BUTTONS = Buttons(
    (Button("As Markdown", "board", "md", "board md"), Button("As CSV", "board", "csv", "board csv"))
)


def board(page: Board) -> Card:
    """The page without its chart."""
    have, people = acknowledged_counts(page.teams)
    pairs: list[tuple[str, Spans]] = [
        ("Published", (When(page.published_at), f" by {page.by}")),
        ("Reason", (page.reason or "none given",)),
        ("Has it", (f"{have} of {plural(people, 'person', 'people')}",)),
        ("Hash", (page.hash[:HASH_SHOWN],)),
    ]
    blocks: list[Block] = [Fields(tuple(pairs))]
    if page.teams:
        blocks.append(_teams(page.teams))
    blocks += [
        _list(
            slipped_title(page),
            page.slipped,
            [(line, late_words(line, page)) for line in _lines_of(page.slipped, page)],
        ),
        _list(shipped_title(page), page.shipped, [(line, done_words(line)) for line in _lines_of(page.shipped, page)]),
        _blocked(page),
    ]
    if campaigns := _campaigns(page):
        blocks.append(campaigns)
    return Card(f"The board: {board_name(page)}", (*blocks, EXPORT_BUTTONS, context(compared_words(page))))


def board_name(page: Board) -> str:
    return f"R{page.revision} on {format_day(page.today)}"


def compared_words(page: Board) -> str:
    """What "slipped" and "shipped" are counted from."""
    return f"Slipped: due later than at R{page.compared_with}, or late today. Shipped: in the last {page.days} days."


def slipped_title(page: Board) -> str:
    return f"Slipped ({page.slipped.count})"


def shipped_title(page: Board) -> str:
    return f"Shipped in the last {page.days} days ({page.shipped.count})"


def blocked_title(page: Board) -> str:
    return f"Blocked ({page.blocked.count})"


def late_words(line: BoardItem, page: Board) -> str:
    """How late one item is, and since when."""
    moved, late = page.lateness(line)
    parts = [f"due {format_day(line.due)}" if line.due else "no due date"]
    if moved and line.due_before:
        parts.append(f"{plural(moved, 'day')} later than {format_day(line.due_before)}")
    if late:
        parts.append(f"{plural(late, 'day')} late")
    return ", ".join(parts)


def done_words(line: BoardItem) -> str:
    return f"finished {format_day(line.finished)}" if line.finished else "finished"


def owned_words(line: BoardItem) -> str:
    return f"{line.team}, {line.owner or 'nobody yet'}"


def _lines_of(listed: BoardList, page: Board) -> tuple[BoardItem, ...]:
    return page.items_in(listed)[:SHOWN]


def _teams(teams: Sequence[BoardTeam]) -> Table:
    rows = tuple(((row.name,), (f"{row.have}",), (f"{row.people}",)) for row in teams[:MAX_TEAMS])
    have, people = acknowledged_counts(teams)
    total: tuple[Spans, ...] = ((Bold("All teams"),), (f"{have}",), (f"{people}",))
    return Table(("Team", "Has it", "People"), (*rows, total), len(teams[MAX_TEAMS:]))


def _list(title: str, listed: BoardList, lines: Iterable[tuple[BoardItem, str]]) -> Text:
    spans: list[Span] = [Bold(title)]
    told = list(lines)
    for line, words in told:
        spans += ["\n• ", *_name(line), f" – {words}; {owned_words(line)}"]
    if not told:
        spans.append("\nnone")
    if listed.count > len(told):
        spans.append(f"\n… and {listed.count - len(told):,} more")
    return Text(tuple(spans))


def _name(line: BoardItem) -> Spans:
    return (Link(line.key, line.url) if line.url else Bold(line.key), f" {line.title}")


def _blocked(page: Board) -> Text:
    spans: list[Span] = [Bold(blocked_title(page))]
    for campaign, lines in page.by_campaign(page.blocked):
        spans += ["\n", Bold(campaign.name if campaign else "No campaign"), ": "]
        for position, line in enumerate(lines[:SHOWN]):
            spans += [", " if position else "", *_name(line)]
        if len(lines) > SHOWN:
            spans.append(f", … and {len(lines) - SHOWN} more")
    if not page.blocked.keys:
        spans.append("\nnone")
    if page.blocked.more:
        spans.append(f"\n… and {page.blocked.more:,} more")
    return Text(tuple(spans))


def _campaigns(page: Board) -> Table | None:
    """The timeline as a table, one row per campaign."""
    rows = [
        (campaign, lines)
        for campaign, lines in page.by_campaign(page.timeline)
        if campaign and (campaign.end is None or campaign.end >= page.today)
    ]
    if not rows:
        return None
    header = ("Campaign", "Starts", "Open", "Done", "Next due")
    return Table(header, tuple(_campaign(campaign, lines, page.today) for campaign, lines in rows if campaign))


def _campaign(campaign: BoardCampaign, lines: Sequence[BoardItem], today: date) -> tuple[Spans, ...]:
    still = [line for line in lines if line.status != "done"]
    due = min((line.due for line in still if line.due and line.due >= today), default=None)
    return (
        (campaign.name,),
        (format_day(campaign.start) if campaign.start else "–",),
        (f"{len(still)}",),
        (f"{len(lines) - len(still)}",),
        (format_day(due) if due else "–",),
    )


def exported(page: Board, name: str) -> Card:
    """The reply beside the exported file."""
    told = f"{name}: {plural(len(page.teams), 'team')}, {plural(len(page.lines), 'item')}."
    return Card(f"Your copy of the board: {board_name(page)}", (text(told), context(compared_words(page))))


_HOSTILE = BoardItem(
    "WEB-13", "<!channel> *bold* | <script>alert(1)</script> مرحبا 🎉", "R&D <core>", "it", "blocked", ("spring",),
    due=date(2026, 10, 20), owner="Ada <@U123> *Lovelace*",
)  # fmt: skip
_MOVED = BoardItem(
    "WEB-12", "Consent banner", "Web Platform", "it", "in_progress", ("spring",), due=date(2027, 2, 10),
    due_before=date(2027, 2, 1), url="https://example.com/WEB-12", milestone=True,
)  # fmt: skip
_DONE = BoardItem("SEO-1", "Landing pages", "SEO", "marketing", "done", finished=date(2026, 10, 28))
_BOARD = Board(
    revision=42,
    published_at=datetime(2026, 10, 30, 9, 30, tzinfo=UTC),
    by="Ada <@U123> *Lovelace*",
    reason="Vendor <!here> is late | a _b_",
    hash="9f2c" * 16,
    today=date(2026, 11, 2),
    compared_with=38,
    days=30,
    teams=(
        BoardTeam("seo", "SEO", "marketing", 4, 4, ()),
        BoardTeam("web", "R&D <core> *bold* | `x`", "it", 3, 2, ("Ada <@U123> *Lovelace*",)),
        BoardTeam("ops", "Operations", "other", 2, 0),
    ),
    campaigns=(BoardCampaign("spring", "Spring *Launch* & <b>", date(2027, 3, 1), date(2027, 5, 31), "planned"),),
    lines=(_HOSTILE, _MOVED, _DONE),
    slipped=BoardList(("WEB-13", "WEB-12"), 30),
    shipped=BoardList(("SEO-1",)),
    blocked=BoardList(("WEB-13",)),
    timeline=BoardList(("WEB-13", "WEB-12", "SEO-1"), 12),
)
_EMPTY = Board(1, _BOARD.published_at, "an operator", "", "0" * 64, _BOARD.today, 1, 30)

EXAMPLES = (board(_BOARD), board(_EMPTY), exported(_BOARD, "board-R42.csv"))
