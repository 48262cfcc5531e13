"""Following an item: a private word whenever a revision changes it."""

from handlers.following.feature import FEATURE

__all__ = ["FEATURE"]
