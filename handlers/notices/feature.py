"""What can be said about notices, who words them, and the job that puts digests together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from handlers.feature import Command, Compose, Feature, Job
from handlers.later import later
from handlers.schedule import Every

if TYPE_CHECKING:
    from handlers.notices import announcing, commands, digest, keeping_hours
else:
    announcing = later("handlers.notices.announcing")
    commands = later("handlers.notices.commands")
    digest = later("handlers.notices.digest")
    keeping_hours = later("handlers.notices.keeping_hours")

SUBSCRIBE = "subscribe roadmap [campaign:X] [team:Y] [material|all|digest [weekly]] [--test 14d]"
UNSUBSCRIBE = "unsubscribe [number]"
HOURS = "hours [zone=Europe/Berlin] [quiet=19:00-08:00] [days=mon-fri]"


def _notices() -> Mapping[str, Compose]:
    from handlers.notices import announcing, digest, wording

    return {
        announcing.REVISION: wording.revision,
        announcing.SUPERSEDED: wording.superseded,
        digest.DIGEST: digest.worded,
    }


FEATURE = Feature(
    name="notices",
    title="Notices",
    commands=(
        Command(
            words="subscribe",
            run=commands.subscribe,
            usage=SUBSCRIBE,
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
            usage=UNSUBSCRIBE,
            does="Stop what this room follows: one filter by its number, or all of them.",
            examples=("unsubscribe", "unsubscribe 2"),
            changes=True,
            takes=1,
        ),
        Command(
            words="hours",
            run=keeping_hours.hours,
            usage=HOURS,
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
    notices=_notices,
    jobs=(
        Job(
            name="notices.digest",
            does="Puts together the daily and weekly digests of rooms whose working day has begun.",
            schedule=Every(15),
            catch_up="last",
            run=digest.put_together,
        ),
    ),
    on_published=announcing.on_published,
)
