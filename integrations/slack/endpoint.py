"""Receives everything Slack sends, checks it, and passes it to a listener.

HTTP request ──signature──> Bolt ──workspace, repeats──> authorize ──> one listener for each kind
                             ^
Socket Mode ─────────────────┘  (the connection is authenticated, so requests are not signed)
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import Clock as SdkClock
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import Response

from integrations.plain.incoming import MAX_ID
from integrations.plain.refusals import RETRY_AFTER_S, RefusalLimit
from integrations.ports.cards import Card, text
from integrations.ports.clock import Clock
from integrations.ports.errors import Unavailable
from integrations.slack.config import SlackConfig
from integrations.slack.installations import Installations
from integrations.slack.listeners import TRY_LATER, SlackListeners
from integrations.slack.markup import Json
from integrations.slack.membership import UNINSTALL_EVENTS, MembershipEvents
from integrations.slack.payloads import PayloadKind, SlackRequest, kind_of, parse_body
from integrations.slack.responses import NO_RETRY, OK, TRY_AGAIN, SlackResponse, ephemeral

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

# Slack repeats an event after one minute and after five; the inbox recognises older ones.
REPEAT_WINDOW = timedelta(minutes=10)
MAX_AGE_S = 300
ANY = re.compile("")
TIMESTAMP = re.compile("[0-9]{1,12}")
SIGNATURE = re.compile("v0=[0-9a-f]{64}")
MALFORMED = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)
BAD_REQUEST = SlackResponse("not understood", 400, NO_RETRY)
FORBIDDEN = SlackResponse("refused", 403, NO_RETRY)
NOT_INSTALLED = Card(
    "Not for this workspace",
    (text("Handshake is not installed in this workspace, or was taken out of it. Ask whoever runs it."),),
)


class SlackEndpoint:
    """The endpoint for HTTP and Socket Mode, both dispatched by Bolt."""

    def __init__(
        self,
        config: SlackConfig,
        clock: Clock,
        installations: Installations,
        listeners: SlackListeners,
        membership_events: MembershipEvents,
    ) -> None:
        self._config = config
        self._clock = clock
        self._installations = installations
        self._listeners = listeners
        self._membership_events = membership_events
        self._verifier = (
            SignatureVerifier(config.signing_secret, _ClockForSdk(clock)) if config.signing_secret else None
        )
        self._refusals = RefusalLimit("slack", clock)
        self._repeats: dict[str, datetime] = {}
        self._in_progress: set[str] = set()
        self.app = self._bolt()

    def _bolt(self) -> AsyncApp:
        """Bolt, set to wait for its listeners: otherwise every request takes 10 ms longer and a stop loses work.

        https://github.com/slackapi/bolt-python/issues/1176
        """
        app = AsyncApp(
            name="handshake",
            # Bolt's own log lines contain message text and request signatures.
            logger=_silent_logger(),
            client=AsyncWebClient(base_url=self._config.api_url),
            process_before_response=True,
            request_verification_enabled=False,  # done in `receive`, before anything is parsed
            signing_secret=self._config.signing_secret or "unused",
            authorize=_Authorized(),
            before_authorize=self._check_workspace,
        )
        app.error(_on_error)
        app.command(ANY)(self._bolt_listener(self._listeners.command))
        app.action({"type": "block_actions", "action_id": ANY})(self._bolt_listener(self._listeners.action))
        app.view(ANY)(self._bolt_listener(self._listeners.submission))
        app.shortcut(ANY)(self._bolt_listener(self._listeners.shortcut))
        app.event(ANY)(self._bolt_listener(self._event))
        return app

    async def receive(self, request: Request) -> Response:
        """`POST /slack/events`: events, slash commands and interactivity alike."""
        timestamp = request.headers.get("x-slack-request-timestamp", "")
        signature = request.headers.get("x-slack-signature", "")
        if reason := self._header_problem(timestamp, signature):  # before anything is read of a stranger's body
            return self._refused(request, reason)
        body = await request.body()
        if not self._is_genuine(body, timestamp, signature):
            return self._refused(request, "signature")
        if self._is_repeat(signature):
            log.info("repeated request ignored", action="slack.replayed")
            return Response(status_code=200)
        answer = await self.dispatch(parse_body(body, request.headers.get("content-type", "")))
        if answer.status >= 500:
            self._repeats.pop(signature, None)
        return to_starlette_response(answer)

    def _header_problem(self, timestamp: str, signature: str) -> str:
        """Why such headers are not Slack's, or "". https://docs.slack.dev/authentication/verifying-requests-from-slack"""
        if not TIMESTAMP.fullmatch(timestamp):
            return "no timestamp"
        if abs(self._clock.now().timestamp() - int(timestamp)) > MAX_AGE_S:
            return "expired"
        return "" if SIGNATURE.fullmatch(signature) else "signature"

    def _is_genuine(self, body: bytes, timestamp: str, signature: str) -> bool:
        try:
            return self._verifier is not None and self._verifier.is_valid(body, timestamp, signature)
        except ValueError:  # the body is not UTF-8
            return False

    def _refused(self, request: Request, reason: str) -> Response:
        if self._refusals.is_exceeded(request.client.host if request.client else ""):
            return Response("refused", 429, {"retry-after": str(RETRY_AFTER_S)})
        log.warning("request refused", action="slack.refused", reason=reason)
        return Response("refused", 401)

    async def dispatch(self, body: object) -> BoltResponse:
        """Bolt's response to the payload *body*, from HTTP or Socket Mode."""
        kind = kind_of(body)
        if kind is PayloadKind.MALFORMED or not isinstance(body, dict):
            return _bad_request()
        if kind is PayloadKind.OTHER:
            return _ignored(body)
        try:
            request = AsyncBoltRequest(mode="socket_mode", body=body)  # the mode in which Bolt does not parse
        except MALFORMED:
            return _bad_request()
        event_id = str(body.get("event_id") or "")
        if event_id in self._in_progress:
            return _as_bolt(TRY_AGAIN)  # the first copy may still fail, so let Slack send it again
        self._in_progress |= {event_id} - {""}
        try:
            response = await self.app.async_dispatch(request)
        except MALFORMED:  # not one of ours: each listener catches its own
            return _bad_request()
        finally:
            self._in_progress.discard(event_id)
        return _ignored(body) if response.status == 404 else response

    async def _check_workspace(
        self, body: Json, context: AsyncBoltContext, next_: Callable[[], Awaitable[None]]
    ) -> BoltResponse | None:
        """Refuse requests of other workspaces and repeated events."""
        if body.get("type") in ("url_verification", "ssl_check"):
            await next_()
            return None
        team, enterprise = _text(context.team_id), _text(context.enterprise_id)
        event = body.get("event") or {}
        try:
            if event.get("type") in UNINSTALL_EVENTS:
                return _as_bolt(await self._membership_events.uninstalled(team, enterprise, event))
            installation = await self._installations.find(team, enterprise) if team or enterprise else None
            if installation and installation.everywhere:
                await self._installations.remember_enterprise(team, enterprise)
        except Unavailable as problem:
            later = _try_again(problem)
            return _as_bolt(ephemeral(TRY_LATER, self._config.command) if "command" in body else later)
        if installation is None:
            log.warning("request refused", action="slack.refused", reason="workspace", team=team)
            return _as_bolt(ephemeral(NOT_INSTALLED, self._config.command) if "command" in body else FORBIDDEN)
        if (event_id := body.get("event_id")) and self._is_repeat(str(event_id)):
            return _as_bolt(OK)
        context["slack_request"] = SlackRequest(body, team or installation.team, installation)
        await next_()
        return None

    def _bolt_listener(
        self, answer: Callable[[SlackRequest], Awaitable[SlackResponse]]
    ) -> Callable[..., Awaitable[BoltResponse]]:
        """*answer* as a Bolt listener. The outermost boundary: it catches every exception."""

        async def listen(context: AsyncBoltContext) -> BoltResponse:
            slack_request: SlackRequest = context["slack_request"]
            try:
                return _as_bolt(await answer(slack_request))
            except Unavailable as problem:
                self._forget(slack_request)
                return _as_bolt(_try_again(problem))
            except MALFORMED:
                log.exception("request not understood", action="slack.not_understood")
                return _as_bolt(BAD_REQUEST)
            except Exception:
                log.exception("request failed", action="slack.failed")
                self._forget(slack_request)
                return _as_bolt(TRY_AGAIN)

        return listen

    async def _event(self, slack_request: SlackRequest) -> SlackResponse:
        event = slack_request.body["event"]
        match event.get("type"):
            case "app_mention" | "message":
                return await self._listeners.message(slack_request) if _is_for_us(event) else OK
            case "app_home_opened":
                return await self._listeners.home(slack_request)
            case _:
                return await self._membership_events.handle(slack_request)

    def _is_repeat(self, what: str) -> bool:
        """True if *what* was seen within `REPEAT_WINDOW`. Entries are in order, so expired ones are at the front."""
        now = self._clock.now()
        while self._repeats and next(iter(self._repeats.values())) <= now:
            del self._repeats[next(iter(self._repeats))]
        if what in self._repeats:
            return True
        self._repeats[what] = now + REPEAT_WINDOW
        return False

    def _forget(self, slack_request: SlackRequest) -> None:
        """Accept a repeat of this event, because it was not handled."""
        self._repeats.pop(str(slack_request.body.get("event_id", "")), None)


