"""When nudges are due, and how relevant a change is to a person. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from handlers.shared.rules.quiet_hours import WorkingHours
from storage.values.acknowledgements import SentReminder
from storage.values.company import Person
from storage.values.roadmap import Item


@dataclass(frozen=True, slots=True)
class NudgeProgress:
    """What decides about the next nudge to a person who is behind. `last_nudged_at` is about any version."""

    published_at: datetime
    nudged: SentReminder | None
    last_nudged_at: datetime | None


# Working days after the version was published, after the first nudge, after the second one.
WORKING_DAYS_TO_WAIT = (1, 2, 1)


def nudge_due(progress: NudgeProgress, hours: WorkingHours, now: datetime) -> int:
    """The step that is due *now*: 1 or 2 is a nudge to the person, 3 the notice to their manager, 0 nothing.

    Nobody is nudged outside their working hours or twice on one local day.
    """
    step = progress.nudged.step if progress.nudged else 0
    if step >= len(WORKING_DAYS_TO_WAIT) or not hours.is_open(now):
        return 0
    if step < 2 and progress.last_nudged_at and hours.local_day(progress.last_nudged_at) == hours.local_day(now):
        return 0
    since = progress.nudged.at if progress.nudged else progress.published_at
    return step + 1 if hours.working_days_between(since, now) >= WORKING_DAYS_TO_WAIT[step] else 0


def relevance_rank(person: Person, sides: Iterable[Item | None]) -> int:
    """0 when a change is about that person's own item, 1 about the team's, 2 about anything else."""
    items = [item for item in sides if item is not None]
    if any(item.owner == person.id for item in items):
        return 0
    return 1 if person.team and any(item.team == person.team for item in items) else 2
