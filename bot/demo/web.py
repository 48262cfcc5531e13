"""The demo in a browser: the web page over the app, with its origin check."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import webbrowser
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware

from bot.app import App
from bot.delivery.factory import build_delivery
from bot.delivery.sqlite_worker import SqliteWorker
from bot.demo.read_model import StoredPageReads
from bot.demo.walkthrough import WALKTHROUGH
from bot.inbox import Inbox
from bot.output import write_text
from bot.server import CannotListen, build_http_app, listen
from handlers.catalogue import FEATURES
from integrations.plain.addresses import LOOPBACK
from integrations.ports.inbound import Dispatch, InboundEvent, Reply
from integrations.web import preview_slack, preview_teams
from integrations.web.board import board_routes
from integrations.web.origin_check import OriginCheck
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
    """The page's application and context, and the delivery worker behind it."""

    page: Starlette
    page_context: PageContext
    worker: SqliteWorker


def card_previews() -> CardPreviews:
    """Previews of cards as Slack and Teams show them, drawn from the output of their renderers."""
    return CardPreviews({"slack": _as_slack(), "teams": _as_teams()})


def _as_slack() -> CardPreview:
    from integrations.slack import render

    return lambda card: preview_slack.block_kit_html(render.message(card)["blocks"])


def _as_teams() -> CardPreview:
    from integrations.teams import render

    return lambda card: preview_teams.adaptive_card_html(render.card(card))


def command_hints() -> Sequence[CommandHint]:
    """Every command, for completion in the page."""
    commands = sorted((c for feature in FEATURES for c in feature.commands), key=lambda command: command.words)
    return [CommandHint(command.words, command.usage, command.does) for command in commands]


def page_context(app: App, dispatch: Dispatch, inbox: Inbox, console: WebChat) -> PageContext:
    return PageContext(
        dispatch=dispatch,
        inbox=inbox,
        rooms=console,
        reads=StoredPageReads(app.store),
        previews=card_previews(),
        walkthrough=WALKTHROUGH,
        hints=command_hints(),
        clock=app.ctx.clock,
        ids=app.ctx.ids,
        has_board=True,
    )


def build_page(context: PageContext, *, expose: bool = False) -> Starlette:
    """The page with compression and the origin check."""
    board = board_routes(context.dispatch, context.walkthrough.newcomer)
    page = build_http_app([*page_routes(context), *board], EXCEPTION_HANDLERS)
    names = LOOPBACK | ({socket.gethostname().lower()} if expose else frozenset())
    page.add_middleware(GZipMiddleware)  # it leaves the event stream uncompressed, so events arrive at once
    page.add_middleware(OriginCheck, names=names, exposed=expose)
    return page


@asynccontextmanager
async def running_demo(app: App, *, expose: bool = False) -> AsyncIterator[RunningDemo]:
    """The page over *app*, with its inbox and delivery worker; started work is finished on exit."""
    console, deliverer = build_delivery(app)
    worker = SqliteWorker(app.store, deliverer.deliver, clock=app.ctx.clock)
    inbox = Inbox(app.ctx, app.dispatch, wake=worker.wake, refusal=app.rate_limiter.refusal)
    context = page_context(app, _waking(app.dispatch, worker.wake), inbox, console)
    async with worker, inbox.running():
        yield RunningDemo(build_page(context, expose=expose), context, worker)


def _waking(dispatch: Dispatch, wake: Callable[[], None]) -> Dispatch:
    """*dispatch*, waking the delivery worker after each event, so that notices are sent at once."""

    async def dispatch_and_wake(event: InboundEvent) -> Reply:
        reply = await dispatch(event)
        wake()
        return reply

    return dispatch_and_wake


async def serve(app: App, options: PageOptions) -> int:
    """Serve the page until SIGTERM or Ctrl-C. Raises CannotListen when the port is in use."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    host = "0.0.0.0" if options.expose else "127.0.0.1"  # noqa: S104  (requested by --expose)
    settings = app.settings.model_copy(update={"host": host, "port": options.port})
    async with running_demo(app, expose=options.expose) as demo:
        try:
            async with listen(settings, demo.page) as port:
                _announce(port, options)
                await stop.wait()
                demo.page_context.rooms.close_listeners()  # otherwise shutdown would wait for every open tab
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
    """True for an interactive session with a graphical screen."""
    if not sys.stdout.isatty():
        return False
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
