"""All settings, validated once at the start. An error names the variable and what to write instead."""

from __future__ import annotations

import re
from typing import Literal
from zoneinfo import available_timezones

from pydantic import Field, PrivateAttr, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from handlers.context import Policy
from handlers.shared.rules.quiet_hours import parse_holiday_country, parse_quiet_hours, parse_working_days


class WrongSettings(Exception):
    """The environment cannot be used as it is. The text names each variable and how to fix it."""


class SlackSettings(BaseSettings):
    """Slack; off when nothing is set. One workspace needs a token, several need OAuth."""

    model_config = SettingsConfigDict(env_prefix="SLACK_", env_file=".env", extra="ignore", frozen=True)

    bot_token: SecretStr = Field(SecretStr(""), description="The bot token (xoxb-…) of the one workspace it runs in.")
    signing_secret: SecretStr = Field(
        SecretStr(""), description="Proves that a request comes from Slack: Basic Information of the app."
    )
    app_token: SecretStr = Field(
        SecretStr(""), description="An app-level token (xapp-…): Socket Mode, which needs no public address."
    )
    client_id: str = Field("", description="With the secret: several workspaces, each installing it by OAuth.")
    client_secret: SecretStr = Field(SecretStr(""), description="Goes with the client id.")
    allowed_teams: str = Field(
        "", description="Workspace or enterprise ids that may install it, separated by commas. Required with OAuth."
    )
    api_url: str = Field("https://slack.com/api/", description="GovSlack and simulators differ.")

    @property
    def missing(self) -> tuple[str, ...]:
        """The variables still to be set, each with where to find its value; empty when Slack is off or complete."""
        oauth = bool(self.client_id or self.client_secret.get_secret_value())
        any_set = oauth or any(
            secret.get_secret_value() for secret in (self.bot_token, self.signing_secret, self.app_token)
        )
        if not any_set:
            return ()
        requirements = [
            (not oauth and not _set(self.bot_token), "SLACK_BOT_TOKEN: install the app, then OAuth & Permissions"),
            (
                not _set(self.signing_secret) and (oauth or not _set(self.app_token)),
                "SLACK_SIGNING_SECRET: Basic Information of the app (or SLACK_APP_TOKEN for Socket Mode)",
            ),
            (oauth and not self.client_id, "SLACK_CLIENT_ID: Basic Information of the app"),
            (oauth and not _set(self.client_secret), "SLACK_CLIENT_SECRET: Basic Information of the app"),
            (oauth and not self.allowed_teams.strip(), "SLACK_ALLOWED_TEAMS: the ids of your own workspaces (T…, E…)"),
        ]
        return tuple(words for lacks, words in requirements if lacks)

    @property
    def is_on(self) -> bool:
        return bool(_set(self.bot_token) or self.client_id)


class TeamsSettings(BaseSettings):
    """Teams; off when nothing is set."""

    model_config = SettingsConfigDict(env_prefix="TEAMS_", env_file=".env", extra="ignore", frozen=True)

    app_id: str = Field("", description="The Microsoft App ID of the Azure Bot resource (single tenant).")
    app_password: SecretStr = Field(SecretStr(""), description="A client secret of that app registration.")
    tenant_id: str = Field("", description="The one tenant it serves; requests from any other are refused.")
    openid_metadata_url: str = Field(
        "https://login.botframework.com/v1/.well-known/openidconfiguration",
        description="Where the channel's signing keys are announced; sovereign clouds and simulators differ.",
    )
    authority_url: str = Field(
        "https://login.microsoftonline.com", description="Where tokens are got, without the tenant."
    )
    service_hosts: str = Field(
        "", description="More hosts that a message may come from, separated by commas; Microsoft's are known."
    )
    allow_anonymous: bool = Field(
        default=False, description="1 lets a local test client talk without a token. Never with a public address."
    )

    @field_validator("allow_anonymous", mode="before")
    @classmethod
    def _empty_is_no(cls, value: object) -> object:
        return value or False

    @property
    def missing(self) -> tuple[str, ...]:
        """The variables still to be set, each with where to find its value; empty when Teams is off or complete."""
        if not (self.app_id or _set(self.app_password) or self.tenant_id) or self.allow_anonymous:
            return ()
        requirements = [
            (not self.app_id, "TEAMS_APP_ID: the Azure Bot resource, Configuration"),
            (not _set(self.app_password), "TEAMS_APP_PASSWORD: Manage Password beside the App ID, New client secret"),
            (not self.tenant_id, "TEAMS_TENANT_ID: the App Tenant ID on the same page"),
        ]
        return tuple(words for lacks, words in requirements if lacks)

    @property
    def is_on(self) -> bool:
        return bool(self.app_id) or self.allow_anonymous


