from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.slack.rig import Rig
from tests.slack.rig import rig as opened


@pytest.fixture
async def rig(sqlite_address: str) -> AsyncIterator[Rig]:
    async with opened(sqlite_address) as found:
        yield found
