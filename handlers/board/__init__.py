"""The board: one page for both chiefs, as a card, as a file and for whoever draws it."""

from handlers.board.feature import FEATURE

__all__ = ["FEATURE"]
