"""Where to begin, and what can be said."""

from handlers.help.commands import help_feature

__all__ = ["help_feature"]
