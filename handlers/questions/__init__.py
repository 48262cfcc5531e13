"""Questions in plain words, answered from the published roadmap."""

from handlers.questions.feature import FEATURE

__all__ = ["FEATURE"]
