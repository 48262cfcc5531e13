"""One world of Teams for each test process, reset for each test; Handshake in it as it is run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from itertools import count

import pytest

from tests.fakes.teams_world import TeamsWorld, living_in
from tests.teams.office import Office, office

_rooms = count(1)


@pytest.fixture(scope="session")
def whole_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamsWorld]:
    with TeamsWorld(tmp_path_factory.mktemp("teams")) as world:
        yield world


@pytest.fixture
def world(whole_world: TeamsWorld) -> Iterator[TeamsWorld]:
    whole_world.reset()
    whole_world.seats("19:everybody@thread.tacv2", whole_world.member("mia"), whole_world.member("bo"))
    with living_in(whole_world):
        yield whole_world


@pytest.fixture
def room(world: TeamsWorld) -> str:
    """A channel that no other test uses; mia and bo sit in it."""
    channel = f"19:room{next(_rooms)}@thread.tacv2"
    world.seats(channel, world.member("mia"), world.member("bo"))
    world.tell("teams", {"19:team@thread.tacv2": {"name": "Launch", "channels": [{"id": channel, "name": "plans"}]}})
    return channel


@pytest.fixture
async def teams(world: TeamsWorld, sqlite_address: str) -> AsyncIterator[Office]:
    async with office(world, sqlite_address) as running:
        yield running
