"""The fixtures of the Teams simulator."""

from tests.teams.conftest import shared_simulator, simulator

__all__ = ["shared_simulator", "simulator"]
