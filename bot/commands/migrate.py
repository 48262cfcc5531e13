"""`handshake migrate`: upgrade the store's tables."""

from __future__ import annotations

import asyncio

from bot import output
from bot.app import store_of
from bot.commands.runner import load_settings, new_cli

cli = new_cli()


@cli.command()
def migrate() -> None:
    """Bring the store up to this version's tables."""
    settings = load_settings()

    async def run() -> None:
        store = store_of(settings)
        try:
            await store.migrate()
            await store.open()
        finally:
            await store.close()

    asyncio.run(run())
    output.write_text("The store is up to date.")
