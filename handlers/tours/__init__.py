"""Tours of duty: one of Marketing and one of IT, weeks together, matched as well as anybody could."""

from handlers.tours.feature import FEATURE

__all__ = ["FEATURE"]
