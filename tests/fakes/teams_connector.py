"""Microsoft's side of Teams as one TLS process: keys, tokens, the Bot Connector, and a log that only it writes.

    python -m tests.fakes.teams_connector LOG CERTIFICATE KEY

It prints its port. Tests control it under `/sim`, a path that the product does not know.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import ssl
import time
from collections import Counter
from itertools import count
from pathlib import Path
from typing import IO, Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

ISSUER = "https://api.simulator.test"
SECRET = "the client secret"
Json = dict[str, Any]


def _key() -> RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class FakeConnector:
    """The state, and a handler for each route."""

    def __init__(self, log: IO[str]) -> None:
        self._log = log
        self._numbers = count(1)
        self.base = ""
        self.keys: dict[str, RSAPrivateKey] = {"key-1": _key()}
        self.unpublished_key = _key()
        self.endorsements = ["msteams"]
        self.counts: Counter[str] = Counter()
        self.tokens: set[str] = set()
        self.token_delay_s = 0.0
        self.token_error = ""
        self.faults: list[Json] = []
        self.delay_s = 0.0
        self.members: dict[str, list[Json]] = {}
        self.teams: dict[str, Json] = {}
        self.not_installed: set[str] = set()
        self.activities: dict[str, dict[str, Json]] = {}
        self.done: Counter[tuple[str, str]] = Counter()
        self.changed = asyncio.Condition()

    def application(self) -> web.Application:
        application = web.Application(client_max_size=2**22)
        application.add_routes(
            [
                web.get("/v1/.well-known/openidconfiguration", self.metadata),
                web.get("/v1/keys", self.jwks),
                web.get("/{tenant}/v2.0/.well-known/openid-configuration", self.discovery),
                web.post("/{tenant}/oauth2/v2.0/token", self.token),
                web.post("/v3/conversations", self.create),
                web.post("/v3/conversations/{c}/activities", self.post),
                web.post("/v3/conversations/{c}/activities/{a}", self.post),
                web.put("/v3/conversations/{c}/activities/{a}", self.put),
                web.delete("/v3/conversations/{c}/activities/{a}", self.delete),
                web.get("/v3/conversations/{c}/pagedmembers", self.paged),
                web.get("/v3/conversations/{c}/members/{m}", self.member),
                web.get("/v3/teams/{t}", self.team),
                web.get("/v3/teams/{t}/conversations", self.channels),
                web.get("/files/{name}", self.file),
                web.put("/files/{name}", self.upload),
                web.post("/sim/{what}", self.control),
                web.get("/sim/mint", self.mint),
                web.get("/sim/counts", self.counted),
                web.get("/sim/until", self.until),
            ]
        )
        return application

    async def metadata(self, _request: web.Request) -> web.Response:
        self.counts["metadata"] += 1
        return web.json_response({"issuer": ISSUER, "jwks_uri": f"{self.base}/v1/keys"})

    async def jwks(self, _request: web.Request) -> web.Response:
        self.counts["keys"] += 1
        announced = [
            json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
            | {"kid": kid, "use": "sig", "endorsements": self.endorsements}
            for kid, key in self.keys.items()
        ]
        return web.json_response({"keys": announced})

    async def mint(self, request: web.Request) -> web.Response:
        """A token as the channel sends it; `?claim=value` replaces a claim, `?claim=-` removes it."""
        body = dict(request.query)
        kid = body.pop("kid", next(reversed(self.keys)))
        signer = self.unpublished_key if body.pop("forged", "") else self.keys.get(kid, self.unpublished_key)
        now = int(time.time())
        claims: Json = {"iss": ISSUER, "nbf": now - 60, "exp": now + 3600} | body
        if str(claims.get("exp", "")).startswith("+") or str(claims.get("exp", "")).lstrip("-").isdigit():
            claims["exp"] = int(claims["exp"])
        claims = {key: value for key, value in claims.items() if value != "-"}
        return web.Response(text=jwt.encode(claims, signer, algorithm="RS256", headers={"kid": kid}))

    async def discovery(self, request: web.Request) -> web.Response:
        self.counts["discovery"] += 1
        root = f"{self.base}/{request.match_info['tenant']}"
        return web.json_response(
            {
                "issuer": f"{root}/v2.0",
                "authorization_endpoint": f"{root}/oauth2/v2.0/authorize",
                "token_endpoint": f"{root}/oauth2/v2.0/token",
            }
        )

    async def token(self, request: web.Request) -> web.Response:
        self.counts["token"] += 1
        body = await request.post()
        await asyncio.sleep(self.token_delay_s)
        if self.token_error or body.get("client_secret") != SECRET:
            return web.json_response({"error": self.token_error or "invalid_client"}, status=401)
        if body.get("scope") != f"{ISSUER}/.default":
            return web.json_response({"error": "invalid_scope"}, status=400)
        token = f"token-{next(self._numbers)}"
        self.tokens.add(token)
        return web.json_response({"token_type": "Bearer", "expires_in": 3600, "access_token": token})

    async def create(self, request: web.Request) -> web.Response:
        body = await request.json()
        channel = body.get("channelData", {}).get("channel", {}).get("id")
        if channel:
            return await self._act(request, "post", channel, body["activity"], thread=True)
        member = body["members"][0]["id"]
        if member in self.not_installed:
            return _error(403, "BotNotInConversationRoster")
        return await self._act(request, "create", f"a:{member}", {})

    async def post(self, request: web.Request) -> web.Response:
        return await self._act(request, "post", request.match_info["c"], await request.json())

    async def put(self, request: web.Request) -> web.Response:
        return await self._act(request, "update", request.match_info["c"], await request.json())

    async def delete(self, request: web.Request) -> web.Response:
        return await self._act(request, "delete", request.match_info["c"], {})

    async def _act(
        self, request: web.Request, did: str, where: str, activity: Json, *, thread: bool = False
    ) -> web.Response:
        room, _, parent = where.partition(";messageid=")
        refused, cut = await self._apply_faults(request, did, room)
        if refused is not None:
            return refused
        answer = await self._carry_out(request, did, room, parent, activity, thread=thread)
        return _cut(request) if cut == "after" else answer

    async def _carry_out(
        self, request: web.Request, did: str, room: str, parent: str, activity: Json, *, thread: bool
    ) -> web.Response:
        activities = self.activities.setdefault(room, {})
        number = request.match_info.get("a", "") if did in ("update", "delete") else f"{next(self._numbers)}"
        if did in ("update", "delete") and number not in activities:
            return _error(404, "ActivityNotFoundInConversation")
        if did == "delete":
            activities.pop(number)
        elif did != "create":
            activities[number] = activity
        await self._record(did, room, number, "" if thread else parent, activity)
        if did == "create":
            return web.json_response({"id": room}, status=201)
        if thread:
            return web.json_response({"id": f"{room};messageid={number}", "activityId": number}, status=201)
        return web.json_response({"id": number}, status=201 if did == "post" else 200)

    async def _apply_faults(self, request: web.Request, did: str, room: str) -> tuple[web.Response | None, str]:
        """The answer of a request that fails, or None; and whether the connection breaks afterwards."""
        self.counts[did] += 1
        await asyncio.sleep(self.delay_s)
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.tokens:
            return _error(401, "Unauthorized"), ""
        for fault in self.faults:
            if fault.get("on", did) == did and fault.get("room", room) == room and fault.get("times", 1) > 0:
                fault["times"] = fault.get("times", 1) - 1
                await asyncio.sleep(fault.get("delay_s", 0))
                await self._wait_together(fault)
                if fault.get("cut") == "before":
                    return _cut(request), ""
                if fault.get("status"):
                    headers = {"Retry-After": str(fault["retry_after"])} if "retry_after" in fault else {}
                    return _error(fault["status"], fault.get("code", "Error"), headers), ""
                return None, fault.get("cut", "")
        return None, ""

    async def _wait_together(self, fault: Json) -> None:
        """Wait until as many requests met *fault* as its `together` says."""
        fault["here"] = fault.get("here", 0) + 1
        async with self.changed:
            self.changed.notify_all()
            await self.changed.wait_for(lambda: fault["here"] >= fault.get("together", 0))

    async def _record(self, did: str, room: str, number: str, thread: str, activity: Json) -> None:
        line = {"did": did, "room": room, "id": number, "thread": thread, "at": time.time(), "activity": activity}
        self._log.write(json.dumps(line) + "\n")
        self._log.flush()
        self.done[did, room] += 1
        async with self.changed:
            self.changed.notify_all()

    async def paged(self, request: web.Request) -> web.Response:
        room = request.match_info["c"].partition(";")[0]
        refused, _ = await self._apply_faults(request, "members", room)
        if refused is not None:
            return refused
        members = self.members.get(room, [])
        start, size = int(request.query.get("continuationToken", 0)), min(int(request.query["pageSize"]), 2)
        page: Json = {"members": members[start : start + size]}
        if start + size < len(members):
            page["continuationToken"] = str(start + size)
        return web.json_response(page)

    async def member(self, request: web.Request) -> web.Response:
        room, member_id = request.match_info["c"].partition(";")[0], request.match_info["m"]
        refused, _ = await self._apply_faults(request, "member", room)
        if refused is not None:
            return refused
        everyone = [member for members in self.members.values() for member in members]
        member = next((one for one in everyone if member_id in (one["id"], one.get("aadObjectId"))), None)
        return web.json_response(member) if member else _error(404, "MemberNotFoundInConversation")

    async def team(self, request: web.Request) -> web.Response:
        refused, _ = await self._apply_faults(request, "team", request.match_info["t"])
        team = self.teams.get(request.match_info["t"])
        return refused or (web.json_response({"name": team["name"]}) if team else _error(404, "NotFound"))

    async def channels(self, request: web.Request) -> web.Response:
        refused, _ = await self._apply_faults(request, "team", request.match_info["t"])
        team = self.teams.get(request.match_info["t"])
        return refused or (web.json_response({"conversations": team["channels"]}) if team else _error(404, "No"))

    async def file(self, request: web.Request) -> web.Response:
        """A file that somebody dropped into a chat. Counts requests with a token, which must not be sent here."""
        if "Authorization" in request.headers:
            self.counts["token shown to the file host"] += 1
        size = int(request.query.get("size", "0"))
        return web.Response(body=b"x" * size if size else request.query.get("content", "").encode())

    async def upload(self, request: web.Request) -> web.Response:
        """Store a file in somebody's drive."""
        if "Authorization" in request.headers:
            self.counts["token shown to the file host"] += 1
        content = (await request.read()).decode()
        about = {"content": content, "range": request.headers.get("Content-Range")}
        await self._record("upload", request.match_info["name"], "", "", about)
        return web.Response(status=201)

    async def control(self, request: web.Request) -> web.Response:
        what, value = request.match_info["what"], await request.json()
        match what:
            case "rotate":
                self.keys = {f"rotated-{next(self._numbers)}": _key()}
            case "revoke":
                self.tokens.clear()
            case "reset":
                self.faults, self.delay_s, self.token_delay_s, self.token_error = [], 0.0, 0.0, ""
                self.endorsements, self.not_installed = ["msteams"], set()
                self.counts.clear()
            case "faults":
                self.faults = value
            case "members":
                self.members |= value
            case "teams":
                self.teams |= value
            case "not-installed":
                self.not_installed = set(value)
            case "set":
                for name, setting in value.items():
                    setattr(self, name, setting)
            case _:
                return web.Response(status=404)
        return web.json_response({})

    async def counted(self, _request: web.Request) -> web.Response:
        return web.json_response(dict(self.counts))

    async def until(self, request: web.Request) -> web.Response:
        """Answer once that many calls of that kind were carried out, in that room or anywhere."""
        did, room, times = request.query.get("did", "post"), request.query.get("room", ""), int(request.query["times"])

        def happened() -> bool:
            return (
                sum(done for (what, where), done in self.done.items() if what == did and room in ("", where)) >= times
            )

        async with self.changed:
            await self.changed.wait_for(happened)
        return web.json_response({})


def _error(status: int, code: str, headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response({"error": {"code": code, "message": "as ordered"}}, status=status, headers=headers)


def _cut(request: web.Request) -> web.Response:
    """Break the connection; the response is never read."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("log", type=Path)
    parser.add_argument("certificate", type=Path)
    parser.add_argument("key", type=Path)
    options = parser.parse_args()

    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(options.certificate, options.key)
    with options.log.open("a", encoding="utf-8") as log:
        connector = FakeConnector(log)
        runner = web.AppRunner(connector.application(), access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
        await site.start()
        port = runner.addresses[0][1]
        connector.base = f"https://127.0.0.1:{port}"
        print(port, flush=True)
        await stop.wait()
        await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main())
