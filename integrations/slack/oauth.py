"""Installing into a workspace: to Slack and back, for workspaces of ours alone. The token is kept sealed.

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

from integrations.ports.errors import Rejected, Unavailable
from integrations.ports.platform import AdapterContext
from integrations.slack.client import SlackClient
from integrations.slack.config import INSTALL_PATH, REDIRECT_PATH, SlackConfig
from integrations.slack.installations import Installation, Installations, installation_from
from integrations.slack.manifest import SCOPES
from integrations.slack.markup import Json

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
COOKIE = "handshake-install"
USED_STATE = "spent-state"
STATE_LIFETIME = timedelta(minutes=10)


class InstallRefused(Exception):
    """That installation is not taken. The text is shown to whoever tried."""


class OAuth:
    """The two pages of installing. A state is good once, for ten minutes, in the browser that it was made for."""

    def __init__(
        self, config: SlackConfig, context: AdapterContext, client: SlackClient, installations: Installations
    ) -> None:
        self._config = config
        self._context = context
        self._client = client
        self._installations = installations

    @property
    def _redirect(self) -> str:
        return f"{self._context.public_url}{REDIRECT_PATH}"

    # ── to Slack ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def install(self, request: Request) -> Response:
        """`GET /slack/install`: to Slack, with a state that only this browser can bring back."""
        await self._forget_used_states()
        state = self._context.cipher.encrypt(json.dumps({"at": self._context.clock.now().isoformat()}))
        asked = {
            "client_id": self._config.client_id,
            "scope": ",".join(SCOPES),
            "redirect_uri": self._redirect,
            "state": state,
        }
        if team := request.query_params.get("team"):
            asked["team"] = team
        # The page belongs to the same Slack as the API: https://docs.slack.dev/govslack
        page = urljoin(self._config.api_url, "/oauth/v2/authorize")
        response = RedirectResponse(f"{page}?{urlencode(asked)}", 302)
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

    # ── and back ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def callback(self, request: Request) -> Response:
        """`GET /slack/oauth_redirect`: what Slack sends the installer back with."""
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
        given = request.query_params
        if error := given.get("error"):
            raise InstallRefused(f"Slack says: {error}.")
        await self._use_state(given.get("state", ""), request.cookies.get(COOKIE, ""))
        said = await self._client.call(
            "",
            "oauth.v2.access",
            client_id=self._config.client_id,
            client_secret=self._config.client_secret,
            code=given.get("code", ""),
            redirect_uri=self._redirect,
        )
        token = str(said["access_token"])
        team, enterprise = _id(said.get("team")), _id(said.get("enterprise"))
        if not self._installations.may_install(team, enterprise):
            await self._revoke(token)
            raise InstallRefused(
                f"The workspace {team or enterprise} is not among those that may install Handshake. "
                "Whoever runs it can add it to SLACK_ALLOWED_TEAMS."
            )
        if said.get("refresh_token"):
            raise InstallRefused("Token rotation is on for this app; Handshake needs it off (see its manifest).")
        known = installation_from(await self._client.call(token, "auth.test"), token)
        found = Installation(
            team=team,
            enterprise=enterprise,
            token=token,
            bot_user=str(said.get("bot_user_id") or known.bot_user),
            bot=known.bot,
            name=known.name,
            url=known.url,
            everywhere=said.get("is_enterprise_install") is True,
        )
        await self._installations.save(found)
        return found

    async def _revoke(self, token: str) -> None:
        """Have a token revoked that we may not keep. Refused it is in any case."""
        try:
            await self._client.call(token, "auth.revoke")
        except (Unavailable, Rejected) as problem:
            log.warning("a token could not be given back", action="slack.not_revoked", kind=type(problem).__name__)

    async def _use_state(self, state: str, cookie: str) -> None:
        """Raises NotAllowed unless *state* was made here, for this browser, lately, and is used for the first time."""
        again = f"Start again at {self._context.public_url}{INSTALL_PATH}"
        if not state or cookie != _state_digest(state):
            raise InstallRefused(f"This was not begun in this browser. {again}")
        try:
            made = datetime.fromisoformat(json.loads(self._context.cipher.decrypt(state))["at"])
        except Exception:  # noqa: BLE001  (a state that was tampered with fails in as many ways as there are keys)
            raise InstallRefused(f"This was not begun here. {again}") from None
        now = self._context.clock.now()
        if now - made > STATE_LIFETIME or await self._context.secret_store.find(USED_STATE, _state_digest(state)):
            raise InstallRefused(f"That took too long, or was done already. {again}")
        await self._context.secret_store.save(USED_STATE, _state_digest(state), now.isoformat())

    async def _forget_used_states(self) -> None:
        oldest = self._context.clock.now() - STATE_LIFETIME
        for digest, at in (await self._context.secret_store.all_of(USED_STATE)).items():
            if datetime.fromisoformat(at) < oldest:
                await self._context.secret_store.delete(USED_STATE, digest)


def _id(found: Json | None) -> str:
    return str((found or {}).get("id") or "")


def _state_digest(state: str) -> str:
    return sha256(state.encode()).hexdigest()


def _result_page(title: str, words: str, status: int) -> HTMLResponse:
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    shown = f"<title>{html.escape(title)}</title><h1>{html.escape(title)}</h1><p>{html.escape(words)}</p>"
    return HTMLResponse(f'<!doctype html><html lang="en">{head}{shown}</html>', status)
