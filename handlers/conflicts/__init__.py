"""Conflicts: an item that is due after the campaign it serves starts or ends. Both owners are told once."""

from handlers.conflicts.feature import FEATURE

__all__ = ["FEATURE"]
