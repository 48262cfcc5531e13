"""Only lets the page's own origin use it, because it has no sign-in.

Host     must be a name of this machine, which stops DNS rebinding
Origin   must be the page itself if present; required for requests that change something
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from integrations.plain.addresses import LOOPBACK

SAFE_METHODS = frozenset({"GET", "HEAD"})

HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data: https:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
}


class OriginCheck:
    """Refuses requests of other origins, and sets the security headers.

    *names* are the allowed host names. With *exposed* any IP address is allowed too: DNS rebinding needs a name.
    """

    def __init__(self, app: Any, names: Collection[str] = LOOPBACK, *, exposed: bool = False) -> None:
        self._app = app
        self._names = frozenset(names)
        self._exposed = exposed

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def safely(message: Any) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
            await send(message)

        refused = self._refusal(Request(scope))
        await (refused or self._app)(scope, receive, safely)

    def _refusal(self, request: Request) -> Response | None:
        if len(request.headers.getlist("host")) != 1 or not self._is_ours(request.headers["host"]):
            return PlainTextResponse("This page is only served under this machine's own name.\n", status_code=421)
        origins = request.headers.getlist("origin")
        here = f"http://{request.headers['host']}"
        if any(origin != here for origin in origins) or (not origins and request.method not in SAFE_METHODS):
            return PlainTextResponse("Only the console's own page may do that.\n", status_code=403)
        return None

    def _is_ours(self, host: str) -> bool:
        try:
            parts = urlsplit(f"//{host}")
            name, _ = parts.hostname or "", parts.port
        except ValueError:
            return False
        if parts.username is not None or parts.path or parts.query or parts.fragment:
            return False
        return name in self._names or (self._exposed and _is_address(name))


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
