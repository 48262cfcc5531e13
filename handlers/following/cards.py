"""Cards about following items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from handlers.shared.card_parts import headline, item_change_blocks, item_name, item_table, revision_words
from handlers.shared.rules.diff import ItemChange
from handlers.shared.rules.phrases import plural
from integrations.ports.cards import Button, Buttons, Card, context, text
from storage.values.company import Directory, Side, Team
from storage.values.roadmap import Item, Revision, RevisionState, Status


def followed(item: Item, names: Directory, *, new: bool) -> Card:
    stop = Button("Stop", "unfollow", item.key, f"unfollow {item.key}")
    sentence = "You get a private message when a revision changes it." if new else "You followed it already."
    return Card(
        f"You follow {item.key}",
        (text(*item_name(item), f". {sentence}"), item_table((item,), names), Buttons((stop,))),
    )


def unfollowed(key: str) -> Card:
    return Card(f"You no longer follow {key}", (text("Nothing more about it comes by itself."),))


def followed_items(items: Sequence[Item], names: Directory) -> Card:
    if not items:
        return Card("You follow no item", (text("Say for example: follow WEB-12"),))
    return Card(
        f"You follow {plural(len(items), 'item')}", (item_table(items, names), context("To stop: unfollow KEY"))
    )


def followed_item_changed(revision: Revision, item_changes: Sequence[ItemChange], names: Directory) -> Card:
    """What a revision changed of the items that the reader follows."""
    keys = [item_change.key for item_change in item_changes]
    stop = Button(f"Stop following {keys[0]}", "unfollow", keys[0], f"unfollow {keys[0]}")
    return Card(
        f"{', '.join(keys[:3])}{' and more' if len(keys) > 3 else ''} moved: {headline(item_changes)}",
        (
            *item_change_blocks(item_changes, names),
            Buttons((stop,)),
            context(f"{revision_words(revision)} You get this because you follow it. To stop: unfollow KEY"),
        ),
    )


_NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
_R42 = Revision(42, RevisionState.PUBLISHED, "p", "Vendor <late>", _NOON, _NOON, how="two-key", hash="0123456789abcdef")
_ITEM = Item("WEB-12", "Consent <b> banner", "web", status=Status.IN_PROGRESS, due=date(2027, 2, 20))
_NAMES = Directory((Team("web", "R&D <core>", Side.IT),))

EXAMPLES = (
    followed(_ITEM, _NAMES, new=True),
    followed(_ITEM, _NAMES, new=False),
    unfollowed("WEB-12"),
    followed_items((_ITEM,) * 3, _NAMES),
    followed_items((), _NAMES),
    followed_item_changed(_R42, (ItemChange(_ITEM, replace(_ITEM, due=date(2027, 3, 10))),), _NAMES),
)
