"""Who sits where, and why it could not be better. Pure."""

from handlers.dinners.rules.seating import seat, sizes_for

__all__ = ["seat", "sizes_for"]
