"""TODO: say what this module is for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from handlers.shared.rules.periods import CalendarPeriod
from storage.values.celebrations import Anniversary, Kudos
from storage.values.company import Directory
from storage.values.roadmap import Item


@dataclass(frozen=True, slots=True)
class RecapContent:
    """What there is to say about a period, for who reads it."""

    period: CalendarPeriod
    items: tuple[Item, ...]
    thanks: tuple[Kudos, ...]
    days: tuple[tuple[Anniversary, date], ...]
    names: Directory

    def __bool__(self) -> bool:
        return bool(self.items or self.thanks or self.days)
