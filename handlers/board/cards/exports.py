"""The board as Markdown for a wiki or an e-mail, and as rows for a spreadsheet. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from handlers.board.cards import summary
from handlers.board.rules import acknowledged_counts
from handlers.shared.card_parts import HASH_SHOWN
from handlers.shared.rules.dates import format_day, format_moment
from handlers.shared.rules.phrases import plural
from handlers.shared.rules.sides import side_name
from integrations.ports.board import Board, BoardCampaign, BoardItem, BoardList, BoardTeam
from storage.values.company import Side
from storage.values.roadmap import as_text

COLUMNS = (
    "section", "key", "title", "team", "side", "campaigns", "status", "start", "due", "due_before", "finished",
    "owner", "people", "have",
)  # fmt: skip
# What Markdown gives a meaning to within a line: https://spec.commonmark.org/0.31.2/#backslash-escapes
# Every line begins with text of ours, so list and heading markers need no escaping.
_MARKDOWN_SYNTAX = re.compile(r"([\\`*_\[\]<>#|~@]|&(?=#?\w+;))")


def rows(board: Board) -> Iterator[tuple[str, ...]]:
    """One row per fact; an item appears in every section it belongs to."""
    yield _row(section="revision", key=f"R{board.revision}", title=board.reason, finished=board.published_at.date().isoformat(),
               owner=board.by)  # fmt: skip
    for team in board.teams:
        yield _row(
            section="team", key=team.key, title=team.name, side=team.side, people=f"{team.people}", have=f"{team.have}"
        )
    for campaign in board.campaigns:
        yield _row(section="campaign", key=campaign.key, title=campaign.name, status=campaign.status,
                   start=as_text(campaign.start), due=as_text(campaign.end), owner=campaign.owner)  # fmt: skip
    for section, listed in _sections(board):
        yield from (_item(section, line) for line in board.items_in(listed))
        if listed.more:
            yield _row(section=section, title=f"… and {listed.more} more")


def _sections(board: Board) -> tuple[tuple[str, BoardList], ...]:
    return (
        ("slipped", board.slipped),
        ("shipped", board.shipped),
        ("blocked", board.blocked),
        ("timeline", board.timeline),
    )


def _row(**cells: str) -> tuple[str, ...]:
    return tuple(cells.get(column, "") for column in COLUMNS)


def _item(section: str, line: BoardItem) -> tuple[str, ...]:
    return _row(
        section=section, key=line.key, title=line.title, team=line.team, side=line.side,
        campaigns=as_text(line.campaigns), status=line.status, start=as_text(line.start), due=as_text(line.due),
        due_before=as_text(line.due_before), finished=as_text(line.finished), owner=line.owner,
    )  # fmt: skip


def markdown(board: Board) -> str:
    """The whole page, with user text escaped."""
    have, people = acknowledged_counts(board.teams)
    parts = [
        f"# The board: {summary.board_name(board)}",
        f"Published {format_moment(board.published_at)} by {escape_markdown(board.by)}. "
        f"Reason: {escape_markdown(board.reason) or 'none given'}. Hash {board.hash[:HASH_SHOWN]}.",
        f"## Who is on it: {have} of {plural(people, 'person', 'people')}",
        _table(("Team", "Side", "Has it", "People", "Behind"), map(_team, board.teams)),
        f"## {summary.slipped_title(board)}",
        _bullets(board.slipped, [(line, summary.late_words(line, board)) for line in board.items_in(board.slipped)]),
        f"## {summary.shipped_title(board)}",
        _bullets(board.shipped, [(line, summary.done_words(line)) for line in board.items_in(board.shipped)]),
        f"## {summary.blocked_title(board)}",
        *_blocked(board),
        "## Timeline",
        *_timeline(board),
        summary.compared_words(board),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def escape_markdown(text: str) -> str:
    """User text escaped for Markdown, on one line."""
    return _MARKDOWN_SYNTAX.sub(r"\\\1", " ".join(text.split()))


def _team(row: BoardTeam) -> tuple[str, ...]:
    behind = "–" if row.behind is None else ", ".join(map(escape_markdown, row.behind)) or "nobody"
    return (escape_markdown(row.name), side_name(Side(row.side), "Others"), f"{row.have}", f"{row.people}", behind)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [" | ".join(row) for row in (header, ["---"] * len(header), *rows)]
    return "\n".join(f"| {line} |" for line in lines)


def _name(line: BoardItem) -> str:
    key = escape_markdown(line.key)
    address = quote(line.url, safe="/:?&=%#@+,;~!$*'") if line.url.startswith(("http://", "https://")) else ""
    return f"{f'[{key}]({address})' if address else key} {escape_markdown(line.title)}"


def _bullets(listed: BoardList, lines: Iterable[tuple[BoardItem, str]]) -> str:
    told = [f"- {_name(line)}: {words}; {escape_markdown(summary.owned_words(line))}" for line, words in lines]
    if listed.more:
        told.append(f"- … and {listed.more:,} more")
    return "\n".join(told) or "None."


def _blocked(board: Board) -> Iterator[str]:
    for campaign, lines in board.by_campaign(board.blocked):
        yield f"### {_campaign_name(campaign)}"
        yield _bullets(BoardList(), [(line, summary.late_words(line, board)) for line in lines])
    if board.blocked.more:
        yield f"… and {board.blocked.more:,} more"
    if not board.blocked.count:
        yield "None."


def _campaign_name(campaign: BoardCampaign | None) -> str:
    return escape_markdown(campaign.name) if campaign else "No campaign"


def _timeline(board: Board) -> Iterator[str]:
    for campaign, lines in board.by_campaign(board.timeline):
        yield f"### {_campaign_name(campaign)}{_dates(campaign)}"
        ordered = sorted(
            lines, key=lambda line: (list(Side).index(Side(line.side)), as_text(line.due) or "~", line.key)
        )
        yield _table(("Side", "Item", "Status", "Start", "Due", "Owner"), map(_timeline_line, ordered))
    if board.timeline.more:
        yield f"… and {plural(board.timeline.more, 'item')} more that the timeline does not hold."


def _dates(campaign: BoardCampaign | None) -> str:
    days = [format_day(day) for day in (campaign.start, campaign.end) if day] if campaign else []
    return f", {' – '.join(days)}" if days else ""


def _timeline_line(line: BoardItem) -> tuple[str, ...]:
    return (
        side_name(Side(line.side), "Others"),
        _name(line),
        line.status.replace("_", " "),
        format_day(line.start) if line.start else "–",
        format_day(line.due) if line.due else "–",
        escape_markdown(line.owner) or "nobody yet",
    )
