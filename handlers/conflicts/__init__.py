"""Conflicts: an item is due after the campaign it serves starts or ends. Both owners are notified once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from handlers.feature import Compose, Feature, lazy_module

__all__ = ["FEATURE"]

if TYPE_CHECKING:
    from handlers.conflicts import hooks as _hooks
    from handlers.conflicts import notices as _notices
else:
    _hooks = lazy_module("handlers.conflicts.hooks")
    _notices = lazy_module("handlers.conflicts.notices")


def _composers() -> Mapping[str, Compose]:
    from handlers.conflicts import notices

    return {
        notices.CONFLICT: notices.compose_conflict,
    }


FEATURE = Feature(
    name="conflicts",
    title="Dates that do not go together",
    notices=_composers,
    on_published=_hooks.on_published,
)
