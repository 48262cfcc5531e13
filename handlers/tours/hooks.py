"""What tours hold of a person, when that person exports or deletes their data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from handlers.context import AppContext, PersonTraces
from handlers.feature import OpenWork
from handlers.shared.rules.phrases import join_names
from storage import tour_progress, tours
from storage.directory import directory
from storage.store import Session
from storage.values.company import Person
from storage.values.tours import TourMember, TourState


async def export_person(session: Session, person: Person, decrypt: Callable[[str], str]) -> Mapping[str, Any]:
    """Where they joined and with which wishes, their tours and answers, and what they wrote, for themselves alone."""
    programmes = await tours.programmes(session)
    memberships = [await tours.member(session, programme.key, person.id) for programme in programmes]
    travelled = [
        tour
        for programme in programmes
        for tour in await tours.all_tours(session, programme.key)
        if person.id in tour.people
    ]
    debriefs = await tour_progress.debriefs(session, shared_only=False)
    return {
        "tours": {
            "joined": [
                _membership_facts(member) | {"note": await _note(session, member, decrypt)}
                for member in memberships
                if member
            ],
            "tours": [
                {"id": tour.id, "starts": tour.starts.isoformat(), "state": str(tour.state)} for tour in travelled
            ],
            "debriefs": [
                {"tour": debrief.tour, "text": debrief.text if debrief.shared else decrypt(debrief.text)}
                for debrief in debriefs
                if debrief.person == person.id
            ],
            "checkins": [
                {
                    "tour": checkin.tour,
                    "step": checkin.step,
                    "asked_at": checkin.asked_at.isoformat(),
                    "met": checkin.met,
                    "obstacle": checkin.obstacle,
                }
                for checkin in await tour_progress.checkins(session)
                if checkin.person == person.id
            ],
            "approvals": [
                {
                    "tour": approval.tour,
                    "about_me": approval.about == person.id,
                    "asked_at": approval.asked_at.isoformat(),
                    "answer": approval.answer,
                }
                for approval in await tour_progress.approvals_of(session, person.id)
            ],
        }
    }


def _membership_facts(member: TourMember) -> dict[str, Any]:
    return {
        "programme": member.programme,
        "since": member.joined_at.isoformat(),
        "capacity": member.capacity,
        "visits": member.visits,
        "paused_until": member.paused_until.isoformat() if member.paused_until else None,
        "absent": [{"from": first.isoformat(), "to": last.isoformat()} for first, last in member.blackout],
    }


async def _note(session: Session, member: TourMember, decrypt: Callable[[str], str]) -> str:
    encrypted = await tours.encrypted_note(session, member.programme, member.person)
    return decrypt(encrypted) if encrypted else ""


async def forget_person(_ctx: AppContext, session: Session, traces: PersonTraces) -> Mapping[str, int]:
    await tours.forget_person(session, traces.person.id)
    await tour_progress.forget_person(session, traces.person.id)
    return {}


async def open_work(session: Session, person: Person) -> Sequence[OpenWork]:
    """Their tours, which the next run of the job ends; whoever is left without a partner is matched again if possible."""
    names = await directory(session)
    open_tours = await tours.tours_in(session, (TourState.PROPOSED, TourState.APPROVED, TourState.RUNNING))
    return [
        OpenWork(f"on tour {tour.id} with {join_names(others)}, which ends by itself within the hour")
        for tour in open_tours
        if (others := [names.name_of(other) for other in tour.people if other != person.id])
        and person.id in tour.people
    ]
