"""`handshake post`: what goes out, what could not, and another try."""

from __future__ import annotations

from bot import output
from bot.app import App
from handlers.errors import BadInput
from handlers.operations import workflow
from storage import deliveries
from storage.values.deliveries import Delivery, DeliveryState

LIST_DEAD = "handshake post list --state dead"


async def show(app: App, state: str, *, as_json: bool) -> int:
    """The newest deliveries of one state, or of any."""
    if state and state not in set(DeliveryState):
        raise BadInput(f"“{state}” is not a state. Use {', '.join(DeliveryState)}.")
    async with app.store.reading() as session:
        found = await deliveries.in_state(session, DeliveryState(state) if state else None)
        counts = await deliveries.counts(session)
    if as_json:
        output.write_json({"counts": counts, "deliveries": [_facts(each) for each in found]})
        return 0
    summary = ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "nothing yet"
    lines = [f"{d.id:>6}  {d.state:<8} {d.kind:<7} {_where(d):<40} {d.error}".rstrip() for d in found]
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


async def retry(app: App, which: str) -> int:
    """Let dead deliveries be tried afresh."""
    workflow.check_selector(which, LIST_DEAD)
    async with app.store.transaction() as session:
        count, released = await workflow.retry(session, which, app.ctx.clock.now(), LIST_DEAD)
    output.write_text(workflow.retried_words(count, released))
    return 0
