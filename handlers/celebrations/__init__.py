"""Recognition: what ships is seen, both sides are thanked, and nothing is public before a person said so."""

from handlers.celebrations.feature import FEATURE

__all__ = ["FEATURE"]
