"""Notices: which rooms hear of a published revision, and what they read."""

from handlers.notices.feature import FEATURE

__all__ = ["FEATURE"]
