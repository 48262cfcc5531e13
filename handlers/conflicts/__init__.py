"""Conflicts: an item that is due after the campaign it serves starts or ends. Both owners are told once."""

from __future__ import annotations

from handlers.conflicts import telling
from handlers.feature import Feature

FEATURE = Feature(
    name="conflicts",
    title="Dates that do not go together",
    notices={telling.CONFLICT: telling.worded},
    on_published=telling.on_published,
)
