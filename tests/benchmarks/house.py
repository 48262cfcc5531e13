"""Handshake as it runs, on a store that is being measured: every feature, its own dispatcher, a clock that stands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from bot.app import App, compose
from bot.settings import load
from handlers.importing.files import import_file
from handlers.importing.taking import Importer, Options, Report, What
from integrations.ports.clock import FixedClock
from storage.store import Store
from tests.benchmarks import company

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


@asynccontextmanager
async def house(address: str, at: datetime = NOW) -> AsyncIterator[App]:
    """The application on that store, whatever the environment says."""
    settings = load(database_url=address, admins="", two_key="auto", material_days=3)
    store = Store(address)
    try:
        yield compose(settings, store, FixedClock(at))
    finally:
        await store.close()


async def takes(app: App, what: What, content: bytes) -> Report:
    """Import a file that has to be without fault."""
    report = await import_file(app.box, what, content, Options(publish=True), Importer())
    if not report.written or report.errors:
        raise RuntimeError(f"{what} could not be imported: {report.errors[:3]}")
    return report


async def furnish(app: App) -> None:
    """Teams, people and campaigns: everything that items refer to."""
    await takes(app, "teams", company.teams_csv())
    await takes(app, "people", company.people_csv())
    await takes(app, "campaigns", company.campaigns_csv())
