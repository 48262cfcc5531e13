"""The demo in a browser: the page's routes over this house, behind the gate, for as long as somebody wants."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import webbrowser
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware

from bot.app import App
from bot.delivery.sqlite_worker import SqliteWorker
from bot.demo.read_model import StoredPageReads
from bot.demo.walkthrough import WALKTHROUGH
from bot.inbox import Inbox
from bot.output import write_text
from bot.serve import make_deliverer
from bot.server import CannotListen, build_http_app, listen
from bot.stored_state import StoredMessageLog
from handlers.catalogue import FEATURES
from integrations.ports.inbound import InboundEvent, Reply
from integrations.web import preview_slack, preview_teams
from integrations.web.board import board_routes
from integrations.web.origin_check import LOOPBACK, OriginCheck
from integrations.web.page_context import PageContext
from integrations.web.previews import CardPreview, CardPreviews
from integrations.web.read_model import CommandHint
from integrations.web.routes import EXCEPTION_HANDLERS, page_routes
from integrations.web.send import WebChat

EXPOSED_WARNING = """
!!  --expose: this page is open to everybody who can reach this machine on port {port}.
!!  There is no sign-in: whoever opens it can be anybody at Larkfield, and see and do all of it.
!!  Stop it with Ctrl-C.
"""


@dataclass(frozen=True, slots=True)
class PageOptions:
    """How the page is served."""

    port: int = 8080
    browser: bool = True
    expose: bool = False


@dataclass(frozen=True, slots=True)
class RunningDemo:
    """The page in use: its application, what it is played on, and the post that carries for it."""

    page: Starlette
    page_context: PageContext
    worker: SqliteWorker


def card_previews() -> CardPreviews:
    """How cards look, drawn from what the platforms' own renderers make of them. Their modules load on first use."""
    return CardPreviews({"slack": _as_slack(), "teams": _as_teams()})


def _as_slack() -> CardPreview:
    from integrations.slack import render

    return lambda card: preview_slack.block_kit_html(render.message(card)["blocks"])


def _as_teams() -> CardPreview:
    from integrations.teams import render

    return lambda card: preview_teams.adaptive_card_html(render.card(card))


def command_hints() -> Sequence[CommandHint]:
    """Every command that can be typed."""
    commands = [each for feature in FEATURES for each in feature.commands]
    return [CommandHint(each.words, each.usage, each.does) for each in sorted(commands, key=lambda each: each.words)]


def page_context(app: App, inbox: Inbox, rooms: WebChat) -> PageContext:
    return PageContext(
        dispatch=app.dispatch,
        inbox=inbox,
        rooms=rooms,
        reads=StoredPageReads(app.store),
        previews=card_previews(),
        walkthrough=WALKTHROUGH,
        hints=command_hints(),
        clock=app.ctx.clock,
        ids=app.ctx.ids,
        has_board=True,
    )


def build_page(context: PageContext, *, expose: bool = False) -> Starlette:
    """The page and what guards it."""
    board = board_routes(context.dispatch, context.walkthrough.newcomer)
    made = build_http_app([*page_routes(context), *board], EXCEPTION_HANDLERS)
    names = LOOPBACK | ({socket.gethostname().lower()} if expose else frozenset())
    made.add_middleware(GZipMiddleware)  # never the stream of news: what happens is shown at once
    made.add_middleware(OriginCheck, names=names, exposed=expose)
    return made


@asynccontextmanager
async def running_demo(app: App, *, expose: bool = False) -> AsyncIterator[RunningDemo]:
    """The page over this house, with desk and post behind it; what was begun is finished at the end."""
    rooms = WebChat(StoredMessageLog(app.store, app.ctx.clock))
    inbox = Inbox(app.ctx, app.dispatch)
    deliverer = make_deliverer(app, {rooms.name: rooms})
    async with AsyncExitStack() as stack:
        worker = await stack.enter_async_context(SqliteWorker(app.store, deliverer.deliver, clock=app.ctx.clock))
        inbox.wake = worker.wake
        await stack.enter_async_context(inbox.running())
        # Whatever a command or a press put into the ledger goes out at once.
        on = page_context(_with_wake(app, worker.wake), inbox, rooms)
        yield RunningDemo(build_page(on, expose=expose), on, worker)


def _with_wake(app: App, wake: Callable[[], None]) -> App:
    async def dispatch(event: InboundEvent) -> Reply:
        reply = await app.dispatch(event)
        wake()
        return reply

    return app.with_dispatch(dispatch)


async def serve(app: App, options: PageOptions) -> int:
    """Serve the page until SIGTERM or Ctrl-C. Raises NoRoom when somebody else has the port."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    host = "0.0.0.0" if options.expose else "127.0.0.1"  # noqa: S104  (asked for, and said loudly)
    settings = app.settings.model_copy(update={"host": host, "port": options.port})
    async with running_demo(app, expose=options.expose) as demo:
        try:
            async with listen(settings, demo.page) as port:
                _announce(port, options)
                await stop.wait()
                demo.page_context.rooms.close_listeners()  # else every tab that listens would be waited for
        except CannotListen:
            raise CannotListen(
                f"Nothing can listen at {host}:{options.port}; something else may do so already. "
                "Try another one: handshake demo --port 8081"
            ) from None
    return 0


def _announce(port: int, options: PageOptions) -> None:
    address = f"http://localhost:{port}/"
    if options.expose:
        write_text(EXPOSED_WARNING.format(port=port))
    reach = "Everybody who reaches this machine can use it." if options.expose else "Only this machine reaches it."
    write_text(f"Handshake is open at {address}\n{reach} Ctrl-C ends it; what you did stays.")
    if options.browser and _has_screen():
        webbrowser.open(address)


def _has_screen() -> bool:
    """Somebody sits here and has more than a terminal."""
    if not sys.stdout.isatty():
        return False
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
