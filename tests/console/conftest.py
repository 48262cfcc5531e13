from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.console.visitor import Visitor, visiting


@pytest.fixture
async def visitor(sqlite_address: str) -> AsyncIterator[Visitor]:
    async with visiting(sqlite_address) as found:
        yield found
