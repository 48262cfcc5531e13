"""Following an item: a private word whenever a revision changes it."""

from __future__ import annotations

from handlers.feature import Feature
from handlers.following import commands, telling

FEATURE = Feature(
    name="following",
    title="Following an item",
    commands=commands.COMMANDS,
    notices={telling.MOVED: telling.worded},
    on_published=telling.on_published,
)
