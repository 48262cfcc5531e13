"""What questions hold of a person, when that person exports or deletes their data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from handlers.context import AppContext, PersonTraces
from storage import questions
from storage.store import Session
from storage.values.company import Person


async def export_person(session: Session, person: Person, _decrypt: Callable[[str], str]) -> Mapping[str, Any]:
    asked = await questions.of_person(session, person.id)
    return {
        "questions": [
            {
                "question": question.name,
                "words": question.words,
                "at": question.at.isoformat(),
                "outcome": question.outcome,
            }
            for question in asked
        ]
    }


async def forget_person(_ctx: AppContext, session: Session, traces: PersonTraces) -> Mapping[str, int]:
    await questions.forget_person(session, traces.person.id)
    return {}
