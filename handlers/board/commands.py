"""`board`: the state of the whole company on one page. Nothing here writes."""

from __future__ import annotations

from collections import Counter
from datetime import date

from handlers.board import rules
from handlers.board.cards import exports, summary
from handlers.context import AppContext, Request
from handlers.errors import BadInput
from handlers.shared import lookup
from handlers.shared.card_parts import author_words, readable_reason
from handlers.shared.rules.coverage import teams_with_names
from handlers.shared.rules.dates import start_of_day
from integrations.ports.board import Board, board_facts
from integrations.ports.inbound import Attachment, Reply
from storage import acknowledgements, item_queries, revisions, roadmap_history
from storage.directory import directory
from storage.store import Session
from storage.values.company import Audience
from storage.values.questions import DateRange, Plan, SortOrder
from storage.values.roadmap import Revision, Status

_TIMELINE_STATUSES = frozenset(Status) - {Status.DROPPED}


async def show_board(ctx: AppContext, request: Request) -> Reply:
    """`board [md|csv]`: the current revision and its coverage; what slipped, shipped and is blocked."""
    kind = request.args.first().casefold()
    if kind not in {"", "md", "csv"}:
        raise BadInput(
            f"The board comes as a card, as Markdown or as CSV, not as “{kind}”.", "board", "board md", "board csv"
        )
    async with ctx.store.reading() as session:
        board = await read_board(session, request)

    file = _file(ctx, board, kind)
    card = summary.exported(board, file.name) if file else summary.board(board)
    return Reply(card, request.private, {"board": board_facts(board)}, file=file)


def _file(ctx: AppContext, board: Board, kind: str) -> Attachment | None:
    name = f"board-R{board.revision}.{kind}"
    match kind:
        case "md":
            return Attachment(name, exports.markdown(board).encode())
        case "csv":
            return Attachment(name, ctx.sheets.write(exports.COLUMNS, exports.rows(board)))
        case _:
            return None


async def read_board(session: Session, request: Request) -> Board:
    """The board as its audience may see it. Raises NotFound if nothing was published yet."""
    current = await lookup.current_revision(session)
    compared = await _baseline_revision(session, current, request.today)
    names = await directory(session)
    names = names if request.private else names.with_public_names()
    have = await acknowledgements.covering(session, current.number)
    untold = await roadmap_history.names_hidden_from(session, current.number, request.audience)
    empty = Board(
        revision=current.number,
        published_at=current.published_at or request.now,
        by=author_words(current, names),
        reason=readable_reason(current, untold),
        hash=current.hash,
        today=request.today,
        compared_with=compared,
        days=rules.LOOKBACK.days,
        teams=rules.teams(names, have, teams_with_names(request.person, names, private=request.private)),
        campaigns=rules.campaigns(names),
    )
    return rules.with_lists(empty, await _board_items(session, compared, request.audience, request.today), names)


async def _baseline_revision(session: Session, current: Revision, today: date) -> int:
    """The revision that was current a month ago, or the first one if the roadmap is younger."""
    month_ago = start_of_day(today - rules.LOOKBACK)
    then = await revisions.current_at(session, month_ago)
    if then is None:
        then = next(iter(await revisions.published_since(session, month_ago)), current)
    return then.number


async def _board_items(session: Session, compared: int, audience: Audience, today: date) -> rules.BoardItems:
    """Every list of the page; the audience is a condition of each query."""
    plans = {
        "overdue": Plan(overdue=True, today=today, order=SortOrder.DUE),
        "shipped": Plan(
            statuses=frozenset({Status.DONE}),
            finished=DateRange(today - rules.LOOKBACK, today),
            order=SortOrder.FINISHED,
        ),
        "blocked": Plan(statuses=frozenset({Status.BLOCKED}), order=SortOrder.DUE),
        "drawn": Plan(statuses=_TIMELINE_STATUSES, order=SortOrder.URGENCY),
    }
    shown = {name: rules.MAX_TIMELINE if name == "drawn" else rules.MAX_LISTED for name in plans}
    lists = {name: await item_queries.matching(session, plans[name], audience, show=shown[name]) for name in plans}
    moved = await roadmap_history.moved_later(session, compared, audience, limit=rules.MAX_MOVED)
    return rules.BoardItems(
        overdue=lists["overdue"].items,
        late=frozenset(lists["overdue"].keys),
        rescheduled={later.item.key: (later.item, later.due_before) for later in moved},
        shipped=lists["shipped"].items,
        blocked=lists["blocked"].items,
        timeline=lists["drawn"].items,
        more=Counter({name: len(matches.keys) - len(matches.items) for name, matches in lists.items()}),
    )
