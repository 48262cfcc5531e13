"""What questions hold of a person, when that person exports or deletes their data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from handlers.context import AppContext, PersonTraces
from handlers.shared import notify
from handlers.shared.known_questions import SHARED
from storage import posted_cards, questions
from storage.store import Session
from storage.values.company import Person
from storage.values.deliveries import DeliveryKind


async def export_person(session: Session, person: Person, _decrypt: Callable[[str], str]) -> Mapping[str, Any]:
    asked = await questions.of_person(session, person.id)
    return {
        "questions": [
            {
                "question": question.name,
                "words": question.words,
                "at": question.at.isoformat(),
                "understood_as": question.understood_as,
                "outcome": question.outcome,
                "items": list(question.keys),
                "version": question.revision,
                "answered_to": "everybody in the room" if question.is_public else "you alone",
                "feedback": question.feedback,
            }
            for question in asked
        ]
    }


async def forget_person(ctx: AppContext, session: Session, traces: PersonTraces) -> Mapping[str, int]:
    """Their questions are deleted, and answers that they shared; questions of others that name them lose their words."""
    names = {question.name for question in await questions.of_person(session, traces.person.id)}
    for key in await posted_cards.keys_beginning(session, SHARED):
        if key.split(":")[1] in names:
            await notify.queue_delete(session, key, at=ctx.clock.now(), kind=DeliveryKind.REPLY)
    return {"questions": await questions.forget_person(session, traces.person.id, traces.words)}
