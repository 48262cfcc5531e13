"""Previews of a card: as the page itself, Slack, Teams and plain text show it."""

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
    """The previews by name. *others* are those of the platforms, rendered from what would be sent there."""

    def __init__(self, others: Mapping[str, CardPreview]) -> None:
        self._previews: Mapping[str, CardPreview] = {DEFAULT: render.card_html, **others, "text": text_html}
        self.names = {name: words for name, words in NAMES.items() if name in self._previews}

    def known_or_default(self, name: str) -> str:
        """*name* if there is such a preview, otherwise the page's own."""
        return name if name in self._previews else DEFAULT

    def render(self, card: Card, look: str) -> Markup:
        """*card* as HTML. Every preview escapes user text."""
        return Markup(self._previews[look](card))  # noqa: S704  (the renderers escape)


def text_html(card: Card) -> str:
    """The text for screen readers, notifications and terminals."""
    return tag("article", tag("pre", escape(card_text(card)), dir="auto"), class_="card as-text")
