from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.web.visitor import Visitor, open_visitor


@pytest.fixture
async def visitor(sqlite_address: str) -> AsyncIterator[Visitor]:
    async with open_visitor(sqlite_address) as visitor:
        yield visitor
