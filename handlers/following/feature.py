"""What can be said to follow items, and the notices about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from handlers.feature import Command, Compose, Feature
from handlers.later import later

if TYPE_CHECKING:
    from handlers.following import commands, telling
else:
    commands = later("handlers.following.commands")
    telling = later("handlers.following.telling")

KEY = r"[^\s?!]+[-_.0-9][^\s?!]*"  # how the key of an item looks; anything else was a question


def _notices() -> Mapping[str, Compose]:
    from handlers.following import telling

    return {
        telling.MOVED: telling.worded,
    }


FEATURE = Feature(
    name="following",
    title="Following an item",
    commands=(
        Command(
            words="follow",
            run=commands.follow,
            usage="follow WEB-12",
            does="Tells you privately whenever a revision changes that item.",
            examples=("follow WEB-12",),
            changes=True,
            takes=1,
            begins=KEY,
        ),
        Command(
            words="unfollow",
            run=commands.unfollow,
            usage="unfollow WEB-12",
            does="No more words about that item.",
            examples=("unfollow WEB-12",),
            changes=True,
            takes=1,
            begins=KEY,
        ),
        Command(
            words="following",
            run=commands.listing,
            usage="following",
            does="The items you follow.",
            examples=("following",),
        ),
    ),
    notices=_notices,
    on_published=telling.on_published,
)
