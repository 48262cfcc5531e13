"""The app's two icons, drawn here: two rings, one through the other. Pure.

https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/apps-package#app-icons
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from math import hypot

COLOR_SIZE = 192
OUTLINE_SIZE = 32

Rgba = tuple[int, int, int, int]
BLUE: Rgba = (38, 84, 124, 255)
WHITE: Rgba = (255, 255, 255, 255)
AMBER: Rgba = (255, 196, 87, 255)
TRANSPARENT: Rgba = (255, 255, 255, 0)

# In parts of the icon's width: where the rings are, how large and how thick.
_LEFT, _RIGHT, _MIDDLE, _RADIUS, _THICK = 0.38, 0.62, 0.5, 0.21, 0.075
_GAP = 0.025  # around the ring that lies on top, so that one sees which does


def color_icon() -> bytes:
    """The full-colour one, as PNG: the ground fills it to the edge, because Teams rounds the corners itself."""
    return _draw_icon(COLOR_SIZE, BLUE, (WHITE, AMBER))


def outline_icon() -> bytes:
    """The one for the sidebar, as PNG: white on nothing."""
    return _draw_icon(OUTLINE_SIZE, TRANSPARENT, (WHITE, WHITE))


def _draw_icon(size: int, ground: Rgba, rings: tuple[Rgba, Rgba]) -> bytes:
    rows = [[_pixel((x + 0.5) / size, (y + 0.5) / size, size, ground, rings) for x in range(size)] for y in range(size)]
    return _png(rows)


def _pixel(x: float, y: float, size: int, ground: Rgba, rings: tuple[Rgba, Rgba]) -> Rgba:
    first, second = (_LEFT, rings[0]), (_RIGHT, rings[1])
    # The left ring lies on top in the upper half, the right one in the lower: so they hold each other.
    order = (second, first) if y < _MIDDLE else (first, second)
    color = ground
    for centre, ink in order:
        away = abs(hypot(x - centre, y - _MIDDLE) - _RADIUS)
        color = _over(ground, _cover(away, _THICK / 2 + _GAP, size), color)
        color = _over(ink, _cover(away, _THICK / 2, size), color)
    return color


def _cover(away: float, reach: float, size: int) -> float:
    """How much of a pixel lies within *reach*, from 0 to 1: soft edges."""
    return min(1.0, max(0.0, (reach - away) * size + 0.5))


def _over(ink: Rgba, cover: float, below: Rgba) -> Rgba:
    mixed = [round(above * cover + under * (1 - cover)) for above, under in zip(ink, below, strict=True)]
    return mixed[0], mixed[1], mixed[2], mixed[3]


def _png(rows: list[list[Rgba]]) -> bytes:
    """https://www.w3.org/TR/png-3/"""
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 6, 0, 0, 0)
    raw = b"".join(b"\0" + bytes(_flat(row)) for row in rows)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(raw, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def _flat(row: Iterable[Rgba]) -> Iterable[int]:
    return (part for pixel in row for part in pixel)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
