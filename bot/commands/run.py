"""`handshake run`: the server."""

from __future__ import annotations

import uvloop

from bot.commands.runner import new_cli, resume_gc
from bot.logs import configure
from bot.serve import run as serve
from bot.settings import load

cli = new_cli()


@cli.command()
def run() -> None:
    """Run Handshake as configured by the environment."""
    settings = load()
    configure(settings.log_format)
    resume_gc()
    raise SystemExit(uvloop.run(serve(settings)))
