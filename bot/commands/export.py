"""`handshake export roadmap`: the whole roadmap, for the operator who holds the store anyway."""

from __future__ import annotations

import sys

from bot import output
from bot.app import App
from handlers.roadmap.commands import roadmap_csv
from handlers.shared import lookup
from storage.values.company import EVERYTHING


async def run(app: App, as_of: str) -> int:
    """Write the CSV of that version to standard output."""
    with output.progress("Exporting …"):
        async with app.store.reading() as session:
            _, number = await lookup.revision_to_read(session, as_of, app.ctx.clock.now().date())
            content, _ = await roadmap_csv(app.ctx, session, EVERYTHING, number)
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
    return 0
