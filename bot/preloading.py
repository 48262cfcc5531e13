"""Load lazily imported modules when a server starts, so that no request waits for them.

matplotlib is left out: it takes half a second and 30 MB, and charts are drawn in a thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module

from handlers import feature as handlers_feature
from handlers.catalogue import FEATURES

# Imported inside functions, or by no handler at all.
LAZY_MODULES = (
    "handlers.operations.notices",
    "handlers.dinners.rules.reseating",
    "handlers.dinners.rules.seating",  # numpy
    "handlers.tours.rules.rounds",  # scipy
    "cryptography.fernet",
    "dateparser",
    "holidays",
    "rapidfuzz.distance",
    "rapidfuzz.process",
    "scipy.optimize",
)


def preload() -> None:
    """Load every slice, its notices, and the libraries that are imported on first use."""
    handlers_feature.load_lazy_modules()
    for feature in FEATURES:
        feature.notices()
    for name in LAZY_MODULES:
        import_module(name)


@asynccontextmanager
async def preloading() -> AsyncIterator[None]:
    """Preload in a thread while the block runs; a request that needs a module sooner waits for it."""
    loading = asyncio.create_task(asyncio.to_thread(preload), name="preload")
    try:
        yield
    finally:
        await loading
