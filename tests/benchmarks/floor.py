"""The floor under a signed slash command: a bare Starlette endpoint that verifies the signature and runs the same SQL.

    python -m tests.benchmarks.floor STATEMENTS DATABASE_URL        (the secret comes in SLACK_SIGNING_SECRET)

It prints its port. STATEMENTS is a pickle of {name: [(sql, values), …]}; `/sql/NAME` runs them through SQLAlchemy's
asynchronous engine and answers with as many bytes as ours did, `/signature` verifies and answers.
"""

from __future__ import annotations

import os
import pickle
import sys
from pathlib import Path
from typing import Any

import uvicorn
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import event
from sqlalchemy.ext.asyncio import create_async_engine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from storage.store import parse_url, set_up_sqlite


def application(statements: dict[str, list[tuple[str, Any]]], sizes: dict[str, int], address: str) -> Starlette:
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

    return Starlette(
        routes=[Route("/sql/{name}", sql, methods=["POST"]), Route("/signature", signature, methods=["POST"])]
    )


def main() -> None:
    statements, sizes = pickle.loads(Path(sys.argv[1]).read_bytes())
    config = uvicorn.Config(
        application(statements, sizes, sys.argv[2]), host="127.0.0.1", port=0, log_config=None, access_log=False
    )
    socket = config.bind_socket()
    socket.listen(64)  # whoever reads the port may come at once
    print(socket.getsockname()[1], flush=True)
    uvicorn.Server(config).run([socket])


if __name__ == "__main__":
    main()
