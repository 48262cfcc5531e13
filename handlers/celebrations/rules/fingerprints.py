"""Fingerprints of recognition cards: another fingerprint means another text. Pure.

An opt-out, an edit, a withdrawn thank-you or a departure changes the fingerprint of every card it affects, so no
command has to know which cards those are.
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
    """Everything that recognition cards are made from, as of now."""

    names: Directory
    celebrations: Mapping[int, Celebration] = field(default_factory=dict)
    kudos: Mapping[int, Kudos] = field(default_factory=dict)
    days: tuple[Anniversary, ...] = ()


def id_in(payload: Payload, name: str) -> int:
    """The id under *name* in *payload*; 0 if there is none."""
    value = payload.get(name)
    return value if isinstance(value, int) else 0


def period_in(payload: Payload) -> CalendarPeriod:
    """The period that a recap covers."""
    first, last = (date.fromisoformat(str(payload[name])) for name in ("first", "last"))
    return CalendarPeriod(first, last, str(payload["words"]))


def fingerprint_of(kind: str, payload: Payload, sources: CardSources) -> str | None:
    """The fingerprint of a card of that kind; None if it has nothing left to say."""
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
        (
            anniversary.person
            for anniversary, _ in upcoming_anniversaries(sources.days, period)
            if anniversary.person in sources.names.person
        ),
        sources.names,
    )
    return _digest(*thanks, "", *days)


def _named(people: Iterable[str], names: Directory) -> list[str]:
    """Each of *people* with the way a card may name them today."""
    return [f"{person_id}:{_called(person_id, names)}" for person_id in people]


def _called(person: str, names: Directory) -> str:
    entry = names.person_ever.get(person)
    return "gone" if entry is None else "named" if entry.named_publicly else "hidden"


def _digest(*parts: str) -> str:
    return sha256(json.dumps([str(part) for part in parts]).encode()).hexdigest()[:16]


def key_of(celebration: Celebration) -> str:
    """The subject under which its card is posted."""
    return f"{CARD}:{celebration.id}"
