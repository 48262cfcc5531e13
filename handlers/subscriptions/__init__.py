"""Subscriptions: which rooms get notices and digests of published revisions, and when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from handlers.feature import Command, Compose, Feature, Job, lazy_module
from handlers.shared.rules.schedule import Every

__all__ = ["FEATURE"]

if TYPE_CHECKING:
    from handlers.subscriptions import hooks as _hooks
    from handlers.subscriptions import jobs as _jobs
    from handlers.subscriptions.commands import hours as _hours
    from handlers.subscriptions.commands import subscribe as _subscribe
else:
    _hooks = lazy_module("handlers.subscriptions.hooks")
    _jobs = lazy_module("handlers.subscriptions.jobs")
    _hours = lazy_module("handlers.subscriptions.commands.hours")
    _subscribe = lazy_module("handlers.subscriptions.commands.subscribe")

SUBSCRIBE_USAGE = "subscribe roadmap [campaign:X] [team:Y] [material|all|digest [weekly]] [--test 14d]"
UNSUBSCRIBE_USAGE = "unsubscribe [number]"
HOURS = ("zone", "quiet", "days")
HOURS_USAGE = "hours [zone=Europe/Berlin] [quiet=19:00-08:00] [days=mon-fri]"


def _composers() -> Mapping[str, Compose]:
    from handlers.subscriptions import notices

    return {
        notices.REVISION: notices.compose_revision,
        notices.SUPERSEDED: notices.compose_superseded,
        notices.DIGEST: notices.compose_digest,
    }


FEATURE = Feature(
    name="subscriptions",
    title="Notices",
    commands=(
        Command(
            words="subscribe",
            run=_subscribe.subscribe,
            usage=SUBSCRIBE_USAGE,
            does="Posts published changes in this room; --test shows what that would have brought, and changes nothing.",
            examples=(
                "subscribe roadmap",
                'subscribe roadmap campaign:"Spring Launch" team:web all',
                "subscribe roadmap team:web --test 14d",
            ),
            writes=True,
            takes=60,
            options=("test",),
            named=("campaign", "team"),
        ),
        Command(
            words="unsubscribe",
            run=_subscribe.unsubscribe,
            usage=UNSUBSCRIBE_USAGE,
            does="Stop what this room follows: one filter by its number, or all of them.",
            examples=("unsubscribe", "unsubscribe 2"),
            writes=True,
            never_suggested=True,
            takes=1,
        ),
        Command(
            words="hours",
            run=_hours.show_or_set_hours,
            usage=HOURS_USAGE,
            does="When this room, or you, are spoken to unprompted: zone, quiet hours, working days.",
            examples=("hours", "hours zone=Europe/Berlin quiet=19:00-08:00 days=mon-fri"),
            writes=True,
            named=HOURS,
            clears=HOURS,
        ),
        Command(
            words="subscriptions",
            run=_subscribe.list_subscriptions,
            does="What this room follows.",
        ),
    ),
    notices=_composers,
    jobs=(
        Job(
            name="subscriptions.digest",
            former_name="notices.digest",
            does="Puts together the daily and weekly digests of rooms whose working day has begun.",
            schedule=Every(15),
            catch_up="last",
            run=_jobs.queue_digests,
        ),
    ),
    on_published=_hooks.on_published,
    export_person=_hooks.export_person,
    forget_person=_hooks.forget_person,
)
