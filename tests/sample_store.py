"""The sample company in a store: built once per test run, at a fixed time, and copied for each test."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.demo.company import sample_company
from bot.demo.hours import first_start
from bot.demo.start import build_store
from bot.settings import Settings

SAMPLE_NOW = datetime(2026, 12, 2, 10, 0, tzinfo=UTC)  # a Wednesday, in the middle of a quarter's last month
STORE = "larkfield.db"


def settings_over(database: Path) -> Settings:
    return Settings(_env_file=None, database_url=f"sqlite:///{database}")


def build_once(factory: pytest.TempPathFactory) -> Path:
    """The store of the sample company. The first process of this test run builds it; the others wait for it."""
    base = factory.getbasetemp()
    folder = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    finished = folder / STORE
    with (folder / f"{STORE}.building").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # ends with this process, however it ends
        if not finished.exists():
            half = factory.mktemp("larkfield") / STORE
            at = first_start(SAMPLE_NOW)
            asyncio.run(build_store(settings_over(half), sample_company(at.date()), at))
            _key_of(half).replace(_key_of(finished))
            half.replace(finished)
    return finished


def copy_sample(store: Path, folder: Path) -> Settings:
    """Copy *store* into *folder*; return the settings of the copy."""
    database = folder / store.name
    shutil.copy(store, database)
    shutil.copy(_key_of(store), _key_of(database))
    return settings_over(database)


def _key_of(database: Path) -> Path:
    return database.with_name(f"{database.name}.key")
