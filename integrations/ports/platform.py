"""A door: where a platform's events come in. It is given what lies behind it; it never imports it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from integrations.ports.chat import ChatPlatform
from integrations.ports.clock import Clock
from integrations.ports.inbound import Dispatch, InboxPort
from integrations.ports.state import AccountLinks, Cipher, Membership, SecretStore


@dataclass(frozen=True)
class AdapterContext:
    """What lies behind a door. `public_url` is where the internet reaches us, without a slash at the end, or "";
    `sleep` waits before another try; a door's timeouts are multiplied by `stretch`, so that a test on a busy machine
    does not meet them.
    """

    dispatch: Dispatch
    inbox: InboxPort
    secret_store: SecretStore
    accounts: AccountLinks
    membership: Membership
    cipher: Cipher
    clock: Clock
    public_url: str = ""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    stretch: float = 1.0


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One line of `doctor`. `ok` is None for something that was not looked at; `fix` is what to type or change next."""

    what: str
    ok: bool | None
    detail: str
    fix: str = ""


class PlatformAdapter(Protocol):
    """One platform, both ways. `routes` are Starlette routes for the one HTTP front."""

    name: str
    ready: asyncio.Event  # set once it is known who sits in the rooms that follow something, after the start

    @property
    def routes(self) -> Sequence[Any]:
        """What the front serves for it."""

    @property
    def platform(self) -> ChatPlatform:
        """The way out."""

    def connected(self) -> AbstractAsyncContextManager[object]:
        """The way out is open for as long as the `async with` lasts: longer than the door, for what is still to be sent."""

    def serving(self) -> AbstractAsyncContextManager[None]:
        """Let people in, inside `connected`. Serve for as long as the `async with` lasts; finish what was begun before it is left."""

    async def diagnose(self) -> Sequence[CheckResult]:
        """What `doctor` has to say of this platform. Asks the platform; changes nothing."""
