"""Cards for the admins who run Handshake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from handlers.operations.rules import JobSummary
from handlers.shared.rules.phrases import join_names, plural
from integrations.ports.cards import Block, Button, Buttons, Card, Span, Spans, Table, When, context, text
from storage.rate_limits import RateLimitBlock
from storage.values.deliveries import WAITED_IN_BACKUP, Delivery, DeliveryKind, DeliveryState, Notice
from storage.values.places import Place

SHOWN = 15
RETRY_ALL = Button("Try all of them again", "post retry", "all-dead", "post retry all-dead")
DROP_RESTORED = Button("Drop those from the backup", "post drop", "all-restored", "post drop all-restored")


def jobs(lines: Sequence[JobSummary]) -> Card:
    """Every job, with its schedule in words."""
    rows: list[tuple[Spans, ...]] = [
        (
            (line.name,),
            (line.when,),
            (When(line.last),) if line.last else ("never",),
            (When(line.next),),
            (line.does,),
        )
        for line in lines
    ]
    table = Table(("Job", "When", "Last", "Next", "Does"), tuple(rows))
    return Card("What happens by itself", (table, context("Run one by hand: jobs run NAME")))


def job_ran(line: JobSummary) -> Card:
    """The reply after a job was run by hand."""
    next_one: tuple[Span, ...] = ("Its schedule stays as it was: ", When(line.next), " is next.")
    return Card(f"{line.name} was run", (text(line.does), text(*next_one)))


def deliveries(
    listed: Sequence[Delivery],
    counts: Mapping[str, int],
    rate_limited: Sequence[RateLimitBlock],
    state: DeliveryState | None,
    restored: int = 0,
) -> Card:
    """The newest deliveries, and the rate limits that hold others back.

    *restored* of the dead ones waited when a backup was made, and may have been sent since.
    """
    told = join_names([f"{count:,} {name}" for name, count in sorted(counts.items())]) or "nothing yet"
    blocks: list[Block] = [text(f"In the ledger: {told}.")]
    if rate_limited:
        blocks.append(text("Held back: ", *_rate_limited(rate_limited)))
    if listed:
        rows = tuple(
            (
                (str(delivery.id),),
                (str(delivery.state),),
                (str(delivery.kind),),
                (_place(delivery.place),),
                (delivery.error or "–",),
            )
            for delivery in listed[:SHOWN]
        )
        blocks.append(Table(("No.", "State", "Kind", "Place", "Why"), rows))
    if len(listed) > SHOWN:
        blocks.append(context(f"… and {len(listed) - SHOWN} more; a terminal shows them: handshake post list"))
    if restored:
        blocks.append(text(_restored(restored)))
    if counts.get(DeliveryState.DEAD):
        blocks.append(Buttons((RETRY_ALL, DROP_RESTORED) if restored else (RETRY_ALL,)))
    title = f"The post: {state}" if state else "The post"
    return Card(title, tuple(blocks))


def _rate_limited(held: Sequence[RateLimitBlock]) -> list[Span]:
    spans: list[Span] = []
    for block in held[:SHOWN]:
        spans += ["; " if spans else "", f"{block.key} until ", When(block.until), f" ({block.reason})"]
    return spans


def _restored(count: int) -> str:
    return (
        f"{plural(count, 'delivery', 'deliveries')} waited when the restored backup was made and may have arrived since, "
        "so look into the channels first. To send one: post retry ID. To drop one: post drop ID. "
        "In place of the number, all-restored means all of them."
    )


def _place(place: Place) -> str:
    return place.name or f"{place.platform}:{place.conversation}"


def dropped(count: int) -> Card:
    """The reply after deliveries were dropped."""
    title = f"{plural(count, 'delivery', 'deliveries')} dropped"
    return Card(title, (text("They will not be sent. They stay listed under: post list dropped"),))


def retried(count: int, accounts: int) -> Card:
    """The reply after a retry."""
    return Card(
        f"{plural(count, 'delivery', 'deliveries')} will be tried again",
        (
            *(
                [text(f"{plural(accounts, 'paused account', 'paused accounts')} will be used again.")]
                if accounts
                else []
            ),
            text("What may stand there already is looked for first, where the platform can be asked."),
        ),
    )


_AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
_LINE = JobSummary("subscriptions.digest", "Says what changed in small.", "every day at 09:00 UTC", None, _AT)
_PLACE = Place(1, "slack", "T1", "C1", "#spring-launch")
_DEAD = Delivery(
    7, Notice("n", "card"), _PLACE, DeliveryKind.POST, DeliveryState.DEAD, 1, _AT, error="rejected: is_archived"
)
_RESTORED = replace(_DEAD, error=f"{WAITED_IN_BACKUP}, and may have arrived since")

EXAMPLES = (
    jobs((_LINE, _LINE)),
    job_ran(_LINE),
    deliveries(
        (_DEAD,) * 20, {"dead": 20, "sent": 4100}, (RateLimitBlock("account:slack:T1", _AT, "token_revoked"),), None
    ),
    deliveries((), {}, (), DeliveryState.DEAD),
    deliveries((_RESTORED,), {"dead": 1}, (), DeliveryState.DEAD, 1),
    dropped(2),
    retried(1, 0),
    retried(0, 1),
)
