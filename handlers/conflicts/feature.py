"""The notice that dates do not go together; nothing can be said here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from handlers.feature import Compose, Feature
from handlers.later import lazy_module

if TYPE_CHECKING:
    from handlers.conflicts import telling as _telling
else:
    _telling = lazy_module("handlers.conflicts.telling")


def _notices() -> Mapping[str, Compose]:
    from handlers.conflicts import telling

    return {
        telling.CONFLICT: telling.compose_conflict,
    }


FEATURE = Feature(
    name="conflicts",
    title="Dates that do not go together",
    notices=_notices,
    on_published=_telling.on_published,
)
