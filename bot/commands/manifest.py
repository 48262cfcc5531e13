"""`handshake manifest …`: what an administrator pastes or uploads, made from the settings and from what can be said."""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from pathlib import Path
from uuid import UUID

from bot import output
from bot.settings import Settings, WrongSettings
from handlers.catalogue import FEATURES
from handlers.errors import Refusal
from integrations.teams.manifest import MenuCommand, app_package, manifest

# What people do most, in the order in which they look for it; each is a command of the catalogue.
MENU = (
    "help",
    "catchup",
    "roadmap",
    "current",
    "coverage",
    "ask",
    "me items",
    "changes",
    "subscribe",
    "subscriptions",
)


def menu_offers() -> tuple[MenuCommand, ...]:
    """The menu, with the words that `help` uses."""
    does = {command.words: command.does for feature in FEATURES for command in feature.commands}
    return tuple(MenuCommand(words, does[words]) for words in MENU)


def teams(settings: Settings, out: Path) -> int:
    """Write the app package for Teams to *out*. Raises WrongSettings and Refusal."""
    missing = [
        (not _is_guid(settings.teams.app_id), "TEAMS_APP_ID: the Microsoft App ID of the Azure Bot, Configuration"),
        (
            not settings.public_url.startswith("https://"),
            "HANDSHAKE_PUBLIC_URL: the https address at which Teams reaches this process",
        ),
    ]
    if any(lacks for lacks, _ in missing):
        words = "\n  ".join(line for lacks, line in missing if lacks)
        raise WrongSettings(f"The package needs these settings (see .env.example):\n  {words}")
    about = manifest(settings.teams.app_id, settings.public_url, version("handshake"), menu_offers())
    try:
        out.write_bytes(app_package(about))
    except OSError as error:
        raise Refusal(f"{out} cannot be written: {error.strerror}.") from None
    output.write_text(
        f"Wrote {out}.\n"
        "Next: Teams admin center, Teams apps, Manage apps, Upload new app. "
        f"The messaging endpoint of the Azure Bot is {settings.public_url}/api/messages"
    )
    return 0


def slack(settings: Settings) -> int:
    """Print the app manifest for Slack. Without a public address, and with an app-level token, it is Socket Mode."""
    from integrations.slack.manifest import manifest as slack_manifest

    about = slack_manifest(
        command=settings.command,
        public_url=settings.public_url,
        socket_mode=bool(settings.slack.app_token.get_secret_value()) or not settings.public_url,
        org_wide=any(each.strip().startswith("E") for each in settings.slack.allowed_teams.split(",")),
    )
    sys.stdout.write(json.dumps(about, indent=2, ensure_ascii=False) + "\n")
    return 0


def _is_guid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
