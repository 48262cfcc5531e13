"""Acknowledgements of revisions, and the reminders for those who have not acknowledged one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A person's "I have it" for a revision. It covers all earlier revisions."""

    person: str
    revision: int
    at: datetime
    platform: str
    account: str


@dataclass(frozen=True, slots=True)
class SentReminder:
    """The latest reminder about one revision, and when it was sent. Step 3 is the notice to the person's lead."""

    step: int
    at: datetime
