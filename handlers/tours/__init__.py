"""Tours of duty: one of Marketing and one of IT, weeks together, matched as well as anybody could."""

from __future__ import annotations

from handlers.feature import Feature
from handlers.tours import jobs, joining, living, planning, telling

FEATURE = Feature(
    name="tours",
    title="Tours of duty",
    commands=(*joining.COMMANDS, *planning.COMMANDS, *living.COMMANDS),
    notices=telling.NOTICES,
    jobs=jobs.JOBS,
)
