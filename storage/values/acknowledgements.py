"""TODO: say what this module is for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A person's "I have it", bound to a revision; it covers all earlier ones."""

    person: str
    revision: int
    at: datetime
    platform: str
    account: str


@dataclass(frozen=True, slots=True)
class SentReminder:
    """The latest reminder about one revision: the first, the second, or (3) the word to the lead; and when."""

    step: int
    at: datetime
