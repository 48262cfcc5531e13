"""Draw the README's picture: a question, its answer and a notice, as the demo shows them. `python -m tests.render.picture`"""

from __future__ import annotations

import asyncio
import re
import tempfile
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

from bot.app import opened
from bot.demo.build import build, today
from bot.demo.company import company
from bot.settings import Settings
from integrations.ports.cards import Card, card_from_json
from integrations.ports.inbound import Account, Command, Whereabouts
from integrations.terminal.render import renderable
from storage import console

PICTURE = Path(__file__).parent.parent.parent / "docs" / "demo.svg"
QUESTION = "What is IT working on for Spring Launch?"
ROOM = "#it-security"


async def _cards(directory: str) -> tuple[Card, Card]:
    async with opened(Settings(database_url=f"sqlite:///{directory}/demo.db")) as app:
        await build(app, company(today()))
        lena = Account("console", "lena.hoffmann@example.com", email="lena.hoffmann@example.com")
        place = Whereabouts("console", "@lena.hoffmann@example.com", direct=True)
        answer = await app.dispatch(Command(account=lena, place=place, words=QUESTION))
        async with app.store.reading() as session:
            standing = await console.in_room(session, ROOM, limit=1)
    return answer.card, card_from_json(standing[0].card)


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        answer, notice = asyncio.run(_cards(directory))
    screen = Console(record=True, width=118, force_terminal=True, file=open("/dev/null", "w"))  # noqa: SIM115
    for said, card in ((f"lena in me > {QUESTION}", answer), (f"── Arrived in {ROOM}", notice)):
        screen.print(Text(said, style="cyan"))
        screen.print(renderable(card))
        screen.print()
    # Without the fonts that rich would fetch from elsewhere: the picture stands alone.
    template = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    PICTURE.write_text(screen.export_svg(title="handshake demo", code_format=template))


if __name__ == "__main__":
    main()
