"""Help: the most frequent actions, and an explanation of every command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.feature import Command, Feature, lazy_module

__all__ = ["FEATURE"]

if TYPE_CHECKING:
    from handlers.help import commands as _commands
else:
    _commands = lazy_module("handlers.help.commands")


FEATURE = Feature(
    name="help",
    title="Finding your way",
    commands=(
        Command(
            words="home",
            run=_commands.home,
            does="Offers the six things people do most; saying nothing at all does the same.",
            allows_strangers=True,
        ),
        Command(
            words="home ask",
            run=_commands.ask_form,
            does="Opens a form for a question.",
        ),
        Command(
            words="help",
            run=_commands.explain,
            usage="help [TOPIC|COMMAND]",
            does="Lists what you can say to me, or explains one command.",
            examples=("help", "help people", "help roles grant"),
            takes=3,
            allows_strangers=True,
        ),
    ),
)
