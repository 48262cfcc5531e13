"""Reading the roadmap: the list, one item, one page about something, what changed, and the file of it."""

from handlers.roadmap.commands import FEATURE

__all__ = ["FEATURE"]
