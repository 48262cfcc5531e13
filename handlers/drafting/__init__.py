"""Changing the roadmap: edits into the shared draft, publishing it with one key or two, and taking it back."""

from handlers.drafting.feature import FEATURE

__all__ = ["FEATURE"]
