"""The two departments: what they are called, and each as the other's opposite. Pure."""

from __future__ import annotations

from storage.values.company import Side

_NAMES = {Side.MARKETING: "Marketing", Side.IT: "IT"}
_OPPOSITES = {Side.MARKETING: Side.IT, Side.IT: Side.MARKETING}


def side_name(side: Side, other: str = "neither side") -> str:
    """`Marketing`, `IT`, or *other* for people and teams of neither."""
    return _NAMES.get(side, other)


def other_side(side: Side) -> Side:
    """The opposite department. Those who belong to neither have none and stay what they are."""
    return _OPPOSITES.get(side, side)
