"""`handshake export roadmap`: the whole roadmap, for the operator who holds the store anyway."""

from __future__ import annotations

import sys

from bot import screen
from bot.app import App
from handlers import versions
from handlers.roadmap.commands import roadmap_csv
from storage.values.company import EVERYTHING


async def run(app: App, as_of: str) -> int:
    """Write the CSV of that version to standard output."""
    with screen.progress("Exporting …"):
        async with app.store.reading() as session:
            _, number = await versions.revision_to_read(session, as_of, app.ctx.clock.now().date())
            content, _ = await roadmap_csv(app.ctx, session, EVERYTHING, number)
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
    return 0
