"""Recognition: what ships is seen, both sides are thanked, and nothing is public before a person said so."""

from __future__ import annotations

from handlers.celebrations import commands, drafting, jobs, kudos, recapping, telling
from handlers.feature import Feature

FEATURE = Feature(
    name="celebrations",
    title="Celebrations and thanks",
    commands=(*commands.COMMANDS, *kudos.COMMANDS, *recapping.COMMANDS),
    notices=telling.NOTICES,
    on_published=drafting.on_published,
    jobs=jobs.JOBS,
)
