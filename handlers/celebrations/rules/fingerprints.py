"""What a card of recognition is worded from, as a mark: another mark means other words. Pure.

An opt-out, an edit, a thank-you taken back and somebody who left all change the mark of every card that they concern,
so nobody has to remember which cards those are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from handlers.celebrations.rules.recognition import upcoming_anniversaries
from handlers.shared.rules.periods import RECAP, CalendarPeriod
from storage.values.celebrations import Anniversary, Celebration, CelebrationState, Kudos
from storage.values.company import Directory

DRAFT, CARD, KUDOS, THANKED, HINT = (
    "celebration.draft", "celebration", "kudos", "kudos.offered", "recognition.hint",
)  # fmt: skip
Payload = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class CardSources:
    """Everything that cards of recognition are worded from, as it is now."""

    names: Directory
    celebrations: Mapping[int, Celebration] = field(default_factory=dict)
    kudos: Mapping[int, Kudos] = field(default_factory=dict)
    days: tuple[Anniversary, ...] = ()


def id_in(payload: Payload, name: str) -> int:
    """The id in *payload*, 0 for none."""
    found = payload.get(name)
    return found if isinstance(found, int) else 0


def period_in(payload: Payload) -> CalendarPeriod:
    """The period that a recap looks back on."""
    first, last = (date.fromisoformat(str(payload[name])) for name in ("first", "last"))
    return CalendarPeriod(first, last, str(payload["words"]))


def fingerprint_of(kind: str, payload: Payload, known: CardSources) -> str | None:
    """What a card of that kind is worded from; None when it has nothing left to say."""
    match kind:
        case "celebration":
            return _celebration(known.celebrations.get(id_in(payload, "celebration")), known.names)
        case "celebration.draft":
            return _draft(known.celebrations.get(id_in(payload, "celebration")))
        case "kudos":
            return _kudos(known.kudos.get(id_in(payload, "kudos")), known.names)
        case "kudos.offered":
            return _thanked(known.kudos.get(id_in(payload, "kudos")), str(payload.get("person", "")))
        case _ if kind == RECAP:
            return _recap(period_in(payload), known)
        case _:
            return ""


def _celebration(found: Celebration | None, names: Directory) -> str | None:
    if found is None or found.state not in {CelebrationState.POSTED, CelebrationState.REOPENED}:
        return None
    roles = [f"{who}={role}" for who, role in found.people]
    return _digest(found.state, found.text, *roles, *_named((who for who, _ in found.people), names))


def _draft(found: Celebration | None) -> str | None:
    return _digest(found.state, found.text, *found.thanks) if found else None


def _kudos(found: Kudos | None, names: Directory) -> str | None:
    if found is None or found.undone or not found.public_recipients:
        return None
    return _digest(found.reason, found.value, found.campaign, *_named((found.by, *found.public_recipients), names))


def _thanked(found: Kudos | None, person: str) -> str | None:
    if found is None or found.undone or person not in found.to:
        return None
    return _digest(found.reason, found.visibility[found.to.index(person)])


def _recap(period: CalendarPeriod, known: CardSources) -> str:
    given = [each for each in known.kudos.values() if period.first <= each.at.date() <= period.last]
    shown = [each for each in given if each.public_recipients and not each.undone]
    thanks = [
        part
        for each in shown
        for part in (str(each.id), each.reason, *_named((each.by, *each.public_recipients), known.names))
    ]
    days = _named((each.person for each, _ in upcoming_anniversaries(known.days, period)), known.names)
    return _digest(*thanks, "", *days)


def _named(people: Iterable[str], names: Directory) -> list[str]:
    """Each of *people* with how a card may call them today."""
    return [f"{each}:{_called(each, names)}" for each in people]


def _called(person: str, names: Directory) -> str:
    found = names.person.get(person)
    return "gone" if found is None else "named" if found.named_publicly else "hidden"


def _digest(*parts: str) -> str:
    return sha256(json.dumps([str(each) for each in parts]).encode()).hexdigest()[:16]


def key_of(found: Celebration) -> str:
    return f"{CARD}:{found.id}"
