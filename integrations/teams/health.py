"""The checks of `handshake doctor` for Teams. Sends read-only requests to Microsoft."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from email.utils import parsedate_to_datetime

import httpx

from integrations.ports.errors import Unavailable
from integrations.ports.platform import AdapterContext, CheckResult
from integrations.teams.auth import LEEWAY_S, SIGNING_KEYS, TIMEOUT_S, SigningKeys
from integrations.teams.config import PLATFORM, TeamsConfig
from integrations.teams.conversations import TeamsConversations
from integrations.teams.tokens import AccessTokens, TokenRefused

MAX_SKEW = timedelta(seconds=LEEWAY_S / 2)  # tokens are refused beyond the full leeway

# https://learn.microsoft.com/entra/identity-platform/reference-error-codes
FIXES = {
    "invalid_client": "a new client secret: Azure Bot, Configuration, Manage Password; then set TEAMS_APP_PASSWORD",
    "unauthorized_client": "set TEAMS_APP_ID and TEAMS_TENANT_ID to those of the Azure Bot (single tenant)",
    "invalid_request": "set TEAMS_TENANT_ID to the App Tenant ID of the Azure Bot",
}


async def findings(
    config: TeamsConfig, context: AdapterContext, conversations: TeamsConversations, http: httpx.AsyncClient
) -> Sequence[CheckResult]:
    results = [_address(config, context.public_url)]
    if config.allow_anonymous:
        words = "TEAMS_ALLOW_ANONYMOUS: whoever reaches this machine's loopback may talk as anybody"
        results.append(_not_checked("tokens", words, "take TEAMS_ALLOW_ANONYMOUS out before real use"))
    else:
        signing_keys = SigningKeys(http, config.openid_metadata_url)
        results += [await _keys(config, context, http), await _token(config, signing_keys)]
    return [*results, await _rooms(context, conversations)]


def _address(config: TeamsConfig, public_url: str) -> CheckResult:
    if public_url.startswith("https://"):
        return _passed("address", f"messaging endpoint of the Azure Bot: {public_url}/api/messages")
    if not config.is_public:
        return _not_checked("address", "no public address; enough for a simulator")
    words = "Teams reaches us by a public https address alone, and none is set"
    return _failed("address", words, "set HANDSHAKE_PUBLIC_URL=https://…, and a proxy with TLS before us")


async def _keys(config: TeamsConfig, context: AdapterContext, http: httpx.AsyncClient) -> CheckResult:
    try:
        answer = (await http.get(config.openid_metadata_url, timeout=TIMEOUT_S)).raise_for_status()
        microsoft_time = parsedate_to_datetime(answer.headers["date"])
    except (httpx.HTTPError, httpx.InvalidURL, KeyError, ValueError, TypeError):
        words = f"{config.openid_metadata_url} cannot be read, so nobody can be recognised"
        return _failed("keys", words, "let this machine reach it (proxy, firewall, TEAMS_OPENID_METADATA_URL)")
    skew = abs(context.clock.now() - microsoft_time)
    if skew > MAX_SKEW:
        words = f"this machine's clock is {skew.total_seconds():.0f} s away from Microsoft's"
        return _failed("keys", words, "set the clock by NTP: sudo timedatectl set-ntp true")
    return _passed("keys", "Microsoft's signing keys can be read, and the clocks agree")


async def _token(config: TeamsConfig, signing_keys: SigningKeys) -> CheckResult:
    try:
        await AccessTokens(config, signing_keys).get()
    except TokenRefused as refused:
        fix = FIXES.get(refused.code, "check TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID")
        return _failed("token", f"Microsoft refuses us a token: {refused.code}", fix)
    except Unavailable as problem:
        # The key set also contains the token's audience, so without it no token was requested.
        missing = "TEAMS_OPENID_METADATA_URL" if problem.service == SIGNING_KEYS else "TEAMS_AUTHORITY_URL"
        return _failed("token", f"{problem}", f"let this machine reach {missing}")
    return _passed("token", f"a token was got for tenant {config.tenant_id}")


async def _rooms(context: AdapterContext, conversations: TeamsConversations) -> CheckResult:
    """A subscribed channel is only reachable for certain once the bot was added to its team."""
    channels = [
        where for where in await context.membership.subscribed_conversations(PLATFORM) if not where.id.startswith("@")
    ]
    references = await asyncio.gather(*(conversations.find(where.id) for where in channels))
    unknown = [
        where.name or where.id for where, reference in zip(channels, references, strict=True) if reference is None
    ]
    if unknown:
        words = f"never heard from, so a notice may not arrive: {', '.join(unknown[:5])}"
        return _failed("rooms", words, "add Handshake to that team, then say @Handshake help there")
    return _passed("rooms", f"{len(channels)} follow the roadmap, the way to each is known")


def _passed(what: str, words: str) -> CheckResult:
    return CheckResult(f"teams {what}", ok=True, detail=words)


def _not_checked(what: str, words: str, fix: str = "") -> CheckResult:
    return CheckResult(f"teams {what}", ok=None, detail=words, fix=fix)


def _failed(what: str, words: str, fix: str) -> CheckResult:
    return CheckResult(f"teams {what}", ok=False, detail=words, fix=fix)
