"""Where our token, a file's content or a reply may go: to Slack alone, whatever a payload names."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from integrations.ports.errors import Rejected
from integrations.slack.client import SlackClient
from integrations.slack.config import SlackConfig

TOKEN = "xoxb-only-for-slack"
EMULATOR = "http://127.0.0.1:9/api/"


@asynccontextmanager
async def served(handler: Callable[[web.Request], Awaitable[web.Response]]) -> AsyncIterator[str]:
    """The address of a server that answers every request with *handler*."""
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", handler)
    async with TestServer(application) as server:
        yield f"http://127.0.0.1:{server.port}"


@pytest.mark.parametrize(
    ("address", "slacks"),
    [
        ("https://files.slack.com/files-pri/T1-F1/download/a.csv", True),
        ("https://acme.slack.com/files/a.csv", True),
        ("https://files.slack-gov.com/a.csv", True),
        ("http://files.slack.com/a.csv", False),
        ("https://files.slack.com:8443/a.csv", False),
        ("https://evilslack.com/a.csv", False),
        ("https://files.slack.com@evil.example/a.csv", False),
        ("https://evil.example\\@files.slack.com/a.csv", False),
        ("https://evil.example\n.slack.com/a.csv", False),
        ("https://drive.example/a.csv", False),
        ("https://files.slack.com:port/a.csv", False),
        ("https://[::1", False),
        ("", False),
    ],
)
def test_only_slack_s_own_hosts_hold_files(address: str, *, slacks: bool) -> None:
    assert SlackConfig().is_file_host(address) is slacks


@pytest.mark.parametrize(
    ("address", "api_url", "allowed"),
    [
        ("https://hooks.slack.com/commands/T1/2/3", "https://slack.com/api/", True),
        ("https://hooks.slack.com/actions/T1/2/3", "https://slack.com/api/", True),
        ("https://hooks.slack-gov.com/commands/T1/2/3", "https://slack-gov.com/api/", True),
        ("http://hooks.slack.com/commands/T1/2/3", "https://slack.com/api/", False),
        ("https://hooks.slack.com.evil.example/commands", "https://slack.com/api/", False),
        ("https://evil.hooks.slack.com/commands", "https://slack.com/api/", False),
        ("https://169.254.169.254/latest/meta-data", "https://slack.com/api/", False),
        ("http://127.0.0.1:3978/metrics", "https://slack.com/api/", False),
        ("http://127.0.0.1:7/respond", EMULATOR, True),
        ("http://localhost:7/respond", EMULATOR, False),
        ("http://slack.internal/respond", "http://slack.internal/api/", False),
        ("https://slack.internal/respond", "https://slack.internal/api/", True),
        ("//hooks.slack.com/commands", "https://slack.com/api/", False),
        ("", "https://slack.com/api/", False),
    ],
)
def test_a_reply_is_posted_to_slack_or_its_simulator_alone(address: str, api_url: str, *, allowed: bool) -> None:
    assert SlackConfig(api_url=api_url).is_response_url(address) is allowed


async def test_a_reply_to_another_address_is_not_sent() -> None:
    client = SlackClient(SlackConfig())

    async with client.open():
        with pytest.raises(Rejected):
            await client.respond("http://127.0.0.1:1/", {"text": "secret"})


async def test_a_redirect_away_from_slack_is_not_followed() -> None:
    """Neither with our token, nor with a reply."""
    reached: list[str] = []

    async def redirect(request: web.Request) -> web.Response:
        reached.append(request.path)
        raise web.HTTPTemporaryRedirect(f"http://localhost:{request.url.port}/elsewhere")

    async with served(redirect) as address:
        client = SlackClient(SlackConfig(api_url=f"{address}/api/"))
        async with client.open():
            with pytest.raises(Rejected):
                await client.download(TOKEN, f"{address}/file", 1_000)
            with pytest.raises(Rejected):
                await client.respond(f"{address}/respond", {"text": "secret"})

    assert reached == ["/file", "/respond"]


async def test_a_redirect_within_slack_is_followed() -> None:
    async def give(request: web.Request) -> web.Response:
        if request.path == "/file":
            raise web.HTTPFound("/moved")
        return web.Response(body=request.headers["authorization"].encode())

    async with served(give) as address:
        client = SlackClient(SlackConfig(api_url=f"{address}/api/"))
        async with client.open():
            assert await client.download(TOKEN, f"{address}/file", 1_000) == f"Bearer {TOKEN}".encode()
