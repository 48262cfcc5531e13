"""One Teams simulator per test process, reset for each test, and Handshake running against it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from itertools import count

import pytest

from tests.fakes.teams_process import TeamsSimulator, simulator_environment
from tests.teams.harness import TeamsHarness, teams_harness

_rooms = count(1)


@pytest.fixture(scope="session")
def shared_simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamsSimulator]:
    with TeamsSimulator(tmp_path_factory.mktemp("teams")) as simulator:
        yield simulator


@pytest.fixture
def simulator(shared_simulator: TeamsSimulator) -> Iterator[TeamsSimulator]:
    shared_simulator.reset()
    shared_simulator.set_members(
        "19:everybody@thread.tacv2", shared_simulator.member("mia"), shared_simulator.member("bo")
    )
    with simulator_environment(shared_simulator):
        yield shared_simulator


@pytest.fixture
def room(simulator: TeamsSimulator) -> str:
    """A channel that no other test uses; its members are mia and bo."""
    channel = f"19:room{next(_rooms)}@thread.tacv2"
    simulator.set_members(channel, simulator.member("mia"), simulator.member("bo"))
    simulator.control(
        "teams", {"19:team@thread.tacv2": {"name": "Launch", "channels": [{"id": channel, "name": "plans"}]}}
    )
    return channel


@pytest.fixture
async def teams(simulator: TeamsSimulator, sqlite_address: str) -> AsyncIterator[TeamsHarness]:
    async with teams_harness(simulator, sqlite_address) as running:
        yield running
