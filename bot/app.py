"""The composition root: build the store, the context and the dispatcher from the settings."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import structlog

from bot.encryption import FernetCipher
from bot.settings import ModelSettings, Settings
from handlers.catalogue import FEATURES
from handlers.context import AppContext
from handlers.dispatch import CommandObserver, Dispatcher, ignore_command
from handlers.shared.command_rate_limit import CommandRateLimiter
from integrations.files.sheets import CsvSheets
from integrations.ports.clock import Clock
from integrations.ports.inbound import Dispatch
from integrations.ports.language import LanguageModel
from storage.private_files import make_store_private
from storage.store import Store, StoreProblem

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class RandomIds:
    """Unguessable ids: 80 random bits as lower-case letters and digits."""

    def new(self, prefix: str = "") -> str:
        alphabet = "abcdefghijkmnpqrstuvwxyz23456789"
        return prefix + "".join(secrets.choice(alphabet) for _ in range(16))


@dataclass(frozen=True)
class App:
    """The application: settings, store, context, and `dispatch` to answer events within the rate limit."""

    settings: Settings
    store: Store
    ctx: AppContext
    dispatch: Dispatch
    rate_limiter: CommandRateLimiter = field(default_factory=lambda: CommandRateLimiter(0))

    def with_dispatch(self, dispatch: Dispatch) -> App:
        """The same app with another dispatch function; tests record events with it."""
        return replace(self, dispatch=dispatch)


def build_app(
    settings: Settings, store: Store, clock: Clock | None = None, *, on_command: CommandObserver = ignore_command
) -> App:
    """Build the app without opening the store. *on_command* is called for every command that was answered."""
    clock = clock or SystemClock()
    ctx = AppContext(
        store=store,
        clock=clock,
        ids=RandomIds(),
        sheets=CsvSheets(),
        cipher=FernetCipher(settings.keys, store.path),
        policy=settings.policy,
        features=FEATURES,
        language_model=language_model_of(settings.model, clock),
    )
    rate_limiter = CommandRateLimiter(settings.rate_limit)
    dispatch = Dispatcher(ctx, FEATURES, on_command=on_command, rate_limiter=rate_limiter)
    return App(settings, store, ctx, dispatch, rate_limiter)


def language_model_of(settings: ModelSettings, clock: Clock) -> LanguageModel | None:
    """The configured language model, or None: then no question leaves the organisation."""
    if not settings.is_on:
        return None
    from integrations.openai.circuit_breaker import CircuitBreaker
    from integrations.openai.language import OpenAIModel  # loaded only when a model is configured

    model = OpenAIModel(
        settings.model,
        settings.api_key.get_secret_value(),
        settings.base_url,
        settings.api,
        settings.reasoning_effort,
        settings.max_tokens,
    )
    return CircuitBreaker(model, clock)


def store_of(settings: Settings) -> Store:
    """The configured store, not opened yet. Raises StoreProblem."""
    try:
        return Store(settings.database_url)
    except OSError as error:
        raise StoreProblem(
            f"The folder of the store cannot be made: {error.strerror or error} ({error.filename}). "
            "Correct HANDSHAKE_DATABASE_URL, or the permissions of that folder."
        ) from None


@asynccontextmanager
async def open_app(
    settings: Settings, clock: Clock | None = None, *, on_command: CommandObserver = ignore_command
) -> AsyncIterator[App]:
    """The app with its store open inside the block. Raises StoreProblem."""
    store = store_of(settings)
    try:
        if store.path:
            for path in await asyncio.to_thread(make_store_private, store.path):
                log.warning("other accounts can no longer read it", action="store.made_private", path=str(path))
        await store.open()
        yield build_app(settings, store, clock, on_command=on_command)
    finally:
        await store.close()
