"""Places where cards can be posted, and what they subscribe to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Place:
    """Where cards can be posted. `conversation` is the platform's own id; `@id` means a direct message to that account."""

    id: int
    platform: str
    workspace: str
    conversation: str
    name: str = ""
    direct: bool = False
    members_known: bool = False  # every member is a person in the store: no guests, no other organisation
    external: bool = False  # shared with another organisation
    timezone: str = "UTC"
    quiet: str = ""  # its own quiet hours, "19:00-08:00"; "" are the organisation's
    days: str = ""  # its own working days, "mon-fri"; "" are the organisation's
    closed: bool = False  # archived, or the bot was removed


# "digest" is a daily one, "weekly" a weekly one.
SubscriptionLevel = Literal["material", "all", "digest", "weekly"]


NO_PLACE = Place(0, "", "", "")  # for what is asked or previewed where no place is stored


@dataclass(frozen=True, slots=True)
class Subscription:
    """A place that is notified of revisions. Empty filters mean "everything on the roadmap"."""

    id: int
    place: Place
    campaigns: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    level: SubscriptionLevel = "material"
    created_by: str = ""
