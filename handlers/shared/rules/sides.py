"""The two departments as opposites. Pure."""

from __future__ import annotations

from storage.values.company import Side

OTHER_SIDE = {Side.MARKETING: Side.IT, Side.IT: Side.MARKETING}
