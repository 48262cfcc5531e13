"""Every card and form of tours, with an example of each."""

from __future__ import annotations

from datetime import UTC, date, datetime

from handlers.tours.cards import lifecycle, planning
from handlers.tours.rules.figures import ProgrammeFigures
from handlers.tours.rules.inputs import RoundInputs, RoundWithProof
from handlers.tours.rules.proof import Proof
from storage.values.company import Directory, Person, Side, Team
from storage.values.tours import (
    Explanation,
    PairConstraints,
    PairingHistory,
    Programme,
    RoundSolution,
    Totals,
    Tour,
    TourGroup,
    TourMember,
    TourState,
)

__all__ = ["DEBRIEF_FORM", "EXAMPLES", "PROFILE_FORM", "lifecycle", "planning"]

_TRAVELLER = Person("p_ana", "ana@example.com", "Ana <b> Lima", "seo", role="Copy lead", skills_offered=("seo",))
_PARTNER = Person("p_bo", "bo@example.com", "Bo & Chen", "web", skills_wanted=("copy", "tone"))
_TRAVELLERS = Directory((), (), (_TRAVELLER, _PARTNER))
_APPROVED = Tour(id=12, round=3, programme="tours", people=("p_ana", "p_bo"), state=TourState.APPROVED, starts=date(2027, 1, 4), ends=date(2027, 1, 29), uid="t")  # fmt: skip

_ANA, _BO = (
    Person("p_ana", "ana@example.com", "Ana <b> Lima", "seo"),
    Person("p_bo", "bo@example.com", "Bo & Chen", "web"),
)
_NAMES = Directory((Team("web", "Web", Side.IT), Team("seo", "SEO", Side.MARKETING)), (), (_ANA, _BO))
_DAY = date(2027, 1, 4)
_TOUR = Tour(
    id=12,
    round=3,
    programme="tours",
    people=("p_ana", "p_bo"),
    state=TourState.PROPOSED,
    starts=_DAY,
    ends=date(2027, 1, 29),
    uid="t",
)
_MEMBER = TourMember(
    programme="tours",
    person="p_ana",
    joined_at=datetime(2026, 11, 2, tzinfo=UTC),
    capacity=2,
    visits="it",
    blackout=((_DAY, _DAY),),
)
_PAIR = frozenset({"p_ana", "p_bo"})
_ROUND = RoundSolution((TourGroup(("p_ana", "p_bo"), (_PAIR,)),), (Explanation(("p_bo",), "p_bo has met everybody"),), (Explanation(("p_ana", "p_bo"), "p_ana again"),), Totals(1, 1, 700), 9, 9)  # fmt: skip
_SOLVED = RoundWithProof(
    Programme(key="tours"),
    3,
    _DAY,
    RoundInputs((), PairingHistory(), PairConstraints(), "s", 3, (("p_bo", "paused"),)),
    _ROUND,
    Proof(),
    _NAMES,
)
_EMPTY = RoundWithProof(
    Programme(key="tours"),
    3,
    _DAY,
    RoundInputs((), PairingHistory(), PairConstraints(), "s", 3),
    RoundSolution((), (), (), Totals(), 0, 0),
    Proof(),
    _NAMES,
)
_FIGURES = ProgrammeFigures(3, 40, 19, 2, 0, 15, 18, (("2027-Q1", 7),), (("Web", 6),))

EXAMPLES = (
    lifecycle.proposed(_APPROVED, _TRAVELLER, ("p_ana",), _TRAVELLERS, again=False),
    lifecycle.proposed(_APPROVED, Person("p_cy", "cy@x.com", "Cy"), ("p_ana",), _TRAVELLERS, again=True),
    lifecycle.approved(_APPROVED, (), _TRAVELLERS),
    lifecycle.declined(_APPROVED, (_APPROVED,), _TRAVELLERS),
    lifecycle.kickoff(_APPROVED, _TRAVELLER, _TRAVELLERS, moved=False),
    lifecycle.kickoff(_APPROVED, _TRAVELLER, _TRAVELLERS, moved=True),
    lifecycle.cancelled(_APPROVED, _TRAVELLER, _TRAVELLERS),
    lifecycle.checkin(_APPROVED, _TRAVELLER, "half", _TRAVELLERS),
    lifecycle.checked_in(_APPROVED, _TRAVELLERS, met=False),
    lifecycle.extended(_APPROVED),
    lifecycle.stopped(_APPROVED, _TRAVELLERS),
    lifecycle.asked_debrief(_APPROVED, _TRAVELLER, _TRAVELLERS),
    lifecycle.debriefed(_APPROVED, shared=True),
    lifecycle.left_out(3, "p_bo has met everybody", _TRAVELLERS),
    planning.overview((), (), (), _NAMES),
    planning.overview((_MEMBER,), (_TOUR,), (_TOUR,), _NAMES),
    planning.joined(Programme(key="tours"), _ANA, new=True, needs_side=True),
    planning.left(),
    planning.paused(_DAY),
    planning.profile(_ANA, _MEMBER, "prefers <mornings>"),
    planning.plan(_SOLVED, ((_PAIR, Totals(1, 2, 30)), (_PAIR, Totals()))),
    planning.plan(_EMPTY, ()),
    planning.pair_set(_ANA, _BO, "pin"),
    planning.published(_SOLVED),
    planning.proof(_SOLVED, "tours-tours-round-3.json"),
    planning.programme(Programme(key="design", weeks=6, every=13)),
    planning.plan_due("tours"),
    planning.figures(Programme(key="tours"), _FIGURES),
    planning.figures(Programme(key="tours"), ProgrammeFigures(1, 2, 1, 0, 0, 0, 0, (), ())),
)
PROFILE_FORM = planning.profile_form(_ANA, _MEMBER, "", of_neither=True)
DEBRIEF_FORM = lifecycle.debrief_form(_APPROVED)
