"""Questions in plain words, answered from the published roadmap."""

from handlers.questions.commands import FEATURE

__all__ = ["FEATURE"]
