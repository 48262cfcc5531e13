"""The checks of `handshake doctor` for Slack. Sends read-only requests to Slack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from email.utils import parsedate_to_datetime

from integrations.ports.errors import Paused, Rejected, Unavailable
from integrations.ports.inbound import ConversationRef
from integrations.ports.platform import AdapterContext, CheckResult
from integrations.slack.client import SlackClient
from integrations.slack.config import PLATFORM, SlackConfig
from integrations.slack.installations import Installation, Installations, installation_from
from integrations.slack.manifest import SCOPES
from integrations.slack.pauses import missing_scopes

MAX_SKEW = timedelta(minutes=1)  # requests older than five minutes are refused, by us and by Slack
MAX_NAMED = 5

TOKEN_FIX = "api.slack.com/apps, your app, OAuth & Permissions: Reinstall; then set SLACK_BOT_TOKEN"  # noqa: S105


class SlackHealth:
    def __init__(
        self, config: SlackConfig, context: AdapterContext, client: SlackClient, installations: Installations
    ) -> None:
        self._config = config
        self._context = context
        self._client = client
        self._installations = installations

    async def findings(self) -> Sequence[CheckResult]:
        async with self._client.open():
            return [*await self._workspaces(), await self._inbound()]

    async def _workspaces(self) -> list[CheckResult]:
        if not self._config.is_multi_workspace:
            return await self._workspace(self._config.bot_token, "")
        installations = await self._installations.all()
        if not installations:
            address = f"{self._context.public_url}/slack/install"
            return [CheckResult(PLATFORM, ok=False, detail="no workspace has installed it yet", fix=f"open {address}")]
        return [
            result
            for installation in installations
            for result in await self._workspace(installation.token, installation.name or installation.team)
        ]

    async def _workspace(self, token: str, name: str) -> list[CheckResult]:
        what = f"slack {name}".strip()
        try:
            response, headers = await self._client.call_with_headers(token, "auth.test")
        except Paused as paused:
            fix = f"open {self._context.public_url}/slack/install" if self._config.is_multi_workspace else TOKEN_FIX
            return [CheckResult(what, ok=False, detail=f"the token is not taken: {paused.reason}", fix=fix)]
        except (Unavailable, Rejected):
            return [
                CheckResult(
                    what, ok=False, detail=f"{self._config.api_url} does not answer", fix="correct SLACK_API_URL"
                )
            ]
        installation = installation_from(response, token)
        result = CheckResult(
            what, ok=True, detail=f"in {installation.name} ({installation.team}) at {installation.url}"
        )
        return [result, _scopes(what, headers), self._clock(what, headers), await self._rooms(what, installation)]

    def _clock(self, what: str, headers: Mapping[str, str]) -> CheckResult:
        what = f"{what} clock"
        try:
            slack_time = parsedate_to_datetime(_header(headers, "date"))
        except (ValueError, TypeError):
            return CheckResult(what, ok=None, detail="Slack does not say what time it is")
        skew = abs(self._context.clock.now() - slack_time)
        if skew > MAX_SKEW:
            words = f"{skew.total_seconds():.0f} s apart from Slack's; at 300 s every request is refused"
            return CheckResult(
                what, ok=False, detail=words, fix="set this machine's clock, or switch its time service on"
            )
        return CheckResult(what, ok=True, detail="agrees with Slack's")

    async def _rooms(self, what: str, installation: Installation) -> CheckResult:
        what = f"{what} rooms"
        channels = [
            where
            for where in await self._context.membership.subscribed_conversations(PLATFORM)
            if not where.direct and installation.serves(where.workspace)
        ]
        missing = [where for where in channels if not await self._is_member(installation, where)]
        if not missing:
            return CheckResult(what, ok=True, detail=f"{len(channels)} subscribed, and Handshake sits in each")
        names = ", ".join(where.name or where.id for where in missing[:MAX_NAMED])
        return CheckResult(what, ok=False, detail=f"not in {names}", fix="in each of them type: /invite @Handshake")

    async def _is_member(self, installation: Installation, where: ConversationRef) -> bool:
        try:
            response = await self._client.call(installation.token, "conversations.info", channel=where.id)
        except (Unavailable, Rejected):
            return False
        return bool(response["channel"].get("is_member")) and not response["channel"].get("is_archived")

    async def _inbound(self) -> CheckResult:
        """How Slack reaches the bot: Socket Mode or a public address."""
        what = "slack way in"
        if not self._config.app_token:
            return self._address(what)
        try:
            await self._client.call(self._config.app_token, "apps.connections.open")
        except Paused as paused:
            fix = "Basic Information, App-Level Tokens: make one with connections:write and set SLACK_APP_TOKEN"
            return CheckResult(what, ok=False, detail=f"Socket Mode is refused: {paused.reason}", fix=fix)
        except (Unavailable, Rejected):
            return CheckResult(
                what, ok=False, detail="Socket Mode gives no line", fix="switch Socket Mode on in the app"
            )
        return CheckResult(what, ok=True, detail="Socket Mode; no public address is needed")

    def _address(self, what: str) -> CheckResult:
        url = self._context.public_url
        if not url:
            fix = "set HANDSHAKE_PUBLIC_URL to the https address that leads here, or SLACK_APP_TOKEN for Socket Mode"
            return CheckResult(what, ok=False, detail="Slack cannot reach this process", fix=fix)
        if not url.startswith("https://"):
            return CheckResult(
                what, ok=False, detail=f"{url} is not https, and Slack wants that", fix="HANDSHAKE_PUBLIC_URL"
            )
        return CheckResult(what, ok=True, detail=f"{url}/slack/events, as the app's manifest must say")


def _scopes(what: str, headers: Mapping[str, str]) -> CheckResult:
    what = f"{what} scopes"
    missing = missing_scopes(headers)
    if missing is None:
        return CheckResult(what, ok=None, detail="Slack does not say which were granted")
    if missing:
        fix = "paste the output of `handshake manifest slack` as the app's manifest, then reinstall the app"
        return CheckResult(what, ok=False, detail=f"missing: {', '.join(missing)}", fix=fix)
    return CheckResult(what, ok=True, detail=f"all {len(SCOPES)} granted")


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name), "")
