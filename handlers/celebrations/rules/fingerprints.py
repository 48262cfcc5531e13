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
    value = payload.get(name)
    return value if isinstance(value, int) else 0


def period_in(payload: Payload) -> CalendarPeriod:
    """The period that a recap looks back on."""
    first, last = (date.fromisoformat(str(payload[name])) for name in ("first", "last"))
    return CalendarPeriod(first, last, str(payload["words"]))


def fingerprint_of(kind: str, payload: Payload, sources: CardSources) -> str | None:
    """What a card of that kind is worded from; None when it has nothing left to say."""
    match kind:
        case "celebration":
            return _celebration(sources.celebrations.get(id_in(payload, "celebration")), sources.names)
        case "celebration.draft":
            return _draft(sources.celebrations.get(id_in(payload, "celebration")))
        case "kudos":
            return _kudos(sources.kudos.get(id_in(payload, "kudos")), sources.names)
        case "kudos.offered":
            return _thanked(sources.kudos.get(id_in(payload, "kudos")), str(payload.get("person", "")))
        case _ if kind == RECAP:
            return _recap(period_in(payload), sources)
        case _:
            return ""


def _celebration(celebration: Celebration | None, names: Directory) -> str | None:
    if celebration is None or celebration.state not in {CelebrationState.POSTED, CelebrationState.REOPENED}:
        return None
    roles = [f"{who}={role}" for who, role in celebration.people]
    return _digest(celebration.state, celebration.text, *roles, *_named((who for who, _ in celebration.people), names))


def _draft(celebration: Celebration | None) -> str | None:
    return _digest(celebration.state, celebration.text, *celebration.thanks) if celebration else None


def _kudos(kudos: Kudos | None, names: Directory) -> str | None:
    if kudos is None or kudos.undone or not kudos.public_recipients:
        return None
    return _digest(kudos.reason, kudos.value, kudos.campaign, *_named((kudos.by, *kudos.public_recipients), names))


def _thanked(kudos: Kudos | None, person: str) -> str | None:
    if kudos is None or kudos.undone or person not in kudos.to:
        return None
    return _digest(kudos.reason, kudos.visibility[kudos.to.index(person)])


def _recap(period: CalendarPeriod, sources: CardSources) -> str:
    given = [kudos for kudos in sources.kudos.values() if period.first <= kudos.at.date() <= period.last]
    shown = [kudos for kudos in given if kudos.public_recipients and not kudos.undone]
    thanks = [
        part
        for kudos in shown
        for part in (str(kudos.id), kudos.reason, *_named((kudos.by, *kudos.public_recipients), sources.names))
    ]
    days = _named(
        (anniversary.person for anniversary, _ in upcoming_anniversaries(sources.days, period)), sources.names
    )
    return _digest(*thanks, "", *days)


def _named(people: Iterable[str], names: Directory) -> list[str]:
    """Each of *people* with how a card may call them today."""
    return [f"{person_id}:{_called(person_id, names)}" for person_id in people]


def _called(person: str, names: Directory) -> str:
    entry = names.person.get(person)
    return "gone" if entry is None else "named" if entry.named_publicly else "hidden"


def _digest(*parts: str) -> str:
    return sha256(json.dumps([str(part) for part in parts]).encode()).hexdigest()[:16]


def key_of(celebration: Celebration) -> str:
    return f"{CARD}:{celebration.id}"
