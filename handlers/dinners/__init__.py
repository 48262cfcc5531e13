"""The quarterly dinner: one poll, fair seats, everybody meets somebody new."""

from __future__ import annotations

from handlers.dinners import commands, season, telling, wording
from handlers.feature import Feature, Job
from handlers.schedule import Every

FEATURE = Feature(
    name="dinners",
    title="Dinners",
    commands=commands.COMMANDS,
    notices={
        telling.STANDING: wording.stands,
        telling.OFFER: wording.offered,
        telling.REMINDER: wording.reminded,
        telling.MOVED: wording.has_moved,
        telling.STUCK: wording.is_stuck,
        telling.TABLE: wording.meeting,
        telling.NEEDS: wording.needs,
        telling.THANKS: wording.thanked,
        telling.RESULTS: wording.results,
    },
    jobs=(
        Job(
            name="dinners.tick",
            does="Moves every dinner's season on when its day has come, and gives seats on that lapsed.",
            schedule=Every(15),
            catch_up="last",
            run=season.tick,
        ),
    ),
)
