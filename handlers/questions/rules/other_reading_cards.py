"""Cards for a question with several readings: the other one as a button, or all of them as buttons."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.questions.rules.understanding import Understood
from integrations.ports.cards import Block, Button, Buttons, Card, Context, text
from storage.values.questions import Plan

LONGEST_LABEL = 70  # characters; Slack cuts a button's label at 75


def which_reading(readings: Sequence[Understood]) -> Card:
    """Ask which reading is meant. The buttons come with the question's number, in `with_other_readings`."""
    listed = "".join(f"\n• {reading.description}" for reading in readings)
    return Card("What do you mean?", (text(f"Your question can be read as:{listed}"),))


def with_other_readings(card: Card, readings: Sequence[Understood], name: str, *, asks_back: bool) -> Card:
    """*card* with a button for each of *readings*; *name* is the question's number."""
    if not readings:
        return card
    buttons = Buttons(tuple(_button(reading, name, number) for number, reading in enumerate(readings, 1)))
    added: list[Block] = [buttons]
    if not asks_back:
        added = [text(f"Did you mean: {' or '.join(reading.description for reading in readings)}?"), buttons]
    last = len(card.blocks) - 1 if card.blocks and isinstance(card.blocks[-1], Context) else len(card.blocks)
    return Card(card.title, (*card.blocks[:last], *added, *card.blocks[last:]))


def _button(reading: Understood, name: str, number: int) -> Button:
    label = reading.description[:1].upper() + reading.description[1:]
    if len(label) > LONGEST_LABEL:
        label = f"{label[: LONGEST_LABEL - 1]}…"
    argument = name if number == 1 else f"{name} {number}"
    return Button(label, "other reading", argument, f"other reading {argument}")


_READINGS = (Understood(Plan(), "open items of SEO"), Understood(Plan(), "items about “seo”"))

EXAMPLES = (
    with_other_readings(which_reading(_READINGS), _READINGS, "Q17", asks_back=True),
    with_other_readings(Card("2 items", (text("• WEB-12"),)), _READINGS[:1], "Q17", asks_back=False),
)
