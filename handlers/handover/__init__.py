"""Handing a question to a person: who may know, their answer, and when it counts no more."""

from __future__ import annotations

from handlers.feature import Feature
from handlers.handover import commands, jobs, telling, withdrawing

FEATURE = Feature(
    name="handover",
    title="Asking a person",
    commands=commands.COMMANDS,
    notices=telling.NOTICES,
    on_published=withdrawing.on_published,
    jobs=jobs.JOBS,
)
