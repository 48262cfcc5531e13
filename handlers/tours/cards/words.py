"""Words and buttons shared by all cards of tours."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.shared.card_parts import person_name
from handlers.shared.rules.phrases import join_names
from integrations.ports.cards import Button
from storage.values.company import Directory
from storage.values.tours import Tour


def people_words(people: Sequence[str], names: Directory) -> str:
    return join_names([person_name(person_id, names) for person_id in people])


def with_names(reason: str, names: Directory) -> str:
    """*reason* with names in place of ids."""
    for person in names.people:
        if person.id in reason:
            reason = reason.replace(person.id, person.name or person.email)
    return reason


def answer_buttons(tour: Tour) -> tuple[Button, ...]:
    number = str(tour.id)
    return (
        Button("Yes", "tours approve", number, f"tours approve {number}", "primary"),
        Button("No", "tours decline", number, f"tours decline {number}"),
    )
