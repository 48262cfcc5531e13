"""The limits of a table's size, importable without numpy."""

from __future__ import annotations

SMALLEST, LARGEST = 4, 12  # people at a table