class ModelSettings(BaseSettings):
    """A language model for questions, on any server with OpenAI's API; off when no model is set."""

    model_config = SettingsConfigDict(env_prefix="OPENAI_", env_file=".env", extra="ignore", frozen=True)

    api_key: SecretStr = Field(SecretStr(""), description="Its key; any word for a server that asks for none.")
    base_url: str = Field("", description="Another server: Azure (…/openai/v1/), a gateway, one of your own.")
    model: str = Field("", description="Which model. Empty is off: nothing ever leaves then.")
    api: Literal["responses", "chat"] = Field("responses", description="chat for servers without the newer interface.")
    reasoning_effort: Literal["", "none", "minimal", "low", "medium", "high"] = Field(
        "", description="How long a reasoning model may think; empty for its default and for other models."
    )
    max_tokens: int = Field(1500, ge=100, le=100_000, description="How many tokens one answer of the model may have.")
    price_input: float = Field(0.0, ge=0, description="What a million tokens read cost, so that costs can be shown.")
    price_output: float = Field(0.0, ge=0, description="What a million tokens written cost.")

    @property
    def missing(self) -> tuple[str, ...]:
        if self.model and not _set(self.api_key):
            return ("OPENAI_API_KEY: the key of that model's server (any word where it asks for none)",)
        return ()

    @property
    def is_on(self) -> bool:
        return bool(self.model) and _set(self.api_key)


def _set(secret: SecretStr) -> bool:
    return bool(secret.get_secret_value())


