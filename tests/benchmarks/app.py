"""Handshake with all features and a fixed clock, on the store that is measured."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from bot.app import App, build_app
from bot.settings import load
from handlers.importing.rules.report import FileKind, Importer, ImportOptions, ImportReport
from handlers.importing.workflow.files import import_file
from integrations.ports.clock import FixedClock
from storage.store import Store
from tests.benchmarks import company

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


@asynccontextmanager
async def measured_app(address: str, at: datetime = NOW) -> AsyncIterator[App]:
    """The application on that store, whatever the environment says."""
    settings = load(database_url=address, admins="", two_key="auto", material_days=3, rate_limit=0)
    store = Store(address)
    try:
        yield build_app(settings, store, FixedClock(at))
    finally:
        await store.close()


async def import_csv(app: App, what: FileKind, content: bytes) -> ImportReport:
    """Import a file that has to be without fault."""
    report = await import_file(app.ctx, what, content, ImportOptions(publish=True), Importer())
    if not report.written or report.errors:
        raise RuntimeError(f"{what} could not be imported: {report.errors[:3]}")
    return report


async def import_company(app: App) -> None:
    """Teams, people and campaigns: everything that items refer to."""
    await import_csv(app, "teams", company.teams_csv())
    await import_csv(app, "people", company.people_csv())
    await import_csv(app, "campaigns", company.campaigns_csv())
