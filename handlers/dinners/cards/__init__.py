"""Every card and form of dinners, with an example of each beside them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from handlers.dinners.cards.afterwards import PULSE_FORM, calendar, pulsed, results, thanks
from handlers.dinners.cards.planning import (
    apart,
    called_off,
    moved,
    opened,
    picked,
    planned,
    posted,
    preview,
    roles,
    stuck,
)
from handlers.dinners.cards.rsvp import (
    DIETARY_NEEDS_FORM,
    DinnerView,
    answered,
    dinner_card,
    needs_form_offered,
    needs_noted,
    offer,
    reminder,
    vote_form,
    voted,
)
from handlers.dinners.cards.tables import (
    SeatingFigures,
    TableView,
    absent,
    dietary_needs,
    meeting,
    needs_sent,
    picture,
    picture_alt_text,
    reseated,
    seats,
)
from handlers.dinners.cards.words import RsvpCounts
from handlers.dinners.rules.date_poll import Tally
from storage.values.company import Directory, Person, Side, Team
from storage.values.dinners import Dinner, DinnerState, Rsvp, RsvpAnswer, SeatStatus

__all__ = [
    "DIETARY_NEEDS_FORM",
    "EXAMPLES",
    "PULSE_FORM",
    "VOTE",
    "absent",
    "answered",
    "apart",
    "calendar",
    "called_off",
    "dietary_needs",
    "dinner_card",
    "meeting",
    "moved",
    "needs_form_offered",
    "needs_noted",
    "needs_sent",
    "offer",
    "opened",
    "picked",
    "picture",
    "picture_alt_text",
    "planned",
    "posted",
    "preview",
    "pulsed",
    "reminder",
    "reseated",
    "results",
    "roles",
    "seats",
    "stuck",
    "thanks",
    "vote_form",
    "voted",
]

_NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
_DAYS = (date(2027, 2, 9), date(2027, 2, 10), date(2027, 2, 11))
_ADA = Person("p_ada", "ada@example.com", "Ada <@U123> *Lovelace* & Co", "web", "Lead <b>")
_BO = Person("p_bo", "bo@example.com", "بو", "seo")
_NAMES = Directory(
    teams=(Team("web", "R&D <core> *bold* | `x`", Side.IT), Team("seo", "SEO", Side.MARKETING)), people=(_ADA, _BO)
)
_PLANNED = Dinner(
    id=1, key="2027-Q1", host="p_ada", cap=24, timezone="Europe/Berlin", planned_at=_NOON, venue="Trattoria <x> & Co"
)
_POLLING = Dinner(
    id=1, key="2027-Q1", state=DinnerState.POLLING, host="p_ada", planned_at=_NOON, closes_at=_NOON + timedelta(days=7)
)
_DATED = Dinner(
    id=1,
    key="2027-Q1",
    state=DinnerState.INVITED,
    host="p_ada",
    cap=24,
    day=_DAYS[0],
    timezone="Europe/Berlin",
    planned_at=_NOON,
    venue="Trattoria <x> & Co",
)
_OFF = Dinner(id=1, key="2027-Q1", state=DinnerState.CANCELLED, planned_at=_NOON)
_TALLIES = (Tally(_DAYS[0], 18, 3, 2), Tally(_DAYS[1], 20, 0, 4, without=("p_ada",)), Tally(_DAYS[2], 1, 0, 0))
_YES = Rsvp(person="p_bo", answer=RsvpAnswer.YES, seat_status=SeatStatus.SEAT, since=_NOON)
_WAITS = Rsvp(person="p_bo", answer=RsvpAnswer.YES, seat_status=SeatStatus.WAITING, since=_NOON)
_OFFERED = Rsvp(
    person="p_bo",
    answer=RsvpAnswer.YES,
    seat_status=SeatStatus.OFFERED,
    since=_NOON,
    offered_until=_NOON + timedelta(hours=24),
)
_MAYBE, _NO = (
    Rsvp(person="p_bo", answer=RsvpAnswer.MAYBE),
    Rsvp(person="p_bo", answer=RsvpAnswer.NO, calendar_sequence=0),
)
_POLL = DinnerView(_POLLING, _NAMES, RsvpCounts(), _TALLIES, voters=23)
_ROOM = DinnerView(_DATED, _NAMES, RsvpCounts(24, 3, 2, 5), _TALLIES, 23, {"p_bo": 2})
_VOTED = {_DAYS[0]: RsvpAnswer.YES, _DAYS[1]: RsvpAnswer.MAYBE, _DAYS[2]: RsvpAnswer.NO}
_TABLES = (TableView(1, "p_ada", ("p_ada", "p_bo")), TableView(2, "p_bo", ("p_bo", "p_gone")))
_SEATS = seats(_DATED, _TABLES, SeatingFigures(0, 388, 384, (("p_ada", "p_bo"),)), ("p_bo",), _NAMES)

VOTE = vote_form(_POLLING, _DAYS, _VOTED)

EXAMPLES = (
    planned(_PLANNED, _DAYS, _NAMES, new=True),
    planned(_DATED, _DAYS[:1], _NAMES, new=False),
    opened(_POLLING, 24),
    opened(_DATED, 24),
    opened(_PLANNED, 0),
    picked(_DATED, "most people can come"),
    called_off(_OFF, 12),
    moved(_DATED, _NAMES),
    moved(_OFF, _NAMES),
    moved(_POLLING, _NAMES),
    stuck(_POLLING, ("Ada <@U123>", "Bo")),
    stuck(_POLLING, ()),
    roles(_DATED, "must", (_ADA, _BO)),
    roles(_DATED, "organiser", ()),
    apart((("ada@example.com", "bo@example.com"),), changed=True),
    apart((), changed=False),
    preview(dinner_card(_ROOM), _DATED),
    posted(_DATED, stands=True),
    posted(_DATED, stands=False),
    dinner_card(_POLL),
    dinner_card(_POLL, None, _VOTED),
    dinner_card(_ROOM),
    dinner_card(_ROOM, _WAITS),
    dinner_card(DinnerView(_PLANNED, _NAMES, RsvpCounts())),
    dinner_card(DinnerView(_OFF, _NAMES, RsvpCounts())),
    voted(_POLL, _VOTED),
    voted(_POLL, {}),
    answered(_ROOM, _YES, asks_needs=True),
    answered(_ROOM, _WAITS, asks_needs=True, host_reads=True),
    answered(_POLL, _YES, asks_needs=False),
    answered(_ROOM, _MAYBE, asks_needs=False),
    answered(_ROOM, _NO, asks_needs=False),
    offer(_ROOM, _OFFERED),
    reminder(_ROOM, None),
    reminder(_ROOM, _MAYBE),
    needs_noted(_DATED, has_needs=True),
    needs_noted(_DATED, has_needs=False),
    needs_form_offered(_DATED, has=True),
    needs_form_offered(_DATED, has=False),
    _SEATS,
    seats(_DATED, (), None, (), _NAMES),
    seats(_DATED, _TABLES, None, (), _NAMES),
    seats(_DATED, _TABLES, SeatingFigures(2, 384, 384), (), _NAMES),
    reseated(_DATED, ("p_ada",), ("p_bo",), _NAMES, _SEATS),
    reseated(_DATED, (), (), _NAMES, _SEATS),
    meeting(_DATED, _TABLES[0], "p_bo", ("Spring: Ada shipped WEB-1 <b>. What next?",), _NAMES),
    meeting(_DATED, _TABLES[0], "p_ada", (), _NAMES),
    dietary_needs(_DATED, {"p_bo": ("no nuts <b>", "no steps"), "p_ada": ("vegan", "")}, _NAMES),
    dietary_needs(_PLANNED, {}, _NAMES),
    needs_sent(_DATED, 2),
    picture(_DATED, _TABLES, _NAMES),
    absent(_DATED, ("p_bo",), _NAMES),
    calendar(_DATED, cancels=False),
    calendar(_OFF, cancels=True),
    thanks(_DATED),
    pulsed(_DATED, again=False),
    pulsed(_DATED, again=True),
    results(_DATED, 4, {}),
    results(_DATED, 6, {"evening": {"5": 4, "3": 2}, "met": {"yes": 5, "no": 1}}),
)
