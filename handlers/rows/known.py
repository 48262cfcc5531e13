"""The names under which people know teams and campaigns."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.rows.nearest import Nearest
from storage.values import Campaign, Directory, Team


def near_team(known: Directory) -> Nearest:
    return _near(known.teams)


def near_campaign(known: Directory) -> Nearest:
    return _near(known.campaigns)


def _near(things: Iterable[Team | Campaign]) -> Nearest:
    """Proposes the key of one of *things* for anything like its key, its name or an alias."""
    listed = tuple(things)
    keys = {thing.key: thing.key for thing in listed}
    names = {thing.name: thing.key for thing in listed}
    aliases = {alias: thing.key for thing in listed for alias in thing.aliases}
    return Nearest(aliases | names | keys)
