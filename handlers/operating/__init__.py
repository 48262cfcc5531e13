"""Operating: what happens by itself, what goes out, and what could not."""

from handlers.operating.feature import operations_feature

__all__ = ["operations_feature"]
