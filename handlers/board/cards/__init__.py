"""The board as a card, and as Markdown and CSV."""

from __future__ import annotations

from handlers.board.cards.summary import EXAMPLES

__all__ = ["EXAMPLES"]
