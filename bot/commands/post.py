"""`handshake post`: list deliveries, and retry or drop the ones that failed."""

from __future__ import annotations

from typing import Annotated

import typer

from bot import output
from bot.app import App
from bot.commands.runner import JsonOption, new_cli, run_with_app
from handlers.errors import BadInput
from handlers.operations import workflow
from storage import deliveries
from storage.values.deliveries import Delivery, DeliveryState

LIST_DEAD = "handshake post list --state dead"

cli = new_cli("Look at what goes out, and decide about what failed.", no_args_is_help=True)


@cli.command("list")
def list_deliveries(
    *,
    state: Annotated[str, typer.Option(metavar="STATE", help="new, sending, sent, dead or dropped.")] = "",
    json: JsonOption = False,
) -> None:
    """Show the newest deliveries."""
    run_with_app(lambda app: show(app, state, as_json=json))


Selector = Annotated[str, typer.Argument(metavar="ID|all-dead|all-restored")]


@cli.command("retry")
def retry_deliveries(which: Selector) -> None:
    """Send a dead delivery again, all of them, or those that waited when the restored backup was made."""
    run_with_app(lambda app: retry(app, which))


@cli.command("drop")
def drop_deliveries(which: Selector) -> None:
    """Decide that a dead delivery, all of them, or those of a restored backup are not sent."""
    run_with_app(lambda app: drop(app, which))


async def show(app: App, state: str, *, as_json: bool) -> int:
    """Print the newest deliveries, of one state or of all."""
    if state and state not in set(DeliveryState):
        raise BadInput(f"“{state}” is not a state. Use {', '.join(DeliveryState)}.")
    async with app.store.reading() as session:
        listed = await deliveries.in_state(session, DeliveryState(state) if state else None)
        counts = await deliveries.counts(session)
    if as_json:
        output.write_json({"counts": counts, "deliveries": [_facts(delivery) for delivery in listed]})
        return 0
    summary = ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "nothing yet"
    lines = [f"{d.id:>6}  {d.state:<8} {d.kind:<7} {_where(d):<40} {d.error}".rstrip() for d in listed]
    output.write_text("\n".join([f"Post: {summary}", *lines]))
    return 0


def _where(delivery: Delivery) -> str:
    place = delivery.place
    return f"{place.platform}:{f'{place.workspace}/' if place.workspace else ''}{place.conversation}"


def _facts(delivery: Delivery) -> dict[str, object]:
    return {
        "id": delivery.id,
        "state": str(delivery.state),
        "kind": str(delivery.kind),
        "place": _where(delivery),
        "attempts": delivery.attempts,
        "due_at": delivery.due_at.isoformat(),
        "error": delivery.error,
    }


async def retry(app: App, selector: str) -> int:
    """Try dead deliveries again, and use paused accounts again."""
    which = workflow.selected(selector, LIST_DEAD)
    async with app.store.transaction() as session:
        count, resumed = await workflow.retry(session, which, app.ctx.clock.now(), LIST_DEAD)
    output.write_text(workflow.retried_words(count, resumed))
    return 0


async def drop(app: App, selector: str) -> int:
    """Decide that dead deliveries are not sent."""
    which = workflow.selected(selector, LIST_DEAD)
    async with app.store.transaction() as session:
        count = await workflow.drop(session, which, LIST_DEAD)
    output.write_text(workflow.dropped_words(count))
    return 0
