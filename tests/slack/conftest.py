"""One company per test process; every test gets a copy of its store."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.store import Store
from tests.slack.harness import SlackHarness, write_company
from tests.slack.harness import slack_harness as opened


@pytest.fixture(scope="session")
def company_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("company") / "handshake.db"
    shutil.copy(sqlite_template, path)

    async def write() -> None:
        store = Store(f"sqlite:///{path}")
        await write_company(store)
        await store.close()

    asyncio.run(write())
    return path


@pytest.fixture
def sqlite_address(company_template: Path, tmp_path: Path) -> str:
    """The URL of a store that contains the company."""
    path = tmp_path / "handshake.db"
    shutil.copy(company_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
async def harness(sqlite_address: str) -> AsyncIterator[SlackHarness]:
    async with opened(sqlite_address) as found:
        yield found
