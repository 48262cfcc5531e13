"""The world of Teams, as its own tests have it."""

from tests.teams.conftest import whole_world, world

__all__ = ["whole_world", "world"]
