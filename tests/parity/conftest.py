"""The world of Teams, as its own tests have it."""

from tests.teams.conftest import shared_simulator, simulator

__all__ = ["shared_simulator", "simulator"]
