"""Acknowledging: who has which version, and what one has missed."""

from handlers.acknowledging.feature import FEATURE

__all__ = ["FEATURE"]
