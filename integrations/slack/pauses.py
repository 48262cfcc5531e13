"""Uses a paused workspace again as soon as its cause is fixed: the app installed again, the token or a scope accepted."""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from integrations.ports.errors import Rejected, Unavailable
from integrations.ports.state import AccountPauses
from integrations.slack.client import SlackClient
from integrations.slack.config import PLATFORM
from integrations.slack.installations import NOT_INSTALLED, Installation, Installations
from integrations.slack.manifest import SCOPES

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

# Reasons that are gone once `auth.test` accepts the token. https://docs.slack.dev/reference/methods/auth.test#errors
_ABOUT_TOKENS = frozenset(
    {NOT_INSTALLED, "token_revoked", "token_expired", "invalid_auth", "account_inactive", "not_authed"}
)
MISSING_SCOPE = "missing_scope"


class SlackPauses:
    def __init__(self, client: SlackClient, installations: Installations, pauses: AccountPauses) -> None:
        self._client = client
        self._installations = installations
        self._pauses = pauses
        self._has_checked = False

    async def installed(self, installation: Installation) -> None:
        """The app was installed: use every paused workspace again that *installation* serves."""
        try:
            for team in await self._pauses.paused(PLATFORM):
                if await self._installations.is_served_by(installation, team):
                    await self._pauses.resume(PLATFORM, team)
        except Unavailable:
            log.warning("workspace still paused", action="slack.still_paused", team=installation.team)

    async def check(self) -> None:
        """Ask Slack about every paused workspace, and use those again whose cause is gone. Raises Unavailable.

        The first check trusts every token that Slack accepts: before a start, somebody may have fixed anything.
        """
        for team, reason in (await self._pauses.paused(PLATFORM)).items():
            if await self._is_fixed(team, reason):
                await self._pauses.resume(PLATFORM, team)
        self._has_checked = True

    async def _is_fixed(self, team: str, reason: str) -> bool:
        try:
            installation = await self._installations.find(team)
            if installation is None:
                return False
            _, headers = await self._client.call_with_headers(installation.token, "auth.test")
        except (Unavailable, Rejected):
            return False
        if not self._has_checked or reason in _ABOUT_TOKENS:
            return True
        return reason == MISSING_SCOPE and missing_scopes(headers) == ()


def missing_scopes(headers: Mapping[str, str]) -> tuple[str, ...] | None:
    """The scopes of the manifest that Slack's answer does not name as granted; None if it names none at all."""
    granted = next((value for name, value in headers.items() if name.lower() == "x-oauth-scopes"), "")
    names = {name.strip() for name in granted.split(",")}
    return tuple(scope for scope in SCOPES if scope not in names) if granted else None
