"""The board: one page about the whole company, as a card, as files and as a web page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.feature import Command, Feature, lazy_module

__all__ = ["FEATURE"]

if TYPE_CHECKING:
    from handlers.board import commands as _commands
else:
    _commands = lazy_module("handlers.board.commands")


FEATURE = Feature(
    name="board",
    title="The board",
    commands=(
        Command(
            words="board",
            run=_commands.show_board,
            usage="board [md|csv]",
            does="One page for both sides: who is on the current version, what slipped, shipped and is blocked.",
            examples=("board", "board md", "board csv"),
            takes=1,
        ),
    ),
)
