"""Handing a question to a person: who may know, their answer, and when it counts no more."""

from handlers.handover.feature import FEATURE

__all__ = ["FEATURE"]
