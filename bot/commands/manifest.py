"""`handshake manifest`: the app manifests that an administrator uploads, made from the settings and the commands."""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from bot import output
from bot.commands.runner import load_settings, new_cli
from bot.settings import Settings, WrongSettings
from handlers.catalogue import FEATURES
from handlers.errors import Refusal
from integrations.teams.manifest import MenuCommand, app_package, manifest

cli = new_cli("Write what a platform's administrator needs to install the app.", no_args_is_help=True)

# The commands people use most, in the order of the menu; each is a command of the catalogue.
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


@cli.command("teams")
def teams_command(
    *,
    out: Annotated[Path, typer.Option("--out", metavar="FILE.zip", help="Where to write the package.")] = Path(
        "handshake-teams.zip"
    ),
) -> None:
    """Write the app package for Microsoft Teams: manifest and icons."""
    raise SystemExit(teams(load_settings(), out))


@cli.command("slack")
def slack_command() -> None:
    """Print the app manifest for Slack, as JSON: api.slack.com/apps, Create New App, From a manifest."""
    raise SystemExit(slack(load_settings()))


def menu_offers() -> tuple[MenuCommand, ...]:
    """The menu, with the descriptions that `help` shows."""
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
    """Print the app manifest for Slack; Socket Mode if there is an app-level token or no public address."""
    from integrations.slack.manifest import manifest as slack_manifest

    about = slack_manifest(
        command=settings.command,
        public_url=settings.public_url,
        socket_mode=bool(settings.slack.app_token.get_secret_value()) or not settings.public_url,
        org_wide=any(team.strip().startswith("E") for team in settings.slack.allowed_teams.split(",")),
    )
    sys.stdout.write(json.dumps(about, indent=2, ensure_ascii=False) + "\n")
    return 0


def _is_guid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
