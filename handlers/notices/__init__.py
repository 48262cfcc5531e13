"""Notices: which rooms hear of a published revision, and what they read."""

from __future__ import annotations

from handlers.feature import Command, Feature
from handlers.notices import announcing, commands, digest, jobs, keeping_hours, wording

FEATURE = Feature(
    name="notices",
    title="Notices",
    commands=(
        Command(
            words="subscribe",
            run=commands.subscribe,
            usage=commands.SUBSCRIBE,
            does="Let this room hear of published changes; --test says what that would have brought, and changes nothing.",
            examples=(
                "subscribe roadmap",
                'subscribe roadmap campaign:"Spring Launch" team:web all',
                "subscribe roadmap team:web --test 14d",
            ),
            changes=True,
            takes=60,
            options=("test",),
            named=("campaign", "team"),
        ),
        Command(
            words="unsubscribe",
            run=commands.unsubscribe,
            usage=commands.UNSUBSCRIBE,
            does="Stop what this room follows: one filter by its number, or all of them.",
            examples=("unsubscribe", "unsubscribe 2"),
            changes=True,
            takes=1,
        ),
        Command(
            words="hours",
            run=keeping_hours.hours,
            usage=keeping_hours.HOURS,
            does="When this room, or you, are spoken to unprompted: zone, quiet hours, working days.",
            examples=("hours", "hours zone=Europe/Berlin quiet=19:00-08:00 days=mon-fri"),
            changes=True,
            named=("zone", "quiet", "days"),
        ),
        Command(
            words="subscriptions",
            run=commands.subscriptions,
            usage="subscriptions",
            does="What this room follows.",
            examples=("subscriptions",),
        ),
    ),
    notices={
        announcing.REVISION: wording.revision,
        announcing.SUPERSEDED: wording.superseded,
        digest.DIGEST: digest.worded,
    },
    jobs=jobs.JOBS,
    on_published=announcing.on_published,
)
