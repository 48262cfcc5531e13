"""Create or upgrade the tables of a store with alembic. Imported only when needed, because alembic loads slowly."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import URL


def config(url: URL | None = None) -> Config:
    """The configuration of alembic; *url* as `storage.store.parse_url` returns it."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    settings.attributes["url"] = url
    return settings


def upgrade(url: URL) -> None:
    """Apply every migration that is missing, all in one transaction."""
    command.upgrade(config(url), "head")
