"""What a greeting gets back: thanks are answered as such, and everybody hears what they can do here. Pure."""

from __future__ import annotations

import re

from storage.values.company import Permission

_THANKS = re.compile(r"\b(?:thanks?|thx|ty|cheers|much appreciated|merci|danke)\b", re.IGNORECASE)


def is_thanks(words: str) -> bool:
    return _THANKS.search(words) is not None


def abilities(permission: Permission) -> tuple[str, ...]:
    """What somebody with *permission* can do, the most frequent first."""
    able = ["Answer questions about the roadmap", "Tell you what is new and who has read it"]
    if permission.covers(Permission.CONTRIBUTOR):
        able.append("Change your team's items")
    if permission.covers(Permission.PUBLISHER):
        able.append("Publish and approve versions")
    if permission.covers(Permission.ADMIN):
        able.append("Plan dinners and tours, and import people and teams")
    else:
        able.append("Sign you up for dinners and tours")
    return (*able, "Pass on your thanks to colleagues")
