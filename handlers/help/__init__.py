"""Where to begin, and what can be said."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.feature import Command, Feature
from handlers.help.commands import CommandGuide


def help_feature(others: Sequence[Feature]) -> Feature:
    """The slice that tells about *others* and about itself; it is made last, when all others are known."""
    guide = CommandGuide()
    feature = Feature(name="help", title="Finding your way", commands=_commands(guide))
    guide.features = (*others, feature)
    return feature


def _commands(guide: CommandGuide) -> tuple[Command, ...]:
    return (
        Command(
            words="home",
            run=guide.home,
            usage="home",
            does="Offers the six things people do most; saying nothing at all does the same.",
            examples=("home",),
            allows_strangers=True,
        ),
        Command(
            words="home ask",
            run=guide.ask_form,
            usage="home ask",
            does="Opens a form for a question.",
            examples=("home ask",),
        ),
        Command(
            words="help",
            run=guide.help,
            usage="help [TOPIC|COMMAND]",
            does="Lists what you can say to me, or explains one command.",
            examples=("help", "help people", "help roles grant"),
            takes=3,
            allows_strangers=True,
        ),
    )