class _Authorized(AsyncAuthorize):
    """Uses the installation that `_check_workspace` found; Bolt's own would call Slack for every request."""

    def __init__(self) -> None:
        """Needed because the base class's `__init__` has no types."""

    async def __call__(self, *, context: AsyncBoltContext, **_: str | None) -> AuthorizeResult:
        installation = context["slack_request"].installation
        return AuthorizeResult(
            enterprise_id=installation.enterprise or None,
            team_id=installation.team,
            bot_user_id=installation.bot_user,
            bot_id=installation.bot,
            bot_token=installation.token,
        )


class _ClockForSdk(SdkClock):
    """Our clock with the SDK's interface."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock.now().timestamp()


def _is_for_us(event: Json) -> bool:
    """True for a person's message in a direct conversation, or a mention elsewhere. Edits and bots are ignored.

    https://docs.slack.dev/reference/events/message#subtypes
    """
    plain = event.get("subtype") in (None, "file_share", "thread_broadcast") and not event.get("hidden")
    by_person = bool(event.get("user")) and not event.get("bot_id")
    direct = event.get("channel_type") == "im"
    return plain and by_person and (direct if event.get("type") == "message" else not direct)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _ignored(body: Json) -> BoltResponse:
    log.info("request ignored: no listener", action="slack.ignored", type=str(body.get("type"))[:MAX_ID])
    return _as_bolt(OK)


def _bad_request() -> BoltResponse:
    log.warning("request refused", action="slack.refused", reason="garbage")
    return _as_bolt(BAD_REQUEST)


def _try_again(problem: Unavailable) -> SlackResponse:
    log.warning("service unavailable", action="slack.not_now", reason=str(problem))
    return TRY_AGAIN


async def _on_error(error: Exception) -> BoltResponse:
    """An error in Bolt itself, before a listener ran: it reads fields of a payload without asking for their types."""
    if isinstance(error, MALFORMED):
        return _bad_request()
    log.error("request failed", action="slack.failed", exc_info=error)
    return _as_bolt(TRY_AGAIN)


def _as_bolt(answer: SlackResponse) -> BoltResponse:
    return BoltResponse(status=answer.status, body=answer.body, headers={k: [v] for k, v in answer.headers.items()})


def _silent_logger() -> logging.Logger:
    logger = logging.getLogger("slack_bolt.handshake")
    logger.setLevel(logging.CRITICAL)
    return logger
