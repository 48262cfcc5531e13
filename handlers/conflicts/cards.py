"""The card about a conflict."""

from __future__ import annotations

from datetime import date

from handlers.shared.card_parts import item_name, owner_words, team_name
from handlers.shared.rules.dates import format_day
from handlers.shared.rules.phrases import plural
from integrations.ports.cards import Bold, Button, Buttons, Card, context, text
from storage.values.company import Campaign, Directory, Side, Team
from storage.values.roadmap import Item, Status


def conflict(item: Item, campaign: Campaign, edge: str, names: Directory) -> Card:
    """The conflict, for the owners of the item and of the campaign."""
    at = campaign.end if edge == "end" else campaign.start
    late = (item.due - at).days if item.due and at else 0
    happens = "ends" if edge == "end" else "starts"
    return Card(
        f"{item.key} is due {plural(late, 'day')} after {campaign.name} {happens}",
        (
            text(
                *item_name(item),
                " is due ",
                Bold(format_day(item.due) if item.due else "on no day"),
                f"; {campaign.name} {happens} on ",
                Bold(format_day(at) if at else "no day"),
                ".",
            ),
            text(
                f"The item: {owner_words(item, names)}, {team_name(item.team, names)}. "
                f"The campaign: {names.name_of(campaign.owner) or 'nobody'}. One of you moves, or says that it is fine."
            ),
            Buttons(
                (
                    Button("The item", "item", item.key, f"item {item.key}"),
                    Button(
                        "What if it came earlier",
                        "whatif",
                        f"{item.key} due=-{late}d",
                        f"whatif {item.key} due=-{late}d",
                    ),
                )
            ),
            context("You are told once, because you own one of the two."),
        ),
    )


_CAMPAIGN = Campaign("spring", "Spring Launch", owner="p1", start=date(2027, 3, 1), end=date(2027, 4, 30))
_ITEM = Item("WEB-12", "Consent banner <b>", "web", ("spring",), Status.BLOCKED, due=date(2027, 3, 10))

EXAMPLES = (
    conflict(_ITEM, _CAMPAIGN, "start", Directory((Team("web", "Web Platform", Side.IT),), (_CAMPAIGN,))),
    conflict(_ITEM, _CAMPAIGN, "end", Directory()),
)
