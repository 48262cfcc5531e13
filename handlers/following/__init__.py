"""Following an item: a direct message whenever a revision changes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from handlers.feature import Command, Compose, Feature, lazy_module

__all__ = ["FEATURE"]

if TYPE_CHECKING:
    from handlers.following import commands as _commands
    from handlers.following import hooks as _hooks
    from handlers.following import notices as _notices
else:
    _commands = lazy_module("handlers.following.commands")
    _hooks = lazy_module("handlers.following.hooks")
    _notices = lazy_module("handlers.following.notices")


_KEY_PATTERN = r"[^\s?!]+[-_.0-9][^\s?!]*"  # an item's key; with anything else the words are a question


def _composers() -> Mapping[str, Compose]:
    from handlers.following import notices

    return {
        notices.FOLLOWED_ITEM_CHANGED: notices.compose_followed_item_changed,
    }


FEATURE = Feature(
    name="following",
    title="Following an item",
    commands=(
        Command(
            words="follow",
            run=_commands.follow,
            usage="follow WEB-12",
            does="Tells you privately whenever a revision changes that item.",
            writes=True,
            takes=1,
            first_word_pattern=_KEY_PATTERN,
        ),
        Command(
            words="unfollow",
            run=_commands.unfollow,
            usage="unfollow WEB-12",
            does="No more words about that item.",
            writes=True,
            takes=1,
            first_word_pattern=_KEY_PATTERN,
        ),
        Command(
            words="following",
            run=_commands.list_followed,
            does="The items you follow.",
        ),
    ),
    notices=_composers,
    on_published=_hooks.on_published,
    export_person=_hooks.export_person,
    forget_person=_hooks.forget_person,
)
