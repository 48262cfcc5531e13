"""The button that opens the form of an offer, with the values in it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.questions.rules.offers import Offer
from handlers.shared.rules.prefilled import as_words
from integrations.ports.cards import Button
from storage.values.company import Directory


def button_for(offer: Offer, names: Directory, *, in_room: bool) -> Button | None:
    """The button of *offer*; None while it lacks the item that it is about."""
    values = dict(offer.values)
    match offer.command:
        case "item edit" | "follow" if "key" not in values:
            return None
        case "item edit":
            key = values.pop("key")
            return _form(f"Change {key}", "item edit form", as_words(key, values))
        case "item add":
            return _form("Add the item", "item add form", as_words("", values))
        case "dinner plan":
            return _form("Plan a dinner", "dinner plan form", values.get("quarter", ""))
        case "kudos":
            return _form("Thank them", "kudos form", as_words("", values))
        case "follow":
            return _now(f"Follow {values['key']}", "follow", values["key"])
        case "subscribe":
            return _now("Subscribe this channel" if in_room else "Subscribe", "subscribe", _subscription(values, names))
        case "dinner rsvp":
            return _now("Show my invitation", "dinner", "")
        case command:
            return _now("Join", command, "")


def _form(label: str, action: str, value: str) -> Button:
    return Button(label, action, value, f"{action} {value}".strip(), "primary", asks=True)


def _now(label: str, action: str, value: str) -> Button:
    return Button(label, action, value, f"{action} {value}".strip(), "primary")


def _subscription(values: Mapping[str, str], names: Directory) -> str:
    campaign = names.campaign.get(values.get("campaign", ""))
    parts = ("roadmap", f'campaign:"{campaign.name}"' if campaign else "", values.get("level", ""))
    return " ".join(part for part in parts if part)
