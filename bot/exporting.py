"""`handshake export roadmap`: the whole roadmap, for the operator who holds the store anyway."""

from __future__ import annotations

import sys

from bot import screen
from bot.app import App
from handlers import versions
from handlers.roadmap.commands import csv_of
from storage.values import EVERYTHING


async def run(app: App, as_of: str) -> int:
    """Write the CSV of that version to standard output."""
    with screen.working("Exporting …"):
        async with app.store.reading() as session:
            _, number = await versions.reading(session, as_of, app.box.clock.now().date())
            content, _ = await csv_of(app.box, session, EVERYTHING, number)
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
    return 0
