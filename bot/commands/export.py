"""`handshake export roadmap`: the whole roadmap, for an operator, who has the store anyway."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bot import output
from bot.app import App
from bot.commands.runner import AtOption, new_cli, run_with_app
from handlers.errors import BadInput
from handlers.roadmap.commands import roadmap_csv
from handlers.shared import lookup
from storage.values.company import EVERYTHING

cli = new_cli()


@cli.command()
def export(
    what: Annotated[str, typer.Argument(metavar="roadmap")],
    *,
    as_of: Annotated[
        str, typer.Option(metavar="DATE", help="A day, a moment or R41; the current version without it.")
    ] = "",
    at: AtOption = "",
) -> None:
    """Write the roadmap as CSV to standard output."""
    if what != "roadmap":
        raise BadInput(f"I can export the roadmap; not “{what}”. Try: handshake export roadmap")
    run_with_app(lambda app: run(app, as_of), at)


async def run(app: App, as_of: str) -> int:
    """Write the CSV of that version to standard output."""
    with output.progress("Exporting …"):
        async with app.store.reading() as session:
            _, number = await lookup.revision_to_read(session, as_of, app.ctx.clock.now().date())
            content, _ = await roadmap_csv(app.ctx, session, EVERYTHING, number)
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
    return 0
