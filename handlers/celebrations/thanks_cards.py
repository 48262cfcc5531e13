"""The cards of thanks, and of days to remember."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from handlers.phrases import listing
from integrations.ports.cards import (
    Button,
    Buttons,
    Card,
    ChoiceField,
    Field,
    Form,
    Option,
    TextField,
    context,
    text,
)
from storage.values import (
    Anniversary,
    Directory,
    Kudos,
    Openness,
)


def kudos_form(values: Sequence[str]) -> Form:
    fields: list[Field] = [
        TextField("to", "Whom do you thank?", hint="Names or e-mails, separated by semicolons", max_length=300),
        TextField("reason", "What for?", hint="What they did, and what it changed", multiline=True, max_length=600),
        TextField("campaign", "For which campaign?", optional=True, max_length=80),
    ]
    if values:
        options = tuple(Option(value, value) for value in values)
        fields.append(ChoiceField("value", "Which of our values?", options, optional=True))
    return Form("kudos", "Thank somebody", tuple(fields), submit="Thank", words="kudos @bo for …")


def given(number: int, to: Sequence[str], *, in_room: bool) -> Card:
    where = "If they like, it is shown in this room." if in_room else "If they like, it stands in recaps."
    undo = Button("Take it back", "kudos undo", str(number), f"kudos undo {number}")
    return Card(
        f"{listing(list(to))} {'is' if len(to) == 1 else 'are'} told", (text(f"Privately. {where}"), Buttons((undo,)))
    )


def thanked(found: Kudos, names: Directory) -> Card:
    """To one who is thanked."""
    number = str(found.id)
    value = f" Value: {found.value}." if found.value else ""
    where = "in the room where it was said, and in recaps" if found.place else "in recaps"
    return Card(
        f"{names.name_of(found.by) or 'Somebody who left'} thanks you",
        (
            text(f"For {found.reason}{_for_campaign(found, names)}.{value}"),
            Buttons(
                (
                    Button("Let others read it", "kudos show", number, f"kudos show {number}"),
                    Button("Keep it to myself", "kudos keep", number, f"kudos keep {number}"),
                )
            ),
            context(f"Nobody else reads it unless you say so; then it stands {where}."),
        ),
    )


def _for_campaign(found: Kudos, names: Directory) -> str:
    return f", for {names.campaign[found.campaign].name}" if found.campaign in names.campaign else ""


def kudos(found: Kudos, names: Directory) -> Card:
    """To the room where it was given."""
    who = listing([names.name_of(each) or "somebody who left" for each in found.shown])
    value = f" Value: {found.value}." if found.value else ""
    return Card(
        f"Thank you, {who}",
        (
            text(
                f"{names.name_of(found.by) or 'Somebody who left'}: for {found.reason}{_for_campaign(found, names)}.{value}"
            ),
            context(
                f"Shown because {'they' if len(found.shown) > 1 else 'that person'} said so. To take it back: kudos undo {found.id}"
            ),
        ),
    )


def opened(number: int, openness: Openness, *, in_room: bool) -> Card:
    if openness is Openness.PRIVATE:
        back = Button("Let others read it", "kudos show", str(number), f"kudos show {number}")
        return Card("Kept between you", (text("Nobody else reads it."), Buttons((back,))))
    back = Button("Keep it to myself", "kudos keep", str(number), f"kudos keep {number}")
    where = "In the room where it was said, and in recaps." if in_room else "In recaps of rooms that look back."
    return Card("Others may read it", (text(where), Buttons((back,))))


def taken_back() -> Card:
    return Card("Taken back", (text("It is removed everywhere it was posted."),))


def day_kept(wanted: Anniversary) -> Card:
    leap = " In years without a 29th it is the 28th." if (wanted.month, wanted.day) == (2, 29) else ""
    return Card(
        "I will remember",
        (
            text(f"{wanted.day} {date(2024, wanted.month, 1):%B}, in recaps of rooms you sit in.{leap}"),
            context("To stop: anniversary off"),
        ),
    )


def no_day() -> Card:
    return Card("No day of yours is remembered", (text("To begin: anniversary 1 March since=2016"),))