class Settings(BaseSettings):
    """Settings from the environment or a file `.env`; `.env.example` has the same descriptions."""

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
    retention_days: int = Field(
        400, ge=30, description="How long audit lines, receipts, questions, thanks and debriefs are kept, in days."
    )
    two_key: Literal["auto", "on", "off"] = Field(
        "auto",
        description="Whether a publisher of the other side must approve: auto (as soon as both sides have one), on, off.",
    )
    material_days: int = Field(3, ge=0, description="A due date may move by this many days without being news.")
    quiet_hours: str = Field(
        "19:00-08:00",
        description="When nobody is spoken to unprompted, in the zone of the room or person; empty for never.",
    )
    working_days: str = Field(
        "mon-fri", description="The days on which people are spoken to unprompted; empty for all."
    )
    holidays: str = Field("", description="A country or region whose holidays are kept free, such as DE or DE-BE.")
    settling_minutes: int = Field(
        10, ge=0, le=1440, description="A tracker's changes are published once nothing more came for so many minutes."
    )
    values: str = Field(
        "", description="What thanks may be for, in your own words, separated by commas: care, courage."
    )
    log_format: Literal["console", "json"] = Field("console", description="How `handshake run` writes its log.")
    public_url: str = Field("", description="Where the internet reaches this process: https://handshake.example.com.")
    command: str = Field("/handshake", description="The slash command in Slack.")
    host: str = Field("127.0.0.1", description="The address `handshake run` listens at; 0.0.0.0 for all.")
    metrics_open: bool = Field(
        default=False, description="1 shows /metrics to whoever can reach the port, not to this machine alone."
    )
    port: int = Field(3978, ge=0, le=65535, description="The port `handshake run` listens at.")
    rate_limit: int = Field(
        60, ge=0, description="Commands a minute for one person, and five times that for one room; 0 for no limit."
    )

    _slack: SlackSettings = PrivateAttr(default_factory=SlackSettings)
    _teams: TeamsSettings = PrivateAttr(default_factory=TeamsSettings)
    _model: ModelSettings = PrivateAttr(default_factory=ModelSettings)

    @property
    def slack(self) -> SlackSettings:
        return self._slack

    @property
    def teams(self) -> TeamsSettings:
        return self._teams

    @property
    def model(self) -> ModelSettings:
        return self._model

    @field_validator("metrics_open", mode="before")
    @classmethod
    def _empty_is_closed(cls, value: object) -> object:
        return value or False

    @field_validator("public_url")
    @classmethod
    def _an_address(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://")):
            raise ValueError("write it with https:// in front")
        return value.rstrip("/")

    @field_validator("command")
    @classmethod
    def _a_command(cls, value: str) -> str:
        if not re.fullmatch(r"/[a-z0-9_-]{1,31}", value):
            raise ValueError("a slash and up to 31 small letters, digits, - or _, such as /handshake")
        return value

    @field_validator("quiet_hours")
    @classmethod
    def _readable_quiet_hours(cls, value: str) -> str:
        parse_quiet_hours(value)
        return value

    @field_validator("working_days")
    @classmethod
    def _readable_days(cls, value: str) -> str:
        parse_working_days(value)
        return value

    @field_validator("holidays")
    @classmethod
    def _known_holidays(cls, value: str) -> str:
        return parse_holiday_country(value)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        # Listing all time zones takes longer than the rest of the validation.
        if value != "UTC" and value not in available_timezones():
            raise ValueError("is not a time zone; write one like Europe/Berlin or UTC")
        return value

    @property
    def policy(self) -> Policy:
        admins = frozenset(email.strip().lower() for email in self.admins.split(",") if email.strip())
        served = {name for name, adapter in (("slack", self.slack), ("teams", self.teams)) if adapter.is_on}
        return Policy(
            admins=admins,
            two_key=self.two_key,
            material_days=self.material_days,
            timezone=self.timezone,
            retention_days=self.retention_days,
            quiet_hours=self.quiet_hours,
            working_days=self.working_days,
            holidays=self.holidays,
            settling_minutes=self.settling_minutes,
            platforms=frozenset({"console", *served}),
            values=tuple(value.strip() for value in self.values.split(",") if value.strip()),
            public_url=self.public_url,
            price_in=self.model.price_input,
            price_out=self.model.price_output,
        )

    @property
    def keys(self) -> tuple[str, ...]:
        """The secret keys, newest first."""
        return tuple(key.strip() for key in self.secret_keys.get_secret_value().split(",") if key.strip())


def load(**overrides: object) -> Settings:
    """The settings of this process; *overrides* come from the command line. Raises WrongSettings."""
    try:
        settings = Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = [f"{_variable(str(problem['loc'][0]))}: {problem['msg']}" for problem in error.errors()]
        raise WrongSettings("Correct these settings (see .env.example):\n  " + "\n  ".join(lines)) from None
    return settings


def _variable(field: str) -> str:
    """The environment variable of *field*; pydantic's errors do not say which settings class it belongs to."""
    owner = next(kind for kind in (Settings, SlackSettings, TeamsSettings, ModelSettings) if field in kind.model_fields)
    return f"{owner.model_config['env_prefix']}{field}".upper()


def check_platforms(settings: Settings) -> None:
    """Raises WrongSettings when a platform is partly configured, or open to anyone by accident."""
    missing = [*settings.slack.missing, *settings.teams.missing, *settings.model.missing]
    if missing:
        raise WrongSettings("These settings are missing (see .env.example):\n  " + "\n  ".join(missing))
    if settings.teams.allow_anonymous and settings.public_url.startswith("https://"):
        raise WrongSettings(
            "TEAMS_ALLOW_ANONYMOUS lets anybody talk as anybody, and HANDSHAKE_PUBLIC_URL says the internet gets here. "
            "Take one of them out."
        )
    oauth = settings.slack.client_id and not settings.public_url
    if oauth:
        raise WrongSettings("Installing by OAuth needs HANDSHAKE_PUBLIC_URL: Slack sends the installer back there.")
