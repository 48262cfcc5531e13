"""The names under which people know teams and campaigns."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.rows.nearest import Suggester
from storage.values.company import Campaign, Directory, Team


def team_suggester(known: Directory) -> Suggester:
    return _key_suggester(known.teams)


def campaign_suggester(known: Directory) -> Suggester:
    return _key_suggester(known.campaigns)


def _key_suggester(things: Iterable[Team | Campaign]) -> Suggester:
    """Proposes the key of one of *things* for anything like its key, its name or an alias."""
    listed = tuple(things)
    keys = {thing.key: thing.key for thing in listed}
    names = {thing.name: thing.key for thing in listed}
    aliases = {alias: thing.key for thing in listed for alias in thing.aliases}
    return Suggester(aliases | names | keys)
