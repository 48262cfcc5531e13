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
from bot.demo.backstage import StoredBackstage
from bot.demo.script import SCRIPT
from bot.desk import Desk
from bot.keeping import StoredRooms
from bot.post.local import LocalPost
from bot.running import postman_of
from bot.screen import say
from bot.server import NoRoom, front, listening
from handlers.catalogue import FEATURES
from integrations.console import adaptive, blockkit
from integrations.console.backstage import Hint
from integrations.console.board import board_routes
from integrations.console.gate import LOOPBACK, Gate
from integrations.console.looks import Look, Looks
from integrations.console.rooms import ConsoleRooms
from integrations.console.stage import Stage
from integrations.console.web import HANDLERS, console_routes
from integrations.ports.inbound import AnyInbound, Reply

EXPOSED = """
!!  --expose: this page is open to everybody who can reach this machine on port {port}.
!!  There is no sign-in: whoever opens it can be anybody at Larkfield, and see and do all of it.
!!  Stop it with Ctrl-C.
"""


@dataclass(frozen=True, slots=True)
class Choices:
    """How the page is served."""

    port: int = 8080
    browser: bool = True
    expose: bool = False


@dataclass(frozen=True, slots=True)
class Played:
    """The page in use: its application, what it is played on, and the post that carries for it."""

    page: Starlette
    stage: Stage
    post: LocalPost


def looks() -> Looks:
    """How cards look, drawn from what the platforms' own renderers make of them. Their modules load on first use."""
    return Looks({"slack": _as_slack(), "teams": _as_teams()})


def _as_slack() -> Look:
    from integrations.slack import render

    return lambda card: blockkit.drawn(render.message(card)["blocks"])


def _as_teams() -> Look:
    from integrations.teams import render

    return lambda card: adaptive.drawn(render.card(card))


def hints() -> Sequence[Hint]:
    """Every command that can be typed."""
    commands = [each for feature in FEATURES for each in feature.commands]
    return [Hint(each.words, each.usage, each.does) for each in sorted(commands, key=lambda each: each.words)]


def stage(app: App, desk: Desk, rooms: ConsoleRooms) -> Stage:
    return Stage(
        dispatch=app.dispatch,
        desk=desk,
        rooms=rooms,
        backstage=StoredBackstage(app.store),
        looks=looks(),
        script=SCRIPT,
        hints=hints(),
        clock=app.box.clock,
        tokens=app.box.tokens,
        has_board=True,
    )


def application(on: Stage, *, expose: bool = False) -> Starlette:
    """The page and what guards it."""
    board = board_routes(on.dispatch, on.script.newcomer)
    made = front([*console_routes(on), *board], HANDLERS)
    names = LOOPBACK | ({socket.gethostname().lower()} if expose else frozenset())
    made.add_middleware(GZipMiddleware)  # never the stream of news: what happens is shown at once
    made.add_middleware(Gate, names=names, exposed=expose)
    return made


@asynccontextmanager
async def played(app: App, *, expose: bool = False) -> AsyncIterator[Played]:
    """The page over this house, with desk and post behind it; what was begun is finished at the end."""
    rooms = ConsoleRooms(StoredRooms(app.store, app.box.clock))
    desk = Desk(app.box, app.dispatch)
    postman = postman_of(app, {rooms.name: rooms})
    async with AsyncExitStack() as stack:
        post = await stack.enter_async_context(LocalPost(app.store, postman.deliver, clock=app.box.clock))
        desk.wake = post.wake
        await stack.enter_async_context(desk.open())
        # Whatever a command or a press put into the ledger goes out at once.
        on = stage(_waking(app, post.wake), desk, rooms)
        yield Played(application(on, expose=expose), on, post)


def _waking(app: App, wake: Callable[[], None]) -> App:
    async def dispatch(event: AnyInbound) -> Reply:
        reply = await app.dispatch(event)
        wake()
        return reply

    return app.answering(dispatch)


async def serve(app: App, choices: Choices) -> int:
    """Serve the page until SIGTERM or Ctrl-C. Raises NoRoom when somebody else has the port."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    host = "0.0.0.0" if choices.expose else "127.0.0.1"  # noqa: S104  (asked for, and said loudly)
    settings = app.settings.model_copy(update={"host": host, "port": choices.port})
    async with played(app, expose=choices.expose) as house:
        try:
            async with listening(settings, house.page) as port:
                _tell(port, choices)
                await stop.wait()
                house.stage.rooms.hang_up()  # else every tab that listens would be waited for
        except NoRoom:
            raise NoRoom(
                f"Nothing can listen at {host}:{choices.port}; something else may do so already. "
                "Try another one: handshake demo --port 8081"
            ) from None
    return 0


def _tell(port: int, choices: Choices) -> None:
    address = f"http://localhost:{port}/"
    if choices.expose:
        say(EXPOSED.format(port=port))
    reach = "Everybody who reaches this machine can use it." if choices.expose else "Only this machine reaches it."
    say(f"Handshake is open at {address}\n{reach} Ctrl-C ends it; what you did stays.")
    if choices.browser and _has_screen():
        webbrowser.open(address)


def _has_screen() -> bool:
    """Somebody sits here and has more than a terminal."""
    if not sys.stdout.isatty():
        return False
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
