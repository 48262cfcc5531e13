"""What a process that serves people loads before they ask. A command line loads what its one command needs instead.

Drawing is left out: matplotlib takes half a second and 30 MB, and a picture is drawn in a thread where nobody else waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module

from handlers import feature as handlers_feature
from handlers.catalogue import FEATURES

# Imported inside functions, by whoever needs them first.
LAZY_MODULES = (
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
    """Load it all in a thread while the block already works; whoever asks meanwhile waits for what they ask."""
    loading = asyncio.create_task(asyncio.to_thread(preload), name="preload")
    yield
    await loading
