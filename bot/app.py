"""The composition root: settings become a store, a toolbox and a dispatcher. Concrete things meet only here."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.encryption import FernetCipher
from bot.settings import ModelSettings, Settings
from handlers.catalogue import FEATURES
from handlers.context import AppContext
from handlers.dispatch import Dispatcher
from integrations.files.sheets import CsvSheets
from integrations.ports.clock import Clock
from integrations.ports.inbound import Dispatch
from integrations.ports.language import LanguageModel
from storage.store import Store, StoreProblem


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class RandomIds:
    """Ids nobody can guess: 80 random bits, lower-case letters and digits."""

    def new(self, prefix: str = "") -> str:
        alphabet = "abcdefghijkmnpqrstuvwxyz23456789"
        return prefix + "".join(secrets.choice(alphabet) for _ in range(16))


@dataclass(frozen=True)
class App:
    """Handshake, ready to be spoken to."""

    settings: Settings
    store: Store
    ctx: AppContext
    dispatch: Dispatch

    def with_dispatch(self, dispatch: Dispatch) -> App:
        """The same house with somebody else behind its doors: what a test listens with."""
        return replace(self, dispatch=dispatch)


def build_app(settings: Settings, store: Store, clock: Clock | None = None) -> App:
    """Put the parts together. Opens nothing."""
    ctx = AppContext(
        store=store,
        clock=clock or SystemClock(),
        ids=RandomIds(),
        sheets=CsvSheets(),
        cipher=FernetCipher(settings.keys, store.path),
        policy=settings.policy,
        features=FEATURES,
        language_model=language_model_of(settings.model),
    )
    return App(settings, store, ctx, Dispatcher(ctx, FEATURES))


def language_model_of(settings: ModelSettings) -> LanguageModel | None:
    """The model of the settings; None when there is none, and then nothing ever leaves."""
    if not settings.is_on:
        return None
    from integrations.openai.language import OpenAIModel  # most organisations use no model

    return OpenAIModel(settings.model, settings.api_key.get_secret_value(), settings.base_url, settings.api)


def store_of(settings: Settings) -> Store:
    """The store of the settings, not opened yet. Raises StoreProblem."""
    try:
        return Store(settings.database_url)
    except OSError as error:
        raise StoreProblem(
            f"The folder of the store cannot be made: {error.strerror or error} ({error.filename}). "
            "Correct HANDSHAKE_DATABASE_URL, or the permissions of that folder."
        ) from None


@asynccontextmanager
async def open_app(settings: Settings, clock: Clock | None = None) -> AsyncIterator[App]:
    """Handshake with its store open; closed at the end whatever happens. Raises StoreProblem."""
    store = store_of(settings)
    try:
        await store.open()
        yield build_app(settings, store, clock)
    finally:
        await store.close()
