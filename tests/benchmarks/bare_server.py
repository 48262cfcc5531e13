"""The floor under a signed slash command: a bare Starlette endpoint that verifies the signature and runs the same SQL.

    python -m tests.benchmarks.floor STATEMENTS DATABASE_URL        (the secret comes in SLACK_SIGNING_SECRET)

It prints its port. STATEMENTS is a pickle of ({name: [(sql, values), …]}, {name: bytes}, keys); `/sql/NAME` runs them
through SQLAlchemy's asynchronous engine and answers with as many bytes as ours did, `/signature` verifies and answers,
`/teams` verifies a token of the Bot Connector with *keys* (by `kid`) and writes one row down, in a table of its own.
"""

from __future__ import annotations

import json
import os
import pickle
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import jwt
import uvicorn
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import create_async_engine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from storage.store import parse_url, set_up_sqlite


def application(
    statements: dict[str, list[tuple[str, Any]]], sizes: dict[str, int], keys: dict[str, Any], address: str
) -> Starlette:
    known = {kid: jwt.PyJWK(key, "RS256").key for kid, key in keys.items()}
    verifier = SignatureVerifier(os.environ["SLACK_SIGNING_SECRET"])
    url = parse_url(address)
    engine = create_async_engine(url)
    if url.get_backend_name() == "sqlite":
        event.listen(engine.sync_engine, "connect", set_up_sqlite)

    async def verified(request: Request) -> bool:
        return verifier.is_valid_request(await request.body(), dict(request.headers))

    async def sql(request: Request) -> Response:
        if not await verified(request):
            return Response(status_code=401)
        name = request.path_params["name"]
        async with engine.connect() as connection:
            for statement, values in statements[name]:
                (await connection.exec_driver_sql(statement, values)).all()
        return Response(b"x" * sizes[name], media_type="application/json")

    async def signature(request: Request) -> Response:
        return Response(b"x" * 100) if await verified(request) else Response(status_code=401)

    async def teams(request: Request) -> Response:
        said = await request.json()
        token = request.headers["authorization"].removeprefix("Bearer ")
        kid = jwt.get_unverified_header(token)["kid"]
        claims = jwt.decode(token, known[kid], algorithms=["RS256"], options={"verify_aud": False, "verify_iss": False})
        if claims["serviceurl"] != said["serviceUrl"]:
            return Response(status_code=401)
        async with engine.begin() as connection:
            await connection.execute(INSERT, {"event": said["id"], "said": json.dumps(said)})
        return Response(status_code=202)

    async def prepare() -> None:
        async with engine.begin() as connection:
            await connection.execute(text("CREATE TABLE IF NOT EXISTS floor_inbox (event TEXT PRIMARY KEY, said TEXT)"))

    return Starlette(
        routes=[
            Route("/sql/{name}", sql, methods=["POST"]),
            Route("/signature", signature, methods=["POST"]),
            Route("/teams", teams, methods=["POST"]),
        ],
        lifespan=_started_by(prepare),
    )


INSERT = text("INSERT INTO floor_inbox (event, said) VALUES (:event, :said)")


def _started_by(prepare: Callable[[], Awaitable[None]]) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_application: Starlette) -> AsyncIterator[None]:
        await prepare()
        yield

    return lifespan


def main() -> None:
    statements, sizes, keys = pickle.loads(Path(sys.argv[1]).read_bytes())
    config = uvicorn.Config(
        application(statements, sizes, keys, sys.argv[2]), host="127.0.0.1", port=0, log_config=None, access_log=False
    )
    socket = config.bind_socket()
    socket.listen(64)  # a client may connect as soon as it reads the port
    print(socket.getsockname()[1], flush=True)
    uvicorn.Server(config).run([socket])


if __name__ == "__main__":
    main()
