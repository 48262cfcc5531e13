"""The board as a web page, and as Markdown and CSV downloads. Its data is the reply to the command `board`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from integrations.plain import render as plain
from integrations.plain.text import clean, safe_url
from integrations.ports.board import Board, BoardCampaign, BoardItem, BoardTeam
from integrations.ports.inbound import Account, CommandText, ConversationRef, Dispatch, Reply
from integrations.web import chart
from integrations.web.send import PLATFORM

MAX_LISTED = 8  # lines in a list; the downloads contain all
MAX_EMAIL = 320
SIDES = {"marketing": "Marketing", "it": "IT", "other": "Others"}
STATUS_OF = {0: 200, 1: 404, 2: 400, 3: 503}  # HTTP status by the reply's exit status
_MEDIA_TYPES = {"md": "text/markdown; charset=utf-8", "csv": "text/csv; charset=utf-8"}
_BOARD = TypeAdapter(Board)


@dataclass(frozen=True, slots=True)
class CampaignLane:
    side: str
    drawing: Markup


@dataclass(frozen=True, slots=True)
class CampaignGroup:
    """A campaign with its roadmap items; `apart` says which items the lanes do not show."""

    name: str
    campaign: BoardCampaign | None
    lanes: tuple[CampaignLane, ...]
    lines: tuple[BoardItem, ...]
    counts: str
    apart: str


def board_routes(dispatch: Dispatch, newcomer: str) -> Sequence[Any]:
    """The routes of the board. The reader is the person in the parameter `as`, otherwise *newcomer*."""
    return [
        Route("/board", partial(_page, dispatch, newcomer)),
        Route("/board.md", partial(_file, dispatch, newcomer, "md")),
        Route("/board.csv", partial(_file, dispatch, newcomer, "csv")),
    ]


async def _page(dispatch: Dispatch, newcomer: str, request: Request) -> Response:
    viewer = _viewer(request.query_params, newcomer)
    theme = request.cookies.get("theme", "")
    reply = await _dispatch(dispatch, viewer["as"], "board")
    page = {"seat": viewer, "theme": theme if theme in ("light", "dark") else "", "query": urlencode(viewer)}
    if "board" not in reply.facts:
        html = BOARD_TEMPLATES.get_template("board_none.html").render(page | {"card": plain.card_text(reply.card)})
        return HTMLResponse(html, _status(reply))
    board = _BOARD.validate_python(reply.facts["board"])
    return HTMLResponse(BOARD_TEMPLATES.get_template("board.html").render(page | _page_values(board)))


def _status(reply: Reply) -> int:
    return 429 if "retry_after" in reply.facts else STATUS_OF.get(reply.exit, 500)


async def _file(dispatch: Dispatch, newcomer: str, kind: str, request: Request) -> Response:
    reply = await _dispatch(dispatch, _viewer(request.query_params, newcomer)["as"], f"board {kind}")
    if reply.file is None:
        return Response(plain.card_text(reply.card), _status(reply), media_type="text/plain")
    headers = {"content-disposition": f'attachment; filename="{reply.file.name}"'}
    return Response(reply.file.content, media_type=_MEDIA_TYPES[kind], headers=headers)


def _viewer(query: Mapping[str, str], newcomer: str) -> dict[str, str]:
    """The reader and the room they came from, which every link of the page carries on."""
    email = clean(query.get("as", "")).strip().lower()[:MAX_EMAIL] or newcomer
    return {"as": email, "in": clean(query.get("in", ""))[:80]}


async def _dispatch(dispatch: Dispatch, email: str, words: str) -> Reply:
    account = Account(PLATFORM, email, email=email)
    return await dispatch(
        CommandText(account=account, conversation=ConversationRef(PLATFORM, f"@{email}", direct=True), words=words)
    )


def _page_values(board: Board) -> dict[str, Any]:
    spanned = chart.scale(board)
    return {
        "board": board,
        "have": sum(row.have for row in board.teams),
        "people": sum(row.people for row in board.teams),
        "sides": [(side, rows) for side in SIDES if (rows := [row for row in board.teams if row.side == side])],
        "groups": _groups(board, spanned),
        "blocked": [
            (campaign.name if campaign else "No campaign", lines)
            for campaign, lines in board.by_campaign(board.blocked)
        ],
        "slipped": board.items_in(board.slipped)[:MAX_LISTED],
        "shipped": board.items_in(board.shipped)[:MAX_LISTED],
        "shown": MAX_LISTED,
        "axis": chart.axis(spanned, board.today),
        "bar": partial(chart.bar, spanned=spanned, today=board.today),
        "late": partial(late_words, board=board),
    }


def late_words(line: BoardItem, board: Board) -> str:
    """How far the item was postponed, and how late it is."""
    moved, late = board.lateness(line)
    parts = [f"{_days(moved)} later than {chart.date_text(line.due_before)}"] if moved else []
    return ", ".join([*parts, f"{_days(late)} late"] if late else parts)


def _days(count: int) -> str:
    return f"{count} day{'s' if count != 1 else ''}"


def _groups(board: Board, spanned: chart.TimeScale) -> list[CampaignGroup]:
    return [_group(board, campaign, lines, spanned) for campaign, lines in board.by_campaign(board.timeline)]


def _group(
    board: Board, campaign: BoardCampaign | None, lines: tuple[BoardItem, ...], spanned: chart.TimeScale
) -> CampaignGroup:
    name = campaign.name if campaign else "No campaign"
    rendered = [line for line in lines if chart.is_drawn(line, spanned)]
    lanes = []
    for side, label in SIDES.items():
        if of_side := [line for line in rendered if line.side == side]:
            words = f"{name}, {label}: {_counted(of_side)}. The table below lists each of them."
            lanes.append(CampaignLane(side, chart.lane(of_side, campaign, spanned, board.today, words)))
    undated = sum(line.due is None for line in lines)
    earlier = len(lines) - len(rendered) - undated
    apart = [f"{earlier} done, due before {chart.date_text(spanned.first)}"] if earlier else []
    apart += [f"{undated} without a date"] if undated else []
    ordered = tuple(sorted(lines, key=lambda line: (list(SIDES).index(line.side), line.due or spanned.last, line.key)))
    return CampaignGroup(name, campaign, tuple(lanes), ordered, _counted(lines), ", ".join(apart))


def _counted(lines: Sequence[BoardItem]) -> str:
    counts = Counter(line.status for line in lines)
    by_status = ", ".join(f"{counts[status]} {words}" for status, words in chart.STATUS_WORDS.items() if counts[status])
    return f"{len(lines)} item{'s' if len(lines) != 1 else ''}: {by_status}"


def _behind(row: BoardTeam) -> str:
    """Who has not acknowledged the version; "" if the reader may not know, or nobody is behind."""
    return ", ".join(row.behind or ())


def _clean(value: object) -> object:
    """Removes control characters from text in a template."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _pages() -> Environment:
    pages = Environment(
        loader=PackageLoader("integrations.web", "pages"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=_clean,
    )
    pages.filters |= {"day": chart.date_text, "address": safe_url, "behind": _behind, "sign": chart.sign}
    pages.globals |= {"meter": chart.meter, "SIDES": SIDES, "WORDS": chart.STATUS_WORDS}
    return pages


BOARD_TEMPLATES = _pages()
