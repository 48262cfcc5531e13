"""A platform adapter: receives a platform's events and sends to it. It gets what it needs as an `AdapterContext`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from integrations.ports.chat import ChatPlatform
from integrations.ports.clock import Clock
from integrations.ports.inbound import Dispatch, InboxPort
from integrations.ports.state import AccountLinks, AccountPauses, Cipher, Membership, NoPauses, SecretStore


@dataclass(frozen=True)
class AdapterContext:
    """What an adapter is given. `public_url` is our public address without a trailing slash, or "".

    `sleep` waits before a retry; the adapter's timeouts are multiplied by `stretch`, for tests on a busy machine.
    """

    dispatch: Dispatch
    inbox: InboxPort
    secret_store: SecretStore
    accounts: AccountLinks
    membership: Membership
    cipher: Cipher
    clock: Clock
    public_url: str = ""
    pauses: AccountPauses = field(default_factory=NoPauses)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    stretch: float = 1.0


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One line of `doctor`. `ok` is None for what was not checked; `fix` is what to type or change next, "" for nothing."""

    what: str
    ok: bool | None
    detail: str
    fix: str = ""


class PlatformAdapter(Protocol):
    """One platform, inbound and outbound."""

    name: str
    ready: asyncio.Event  # set once the members of all subscribed channels are known, after the start

    @property
    def routes(self) -> Sequence[Any]:
        """Starlette routes for the HTTP server."""

    @property
    def platform(self) -> ChatPlatform:
        """The outbound side."""

    def connected(self) -> AbstractAsyncContextManager[object]:
        """Keep the outbound side open inside the `async with`. It outlives `serving`, so that replies still get sent."""

    def serving(self) -> AbstractAsyncContextManager[None]:
        """Receive events inside the `async with`, itself inside `connected`; finish started work before leaving."""

    async def diagnose(self) -> Sequence[CheckResult]:
        """Check this platform for `doctor`. Asks the platform; changes nothing."""
