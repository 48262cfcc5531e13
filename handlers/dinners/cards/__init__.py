"""Every card and form of dinners, with an example of each."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from handlers.dinners.cards import afterwards, facts, planning, rsvp, tables
from handlers.dinners.rules.date_poll import Tally
from handlers.dinners.rules.views import DinnerView, RsvpCounts, SeatingFigures, TableView
from storage.values.company import Directory, Person, Side, Team
from storage.values.dinners import Dinner, DinnerState, Rsvp, RsvpAnswer, SeatStatus

__all__ = ["DIETARY_NEEDS_FORM", "EXAMPLES", "PULSE_FORM", "VOTE", "afterwards", "facts", "planning", "rsvp", "tables"]

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
_ROOM = DinnerView(_DATED, _NAMES, RsvpCounts(23, 3, 2, 5, 1), _TALLIES, 23, {"p_bo": 2})
_VOTED = {_DAYS[0]: RsvpAnswer.YES, _DAYS[1]: RsvpAnswer.MAYBE, _DAYS[2]: RsvpAnswer.NO}
_TABLES = (TableView(1, "p_ada", ("p_ada", "p_bo")), TableView(2, "p_bo", ("p_bo", "p_gone")))
_SEATS = tables.seats(_DATED, _TABLES, SeatingFigures(0, 388, 384, (("p_ada", "p_bo"),)), ("p_bo",), _NAMES)

DIETARY_NEEDS_FORM, PULSE_FORM = rsvp.DIETARY_NEEDS_FORM, afterwards.PULSE_FORM
VOTE = rsvp.vote_form(_POLLING, _DAYS, _VOTED)

EXAMPLES = (
    planning.planned(_PLANNED, _DAYS, _NAMES, new=True),
    planning.planned(_DATED, _DAYS[:1], _NAMES, new=False),
    planning.opened(_POLLING, 24),
    planning.opened(_DATED, 24),
    planning.opened(_PLANNED, 0),
    planning.picked(_DATED, "most people can come"),
    planning.called_off(_OFF, 12),
    planning.moved(_DATED, _NAMES),
    planning.moved(_OFF, _NAMES),
    planning.moved(_POLLING, _NAMES),
    planning.stuck(_POLLING, ("Ada <@U123>", "Bo"), _DAYS),
    planning.stuck(_POLLING, (), _DAYS),
    planning.roles(_DATED, "must", (_ADA, _BO)),
    planning.roles(_DATED, "organiser", ()),
    planning.apart((("ada@example.com", "bo@example.com"),), changed=True),
    planning.apart((), changed=False),
    planning.preview(rsvp.dinner_card(_ROOM), _DATED),
    planning.posted(_DATED, is_posted=True),
    planning.posted(_DATED, is_posted=False),
    rsvp.dinner_card(_POLL),
    rsvp.dinner_card(_POLL, None, _VOTED),
    rsvp.dinner_card(_ROOM),
    rsvp.dinner_card(_ROOM, _WAITS),
    rsvp.dinner_card(DinnerView(_PLANNED, _NAMES, RsvpCounts())),
    rsvp.dinner_card(DinnerView(_OFF, _NAMES, RsvpCounts())),
    rsvp.closed(_DATED),
    rsvp.poll_closed(_DATED),
    rsvp.poll_closed(_OFF),
    rsvp.offer_closed(_DATED, _YES),
    rsvp.offer_closed(_DATED, None),
    rsvp.offer_closed(_OFF, None),
    rsvp.voted(_POLL, _VOTED),
    rsvp.voted(_POLL, {}),
    rsvp.answered(_ROOM, _YES, asks_needs=True),
    rsvp.answered(_ROOM, _WAITS, asks_needs=True, host_reads=True),
    rsvp.answered(_POLL, _YES, asks_needs=False),
    rsvp.answered(_ROOM, _MAYBE, asks_needs=False),
    rsvp.answered(_ROOM, _NO, asks_needs=False),
    rsvp.offer(_ROOM, _OFFERED),
    rsvp.reminder(_ROOM, None),
    rsvp.reminder(_ROOM, _MAYBE),
    rsvp.needs_noted(_DATED, has_needs=True),
    rsvp.needs_noted(_DATED, has_needs=False),
    rsvp.needs_form_offered(_DATED, has=True),
    rsvp.needs_form_offered(_DATED, has=False),
    _SEATS,
    tables.seats(_DATED, (), None, (), _NAMES),
    tables.seats(_DATED, _TABLES, None, (), _NAMES),
    tables.seats(_DATED, _TABLES, SeatingFigures(2, 384, 384), (), _NAMES),
    tables.reseated(_DATED, ("p_ada",), ("p_bo",), _NAMES, _SEATS),
    tables.reseated(_DATED, (), (), _NAMES, _SEATS),
    tables.meeting(_DATED, _TABLES[0], "p_bo", ("Spring: Ada shipped WEB-1 <b>. What next?",), _NAMES),
    tables.meeting(_DATED, _TABLES[0], "p_ada", (), _NAMES),
    tables.dietary_needs(_DATED, {"p_bo": ("no nuts <b>", "no steps"), "p_ada": ("vegan", "")}, _NAMES),
    tables.dietary_needs(_PLANNED, {}, _NAMES),
    tables.needs_sent(_DATED, 2),
    tables.picture(_DATED, _TABLES, _NAMES),
    tables.absent(_DATED, ("p_bo",), _NAMES),
    afterwards.calendar(_DATED, cancels=False),
    afterwards.calendar(_OFF, cancels=True),
    afterwards.thanks(_DATED),
    afterwards.thanks(_DATED, asks=False),
    afterwards.pulsed(_DATED, again=False),
    afterwards.pulsed(_DATED, again=True),
    afterwards.results(_DATED, 4, {}),
    afterwards.results(_DATED, 6, {"evening": {"5": 4, "3": 2}, "met": {"yes": 5, "no": 1}}),
)
PLAN_FORM = planning.plan_form("2027-Q1")
