"""`handshake demo`: the sample company in a web page or this terminal."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer

from bot.app import SystemClock
from bot.commands.runner import load_settings, new_cli
from bot.demo.start import DATABASE_URL
from bot.demo.start import run as start
from bot.demo.web import PageOptions

cli = new_cli()


@cli.command()
def demo(
    *,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where the page is served.")] = 8080,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")] = False,
    expose: Annotated[
        bool, typer.Option("--expose", help="Let other machines in. There is no sign-in: whoever comes can be anybody.")
    ] = False,
    terminal: Annotated[bool, typer.Option("--terminal", help="Talk in this terminal instead of a browser.")] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Forget what was done in the demo and build the company anew.")
    ] = False,
) -> None:
    """Try everything in a web page, with a sample company; no accounts, its own store."""
    page = None if terminal else PageOptions(port=port, browser=not no_browser, expose=expose)
    settings, now = load_settings(database_url=DATABASE_URL), SystemClock().now()
    raise SystemExit(asyncio.run(start(settings, now=now, fresh=fresh, page=page, lines=sys.stdin)))
