"""How a card looks: in the console itself, and as Slack, Teams and plain text would show it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from markupsafe import Markup

from integrations.plain.render import card_text
from integrations.ports.cards import Card
from integrations.web import render
from integrations.web.html import escape, tag

CardPreview = Callable[[Card], str]

DEFAULT = "console"
NAMES = {DEFAULT: "Console", "slack": "Slack", "teams": "Teams", "text": "Text"}


class CardPreviews:
    """The looks by name. *others* are those of the platforms, drawn from what would really be sent there."""

    def __init__(self, others: Mapping[str, CardPreview]) -> None:
        self._previews: Mapping[str, CardPreview] = {DEFAULT: render.card_html, **others, "text": text_html}
        self.names = {name: words for name, words in NAMES.items() if name in self._previews}

    def known_or_default(self, name: str) -> str:
        """*name* if there is such a look, else our own."""
        return name if name in self._previews else DEFAULT

    def render(self, card: Card, look: str) -> Markup:
        """*card* as HTML; every look escapes what people wrote."""
        return Markup(self._previews[look](card))  # noqa: S704  (that is what a renderer is for)


def text_html(card: Card) -> str:
    """What a screen reader, a notification or a terminal gets."""
    return tag("article", tag("pre", escape(card_text(card)), dir="auto"), class_="card as-text")
