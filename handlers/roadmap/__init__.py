"""Reading the roadmap: the list, an item, a brief, what changed, and the export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.feature import Command, Feature, lazy_module

__all__ = ["FEATURE"]

if TYPE_CHECKING:
    from handlers.roadmap import commands as _commands
    from handlers.roadmap import hooks as _hooks
else:
    _hooks = lazy_module("handlers.roadmap.hooks")
    _commands = lazy_module("handlers.roadmap.commands")


_AS_OF = ("as-of",)

FEATURE = Feature(
    name="roadmap",
    title="The roadmap",
    commands=(
        Command(
            words="roadmap",
            run=_commands.show_roadmap,
            usage="roadmap [campaign|team] [--as-of DATE]",
            does="Shows what is on the roadmap, of everybody or of one campaign, team or side.",
            examples=("roadmap", "roadmap Spring Launch", "roadmap it", "roadmap --as-of 2026-09-01"),
            takes=6,
            options=_AS_OF,
        ),
        Command(
            words="item",
            run=_commands.show_item,
            usage="item KEY [--as-of DATE]",
            does="Shows one item: status, dates, owner, campaigns and what changed lately.",
            examples=("item WEB-12", "item WEB-12 --as-of R40"),
            takes=1,
            options=_AS_OF,
        ),
        Command(
            words="changes",
            run=_commands.show_changes,
            usage="changes R40..R42 | changes since DATE",
            does="Shows what changed between two versions, or since a day.",
            examples=("changes R40..R42", "changes since 2026-09-01", "changes R42"),
            takes=5,
        ),
        Command(
            words="brief",
            run=_commands.show_brief,
            usage="brief CAMPAIGN|TEAM [--as-of DATE]",
            does="One page to copy into a mail: owners, next dates, what is blocked, what shipped.",
            examples=("brief Spring Launch",),
            takes=6,
            options=_AS_OF,
        ),
        Command(
            words="export roadmap",
            run=_commands.export_roadmap,
            usage="export roadmap [--as-of DATE]",
            does="Gives you the roadmap as a CSV file.",
            examples=("export roadmap", "export roadmap --as-of 2026-09-01"),
            options=_AS_OF,
        ),
    ),
    export_person=_hooks.export_person,
)
