"""What can be said about the board."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.feature import Command, Feature
from handlers.later import later

if TYPE_CHECKING:
    from handlers.board import commands
else:
    commands = later("handlers.board.commands")

FEATURE = Feature(
    name="board",
    title="The board",
    commands=(
        Command(
            words="board",
            run=commands.show,
            usage="board [md|csv]",
            does="One page for both sides: who is on the current version, what slipped, shipped and is blocked.",
            examples=("board", "board md", "board csv"),
            takes=1,
        ),
    ),
)
