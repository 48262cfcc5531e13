"""Operating: what happens by itself, what goes out, and what could not."""

from handlers.operating.feature import operating_feature

__all__ = ["operating_feature"]
