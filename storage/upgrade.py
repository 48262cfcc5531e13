"""TODO: say what this module is for."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import URL


def config(url: URL | None = None) -> Config:
    """Alembic's settings for our chain; *url* as `storage.store.parse_url` gives it."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent))
    settings.attributes["url"] = url
    return settings


def upgrade(url: URL) -> None:
    """Carry out the steps that are missing, all in one transaction."""
    command.upgrade(config(url), "head")
