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


def board(found: Board) -> Card:
    """The page without its chart."""
    have, people = acknowledged_counts(found.teams)
    pairs: list[tuple[str, Spans]] = [
        ("Published", (When(found.published_at), f" by {found.by}")),
        ("Reason", (found.reason or "none given",)),
        ("Has it", (f"{have} of {plural(people, 'person', 'people')}",)),
        ("Hash", (found.hash[:HASH_SHOWN],)),
    ]
    blocks: list[Block] = [Fields(tuple(pairs))]
    if found.teams:
        blocks.append(_teams(found.teams))
    blocks += [
        _list(
            slipped_title(found),
            found.slipped,
            [(line, late_words(line, found)) for line in _lines_of(found.slipped, found)],
        ),
        _list(
            shipped_title(found), found.shipped, [(line, done_words(line)) for line in _lines_of(found.shipped, found)]
        ),
        _blocked(found),
    ]
    if campaigns := _campaigns(found):
        blocks.append(campaigns)
    return Card(f"The board: {board_name(found)}", (*blocks, EXPORT_BUTTONS, context(compared_words(found))))


def board_name(found: Board) -> str:
    return f"R{found.revision} on {format_day(found.today)}"


def compared_words(found: Board) -> str:
    """What "slipped" and "shipped" are counted from."""
    return f"Slipped: due later than at R{found.compared_with}, or late today. Shipped: in the last {found.days} days."


def slipped_title(found: Board) -> str:
    return f"Slipped ({found.slipped.count})"


def shipped_title(found: Board) -> str:
    return f"Shipped in the last {found.days} days ({found.shipped.count})"


def blocked_title(found: Board) -> str:
    return f"Blocked ({found.blocked.count})"


def late_words(line: BoardItem, found: Board) -> str:
    """How late one item is, and since when."""
    moved, late = found.lateness(line)
    said = [f"due {format_day(line.due)}" if line.due else "no due date"]
    if moved and line.due_before:
        said.append(f"{plural(moved, 'day')} later than {format_day(line.due_before)}")
    if late:
        said.append(f"{plural(late, 'day')} late")
    return ", ".join(said)


def done_words(line: BoardItem) -> str:
    return f"finished {format_day(line.finished)}" if line.finished else "finished"


def owned_words(line: BoardItem) -> str:
    return f"{line.team}, {line.owner or 'nobody yet'}"


def _lines_of(listed: BoardList, found: Board) -> tuple[BoardItem, ...]:
    return found.items_in(listed)[:SHOWN]


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


def _blocked(found: Board) -> Text:
    spans: list[Span] = [Bold(blocked_title(found))]
    for campaign, lines in found.by_campaign(found.blocked):
        spans += ["\n", Bold(campaign.name if campaign else "No campaign"), ": "]
        for position, line in enumerate(lines[:SHOWN]):
            spans += [", " if position else "", *_name(line)]
        if len(lines) > SHOWN:
            spans.append(f", … and {len(lines) - SHOWN} more")
    if not found.blocked.keys:
        spans.append("\nnone")
    if found.blocked.more:
        spans.append(f"\n… and {found.blocked.more:,} more")
    return Text(tuple(spans))


def _campaigns(found: Board) -> Table | None:
    """The timeline as a table, one row per campaign."""
    rows = [
        (campaign, lines)
        for campaign, lines in found.by_campaign(found.timeline)
        if campaign and (campaign.end is None or campaign.end >= found.today)
    ]
    if not rows:
        return None
    header = ("Campaign", "Starts", "Open", "Done", "Next due")
    return Table(header, tuple(_campaign(campaign, lines, found.today) for campaign, lines in rows if campaign))


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


def exported(found: Board, name: str) -> Card:
    """The reply beside the exported file."""
    told = f"{name}: {plural(len(found.teams), 'team')}, {plural(len(found.lines), 'item')}."
    return Card(f"Your copy of the board: {board_name(found)}", (text(told), context(compared_words(found))))


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
