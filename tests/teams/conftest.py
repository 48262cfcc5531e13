"""One world of Teams for each test process, reset for each test; Handshake in it as it is run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from itertools import count

import pytest

from tests.fakes.teams_world import TeamsSimulator, simulator_environment
from tests.teams.office import TeamsHarness, teams_harness

_rooms = count(1)


@pytest.fixture(scope="session")
def shared_simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamsSimulator]:
    with TeamsSimulator(tmp_path_factory.mktemp("teams")) as world:
        yield world


@pytest.fixture
def simulator(whole_world: TeamsSimulator) -> Iterator[TeamsSimulator]:
    whole_world.reset()
    whole_world.set_members("19:everybody@thread.tacv2", whole_world.member("mia"), whole_world.member("bo"))
    with simulator_environment(whole_world):
        yield whole_world


@pytest.fixture
def room(world: TeamsSimulator) -> str:
    """A channel that no other test uses; mia and bo sit in it."""
    channel = f"19:room{next(_rooms)}@thread.tacv2"
    world.set_members(channel, world.member("mia"), world.member("bo"))
    world.control("teams", {"19:team@thread.tacv2": {"name": "Launch", "channels": [{"id": channel, "name": "plans"}]}})
    return channel


@pytest.fixture
async def teams(world: TeamsSimulator, sqlite_address: str) -> AsyncIterator[TeamsHarness]:
    async with teams_harness(world, sqlite_address) as running:
        yield running
