"""Reading the roadmap: the list, one item, one page about something, what changed, and the file of it."""

from handlers.roadmap.feature import FEATURE

__all__ = ["FEATURE"]
