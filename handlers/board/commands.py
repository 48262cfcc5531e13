"""`board`: where the whole company stands, on one page. Nothing here writes."""

from __future__ import annotations

from collections import Counter
from datetime import date

from handlers import versions
from handlers.board import cards, files, rules
from handlers.days import start_of
from handlers.errors import BadInput
from handlers.feature import Asked
from handlers.phrases import author_words, reason_for
from handlers.toolbox import Toolbox
from integrations.ports.board import Board, facts_of
from integrations.ports.inbound import Attachment, Reply
from storage import acknowledgements, moves, revisions, roadmap
from storage.directory import directory
from storage.store import Session
from storage.values import Audience, DateField, Order, Period, Plan, Revision, Status

_DRAWN = frozenset(Status) - {Status.DROPPED}


async def show(box: Toolbox, asked: Asked) -> Reply:
    """`board [md|csv]`: the current revision and who is on it, what slipped, shipped and is blocked."""
    kind = asked.words.first().casefold()
    if kind not in {"", "md", "csv"}:
        raise BadInput(
            f"The board comes as a card, as Markdown or as CSV, not as “{kind}”.", "board", "board md", "board csv"
        )
    async with box.store.reading() as session:
        board = await read(session, asked)

    file = _file(box, board, kind)
    card = cards.exported(board, file.name) if file else cards.board(board)
    return Reply(card, asked.private, {"board": facts_of(board)}, file=file)


def _file(box: Toolbox, board: Board, kind: str) -> Attachment | None:
    name = f"board-R{board.revision}.{kind}"
    match kind:
        case "md":
            return Attachment(name, files.markdown(board).encode())
        case "csv":
            return Attachment(name, box.sheets.write(files.COLUMNS, files.rows(board)))
        case _:
            return None


async def read(session: Session, asked: Asked) -> Board:
    """The board as everyone who gets it may see it. Raises NotFound before anything was published."""
    current = await versions.current(session)
    compared = await _compared_with(session, current, asked.today)
    names = await directory(session)
    names = names if asked.private else names.publicly()
    have = await acknowledgements.covering(session, current.number)
    untold = await roadmap.untold_names(session, current.number, asked.audience)
    empty = Board(
        revision=current.number,
        published_at=current.published_at or asked.now,
        by=author_words(current, names),
        reason=reason_for(current, untold),
        hash=current.hash,
        today=asked.today,
        compared_with=compared,
        days=rules.LOOKS_BACK.days,
        teams=rules.teams(names, have, rules.may_name(asked.person) if asked.private else frozenset()),
        campaigns=rules.campaigns(names),
    )
    return rules.filled(empty, await _found(session, compared, asked.audience, asked.today), names)


async def _compared_with(session: Session, current: Revision, today: date) -> int:
    """The revision that counted a month ago; the first one where the roadmap is younger."""
    month_ago = start_of(today - rules.LOOKS_BACK)
    then = await revisions.published_by(session, month_ago)
    if then is None:
        then = next(iter(await revisions.published_since(session, month_ago)), current)
    return then.number


async def _found(session: Session, compared: int, audience: Audience, today: date) -> rules.Found:
    """Every list of the page; the audience is a condition of each query."""
    plans = {
        "overdue": Plan(overdue=True, today=today, order=Order.DUE),
        "shipped": Plan(
            statuses=frozenset({Status.DONE}),
            period=Period(today - rules.LOOKS_BACK, today),
            period_of=DateField.FINISHED,
            order=Order.FINISHED,
        ),
        "blocked": Plan(statuses=frozenset({Status.BLOCKED}), order=Order.DUE),
        "drawn": Plan(statuses=_DRAWN, order=Order.URGENCY),
    }
    shown = {name: rules.MAX_DRAWN if name == "drawn" else rules.MAX_LISTED for name in plans}
    lists = {name: await roadmap.matching(session, plans[name], audience, show=shown[name]) for name in plans}
    moved = await moves.moved_later(session, compared, audience, limit=rules.MAX_MOVED)
    return rules.Found(
        overdue=lists["overdue"].items,
        late=frozenset(lists["overdue"].keys),
        moved={each.item.key: (each.item, each.due_before) for each in moved},
        shipped=lists["shipped"].items,
        blocked=lists["blocked"].items,
        drawn=lists["drawn"].items,
        more=Counter({name: len(found.keys) - len(found.items) for name, found in lists.items()}),
    )
