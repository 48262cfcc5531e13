"""`handshake verify`: check that the stored history is what was published."""

from __future__ import annotations

from typing import Annotated

import typer

from bot import output
from bot.app import App
from bot.commands.runner import JsonOption, new_cli, run_with_app
from storage.verify import verify as verify_history

cli = new_cli()


@cli.command()
def verify(
    *,
    head: Annotated[str, typer.Option(metavar="HASH", help="The beginning of a hash that somebody kept.")] = "",
    json: JsonOption = False,
) -> None:
    """Recompute the chain of revisions, replay it against the items, and name the first row that was altered."""
    run_with_app(lambda app: run(app, head, as_json=json))


async def run(app: App, head: str, *, as_json: bool) -> int:
    """Print the verdict; the exit status is 1 when something was altered."""
    with output.progress("Recomputing the chain and replaying it …", quiet=as_json):
        async with app.store.reading() as session:
            verdict = await verify_history(session, head)
    if as_json:
        output.write_json(
            {
                "ok": not verdict.problem,
                "problem": verdict.problem,
                "revisions": verdict.revisions,
                "changes": verdict.changes,
                "head": verdict.head,
            }
        )
    elif verdict.problem:
        output.write_text(
            f"ALTERED\n{verdict.problem}\nRestore a backup from before, and find out who can write to the store.",
            error=True,
        )
    elif not verdict.revisions:
        output.write_text("Nothing has been published yet, so there is nothing to verify.")
    else:
        output.write_text(
            f"Everything holds\n{verdict.revisions} revisions with {verdict.changes} changes, replayed against the items.\n"
            f"Head: {verdict.head_name} {verdict.head}\nKeep it, and compare later: handshake verify --head {verdict.head[:12]}"
        )
    return 1 if verdict.problem else 0
