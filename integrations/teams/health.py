"""What `handshake doctor` says of Teams. Asks Microsoft; changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from email.utils import parsedate_to_datetime

import httpx

from integrations.ports.errors import Unavailable
from integrations.ports.platform import AdapterContext, CheckResult
from integrations.teams.auth import LEEWAY_S, SIGNING_KEYS, TIMEOUT_S, SigningKeys
from integrations.teams.config import TeamsConfig
from integrations.teams.conversations import TeamsConversations
from integrations.teams.identity import PLATFORM
from integrations.teams.tokens import AccessTokens, TokenRefused

MAX_SKEW = timedelta(seconds=LEEWAY_S / 2)  # beyond the whole of it, tokens are refused

# https://learn.microsoft.com/entra/identity-platform/reference-error-codes
FIXES = {
    "invalid_client": "a new client secret: Azure Bot, Configuration, Manage Password; then set TEAMS_APP_PASSWORD",
    "unauthorized_client": "set TEAMS_APP_ID and TEAMS_TENANT_ID to those of the Azure Bot (single tenant)",
    "invalid_request": "set TEAMS_TENANT_ID to the App Tenant ID of the Azure Bot",
}


async def findings(
    config: TeamsConfig, context: AdapterContext, conversations: TeamsConversations, http: httpx.AsyncClient
) -> Sequence[CheckResult]:
    found = [_address(config, context.public_url)]
    if config.allow_anonymous:
        words = "TEAMS_ALLOW_ANONYMOUS: whoever reaches this machine's loopback may talk as anybody"
        found.append(_not_checked("tokens", words, "take TEAMS_ALLOW_ANONYMOUS out before real use"))
    else:
        signing_keys = SigningKeys(http, config.openid_metadata_url)
        found += [await _keys(config, context, http), await _token(config, signing_keys)]
    return [*found, await _rooms(context, conversations)]


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
        said = parsedate_to_datetime(answer.headers["date"])
    except (httpx.HTTPError, httpx.InvalidURL, KeyError, ValueError, TypeError):
        words = f"{config.openid_metadata_url} cannot be read, so nobody can be recognised"
        return _failed("keys", words, "let this machine reach it (proxy, firewall, TEAMS_OPENID_METADATA_URL)")
    skew = abs(context.clock.now() - said)
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
        # Those keys also say what a token is for, so nobody was asked for one yet.
        missing = "TEAMS_OPENID_METADATA_URL" if problem.service == SIGNING_KEYS else "TEAMS_AUTHORITY_URL"
        return _failed("token", f"{problem}", f"let this machine reach {missing}")
    return _passed("token", f"a token was got for tenant {config.tenant_id}")


async def _rooms(context: AdapterContext, conversations: TeamsConversations) -> CheckResult:
    """A room that follows something needs the way back that an installation leaves behind."""
    following = [
        each for each in await context.membership.subscribed_conversations(PLATFORM) if not each.id.startswith("@")
    ]
    known = await asyncio.gather(*(conversations.find(each.id) for each in following))
    lost = [each.name or each.id for each, found in zip(following, known, strict=True) if found is None]
    if lost:
        words = f"never heard from, so a notice may not arrive: {', '.join(lost[:5])}"
        return _failed("rooms", words, "add Handshake to that team, then say @Handshake help there")
    return _passed("rooms", f"{len(following)} follow the roadmap, the way to each is known")


def _passed(what: str, words: str) -> CheckResult:
    return CheckResult(f"teams {what}", ok=True, detail=words)


def _not_checked(what: str, words: str, fix: str = "") -> CheckResult:
    return CheckResult(f"teams {what}", ok=None, detail=words, fix=fix)


def _failed(what: str, words: str, fix: str) -> CheckResult:
    return CheckResult(f"teams {what}", ok=False, detail=words, fix=fix)
