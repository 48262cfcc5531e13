"""Installing the app into allowed workspaces by OAuth. Tokens are stored encrypted.

https://docs.slack.dev/authentication/installing-with-oauth
"""

from __future__ import annotations

import html
import json
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlencode, urljoin

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from integrations.plain.incoming import MAX_ID
from integrations.plain.refusals import RETRY_AFTER_S, RefusalLimit
from integrations.ports.errors import Rejected, Unavailable
from integrations.ports.platform import AdapterContext
from integrations.slack.client import SlackClient
from integrations.slack.config import INSTALL_PATH, REDIRECT_PATH, SlackConfig
from integrations.slack.installations import Installation, Installations, installation_from
from integrations.slack.manifest import SCOPES
from integrations.slack.markup import Json
from integrations.slack.pauses import SlackPauses

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
COOKIE = "handshake-install"
USED_STATE = "spent-state"
STATE_LIFETIME = timedelta(minutes=10)


class InstallRefused(Exception):
    """The installation is not accepted. The text is shown to the installer."""


class OAuth:
    """The two OAuth pages. A state is valid once, for ten minutes, in the browser it was issued to."""

    def __init__(
        self,
        config: SlackConfig,
        context: AdapterContext,
        client: SlackClient,
        installations: Installations,
        pauses: SlackPauses,
    ) -> None:
        self._config = config
        self._context = context
        self._client = client
        self._installations = installations
        self._pauses = pauses
        self._attempts = RefusalLimit("slack install", context.clock)

    @property
    def _redirect(self) -> str:
        return f"{self._context.public_url}{REDIRECT_PATH}"

    async def install(self, request: Request) -> Response:
        """`GET /slack/install`: redirects to Slack with a state that only this browser can return."""
        if self._attempts.is_exceeded(request.client.host if request.client else ""):
            return _too_many()
        await self._forget_used_states()
        state = self._context.cipher.encrypt(json.dumps({"at": self._context.clock.now().isoformat()}))
        query = {
            "client_id": self._config.client_id,
            "scope": ",".join(SCOPES),
            "redirect_uri": self._redirect,
            "state": state,
        }
        if team := request.query_params.get("team"):
            query["team"] = team
        # The page is on the same host as the API: https://docs.slack.dev/govslack
        page = urljoin(self._config.api_url, "/oauth/v2/authorize")
        response = RedirectResponse(f"{page}?{urlencode(query)}", 302)
        response.set_cookie(
            COOKIE,
            _state_digest(state),
            max_age=int(STATE_LIFETIME.total_seconds()),
            path="/slack",
            httponly=True,
            secure=self._context.public_url.startswith("https://"),
            samesite="lax",
        )
        return response

    async def callback(self, request: Request) -> Response:
        """`GET /slack/oauth_redirect`: where Slack sends the installer back to."""
        if self._attempts.is_exceeded(request.client.host if request.client else ""):
            return _too_many()
        try:
            installation = await self._complete(request)
        except InstallRefused as refused:
            log.warning("not installed", action="slack.not_installed", reason=str(refused))
            return _result_page("Not installed", str(refused), 403)
        except (Unavailable, Rejected) as problem:
            log.warning("not installed", action="slack.not_installed", kind=type(problem).__name__)
            return _result_page("Not installed", "Slack did not confirm it. Start again.", 503)
        log.info("installed", action="slack.installed", team=installation.team, enterprise=installation.enterprise)
        where = installation.name or "your organisation"
        response = _result_page("Installed", f"Handshake is in {where}. Go there and type {self._config.command}", 200)
        response.delete_cookie(COOKIE, path="/slack")
        return response

    async def _complete(self, request: Request) -> Installation:
        query = request.query_params
        if error := query.get("error"):
            raise InstallRefused(f"Slack says: {error[:MAX_ID]}.")
        await self._use_state(query.get("state", ""), request.cookies.get(COOKIE, ""))
        grant = await self._client.call(
            "",
            "oauth.v2.access",
            client_id=self._config.client_id,
            client_secret=self._config.client_secret,
            code=query.get("code", ""),
            redirect_uri=self._redirect,
        )
        token = str(grant["access_token"])
        team, enterprise = _id(grant.get("team")), _id(grant.get("enterprise"))
        if not self._installations.may_install(team, enterprise):
            await self._revoke(token)
            raise InstallRefused(
                f"The workspace {team or enterprise} is not among those that may install Handshake. "
                "Whoever runs it can add it to SLACK_ALLOWED_TEAMS."
            )
        if grant.get("refresh_token"):
            raise InstallRefused("Token rotation is on for this app; Handshake needs it off (see its manifest).")
        own = installation_from(await self._client.call(token, "auth.test"), token)
        installation = Installation(
            team=team,
            enterprise=enterprise,
            token=token,
            bot_user=str(grant.get("bot_user_id") or own.bot_user),
            bot=own.bot,
            name=own.name,
            url=own.url,
            everywhere=grant.get("is_enterprise_install") is True,
        )
        await self._installations.save(installation)
        await self._pauses.installed(installation)
        return installation

    async def _revoke(self, token: str) -> None:
        """Revoke a token that is not accepted. A failure is only logged."""
        try:
            await self._client.call(token, "auth.revoke")
        except (Unavailable, Rejected) as problem:
            log.warning("token not revoked", action="slack.not_revoked", kind=type(problem).__name__)

    async def _use_state(self, state: str, cookie: str) -> None:
        """Raises InstallRefused unless *state* was issued here, for this browser, recently, and is unused."""
        again = f"Start again at {self._context.public_url}{INSTALL_PATH}"
        if not state or cookie != _state_digest(state):
            raise InstallRefused(f"This was not begun in this browser. {again}")
        try:
            issued_at = datetime.fromisoformat(json.loads(self._context.cipher.decrypt(state))["at"])
        except Exception:  # noqa: BLE001  (a tampered state fails in many ways)
            raise InstallRefused(f"This was not begun here. {again}") from None
        now = self._context.clock.now()
        if now - issued_at > STATE_LIFETIME or await self._context.secret_store.find(USED_STATE, _state_digest(state)):
            raise InstallRefused(f"That took too long, or was done already. {again}")
        await self._context.secret_store.save(USED_STATE, _state_digest(state), now.isoformat())

    async def _forget_used_states(self) -> None:
        oldest = self._context.clock.now() - STATE_LIFETIME
        for digest, at in (await self._context.secret_store.all_of(USED_STATE)).items():
            if datetime.fromisoformat(at) < oldest:
                await self._context.secret_store.delete(USED_STATE, digest)


def _too_many() -> Response:
    """Each attempt reads the store and may call Slack, and anybody can make one."""
    response = _result_page("Too many attempts", "Wait a minute, then start again.", 429)
    response.headers["retry-after"] = str(RETRY_AFTER_S)
    return response


def _id(team: Json | None) -> str:
    return str((team or {}).get("id") or "")


def _state_digest(state: str) -> str:
    return sha256(state.encode()).hexdigest()


def _result_page(title: str, words: str, status: int) -> HTMLResponse:
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    shown = f"<title>{html.escape(title)}</title><h1>{html.escape(title)}</h1><p>{html.escape(words)}</p>"
    return HTMLResponse(f'<!doctype html><html lang="en">{head}{shown}</html>', status)
