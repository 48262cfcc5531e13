"""The quarterly dinner: one poll, fair seats, everybody meets somebody new."""

from handlers.dinners.feature import FEATURE

__all__ = ["FEATURE"]
