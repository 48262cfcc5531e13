"""Who can take part in a round, and as what: side, seniority, skills. Pure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from handlers.shared.rules.sides import other_side
from storage.values.company import Person, Side
from storage.values.tours import TourMember, Traveller

_RANKS = (
    (4, r"chief|c[a-z]o\b|president|vice president|vp\b"),
    (3, r"head|director|lead\b|leader|manager|principal"),
    (0, r"intern|trainee|apprentice|junior|assistant|working student"),
)
_DEFAULT_RANK = 2  # for roles without a word of _RANKS


def seniority(role: str) -> int:
    """0 (a beginner) to 4 (leads a side), by the words of their role."""
    title = role.casefold()
    return next((rank for rank, words in _RANKS if re.search(rf"\b(?:{words})", title)), _DEFAULT_RANK)


def effective_side(side: Side, visits: str) -> Side | None:
    """A person's side: their own, or the opposite of the one they chose to visit; None without a choice."""
    if side is not Side.OTHER:
        return side
    return other_side(Side(visits)) if visits else None


def ineligibility_reason(member: TourMember, person: Person | None, side: Side | None, starts: date, ends: date) -> str:
    """Why a member cannot take part in a round from *starts* to *ends*; "" if they can."""
    if person is None:
        return "left the company"
    if member.paused_until and member.paused_until > starts:
        return f"paused until {member.paused_until.isoformat()}"
    away = [(first, last) for first, last in member.blackout if first <= ends and last >= starts]
    if any((min(last, ends) - max(first, starts)).days * 2 >= (ends - starts).days for first, last in away):
        return "is away for half of it or more"
    return "" if side else "belongs to neither side and has not said which one to visit"


def traveller(member: TourMember, person: Person, side: Side, starts: date) -> Traveller:
    """The traveller of a round that starts on that day."""
    noon = datetime.combine(starts, time(12), UTC).astimezone(ZoneInfo(person.timezone))
    offset = noon.utcoffset()
    return Traveller(
        id=person.id,
        side=side,
        offered=frozenset(_folded(person.skills_offered)),
        wanted=frozenset(_folded(person.skills_wanted)),
        utc_offset_min=int(offset.total_seconds() // 60) if offset else 0,
        seniority=seniority(person.role),
        capacity=member.capacity,
    )


def _folded(skills: tuple[str, ...]) -> list[str]:
    return [" ".join(skill.casefold().split()) for skill in skills if skill.strip()]
