"""Every setting, typed and checked once. A wrong one stops the start with its name and what to write instead."""

from __future__ import annotations

from typing import Literal
from zoneinfo import available_timezones

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from handlers.toolbox import Policy


class WrongSettings(Exception):
    """The environment cannot be used as it is. The text names each variable and how to mend it."""


class Settings(BaseSettings):
    """What the environment (or a file `.env`) says. `.env.example` lists the same, with the same words."""

    model_config = SettingsConfigDict(env_prefix="HANDSHAKE_", env_file=".env", extra="ignore", frozen=True)

    database_url: str = Field(
        "sqlite:///var/handshake.db",
        description="Where everything is kept: sqlite:///path, or postgresql://user@host/name (a Unix socket by ?host=).",
    )
    admins: str = Field("", description="E-mails of people who are always admins, separated by commas.")
    timezone: str = Field("UTC", description="The organisation's time zone, such as Europe/Berlin.")
    secret_keys: SecretStr = Field(
        SecretStr(""),
        description="Keys for what only one reader may see, separated by commas; the first encrypts, all decrypt. "
        "With SQLite a key file is made beside the store when this is empty; with PostgreSQL it is required.",
    )
    retention_days: int = Field(400, ge=30, description="How long audit lines and receipts are kept, in days.")
    two_key: Literal["auto", "on", "off"] = Field(
        "auto",
        description="Whether a publisher of each side must sign: auto (as soon as both sides have one), on, off.",
    )
    material_days: int = Field(3, ge=0, description="A due date may move by this many days without being news.")
    log_format: Literal["console", "json"] = Field("console", description="How `handshake run` writes its log.")

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("is not a time zone; write one like Europe/Berlin or UTC")
        return value

    @property
    def policy(self) -> Policy:
        admins = frozenset(each.strip().lower() for each in self.admins.split(",") if each.strip())
        return Policy(admins, self.two_key, self.material_days, self.timezone)

    @property
    def keys(self) -> tuple[str, ...]:
        """The secret keys, newest first."""
        return tuple(each.strip() for each in self.secret_keys.get_secret_value().split(",") if each.strip())


def load(**overrides: object) -> Settings:
    """The settings of this process; *overrides* come from the command line. Raises WrongSettings."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = [f"HANDSHAKE_{str(each['loc'][0]).upper()}: {each['msg']}" for each in error.errors()]
        raise WrongSettings("Correct these settings (see .env.example):\n  " + "\n  ".join(lines)) from None
