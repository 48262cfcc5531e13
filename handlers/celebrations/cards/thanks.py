"""The cards of kudos and anniversaries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from handlers.shared.card_parts import person_name
from handlers.shared.rules.dates import format_day
from handlers.shared.rules.phrases import join_names, plural
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
from storage.values.celebrations import Anniversary, Kudos, KudosVisibility
from storage.values.company import Directory


def kudos_form(values: Sequence[str], to: str = "", reason: str = "") -> Form:
    fields: list[Field] = [
        TextField("to", "Whom do you thank?", to, hint="Names or e-mails, separated by semicolons", max_length=300),
        TextField(
            "reason", "What for?", reason, hint="What they did, and what it changed", multiline=True, max_length=600
        ),
        TextField("campaign", "For which campaign?", optional=True, max_length=80),
    ]
    if values:
        options = tuple(Option(value, value) for value in values)
        fields.append(ChoiceField("value", "Which of our values?", options, optional=True))
    return Form("kudos", "Thank somebody", tuple(fields), submit="Thank", words="kudos @bo for …")


def reword_form(kudos: Kudos) -> Form:
    field = TextField("reason", "What for?", kudos.reason, multiline=True, max_length=600)
    words = f'kudos edit {kudos.id} reason="…"'
    return Form("kudos edit", "Say it in other words", (field,), value=str(kudos.id), submit="Save", words=words)


def given(number: int, to: Sequence[str], *, in_room: bool) -> Card:
    """To the person who gave thanks."""
    where = "If they like, it is shown in this room." if in_room else "If they like, recaps show it."
    offers = Buttons((_reword_button(number), _undo_button(number)))
    return Card(f"{join_names(list(to))} {'is' if len(to) == 1 else 'are'} told", (text(f"Privately. {where}"), offers))


def _undo_button(number: int) -> Button:
    return Button("Take it back", "kudos undo", str(number), f"kudos undo {number}", "danger")


def _reword_button(number: int) -> Button:
    return Button("Edit", "kudos edit", str(number), f'kudos edit {number} reason="…"', asks=True)


def _show_button(number: int) -> Button:
    return Button("Let others read it", "kudos show", str(number), f"kudos show {number}")


def _keep_button(number: int) -> Button:
    return Button("Keep it to myself", "kudos keep", str(number), f"kudos keep {number}")


def reworded(kudos: Kudos, asked_again: Sequence[str]) -> Card:
    """To the person who changed the words of their thanks."""
    are = "is" if len(asked_again) == 1 else "are"
    again = (
        f" {join_names(list(asked_again))} said yes to the earlier words and {are} asked again." if asked_again else ""
    )
    return Card("Noted", (text(f"For {kudos.reason}.{again}"), Buttons((_undo_button(kudos.id),))))


def thanked(kudos: Kudos, person: str, names: Directory, *, again: bool) -> Card:
    """To *person*, who is thanked. *again* if the words changed after they had made it public."""
    value = f" Value: {kudos.value}." if kudos.value else ""
    where = "in the room where it was said, and in recaps" if kudos.place else "in recaps"
    sentence = {
        KudosVisibility.OFFERED: f"Nobody else reads it unless you say so; then it stands {where}.",
        KudosVisibility.PRIVATE: "You keep it to yourself; nobody else reads it.",
        KudosVisibility.PUBLIC: f"Others may read it, because you said so: it stands {where}.",
    }
    mine = kudos.visibility[kudos.to.index(person)]
    offers = {KudosVisibility.PRIVATE: (_show_button(kudos.id),), KudosVisibility.PUBLIC: (_keep_button(kudos.id),)}
    new = [text("You had let others read it. The words are new, so nobody does until you say so again.")]
    return Card(
        f"{names.name_of(kudos.by) or 'Somebody who left'} thanks you",
        (
            text(f"For {kudos.reason}{_for_campaign(kudos, names)}.{value}"),
            *(new if again and mine is KudosVisibility.OFFERED else []),
            Buttons(offers.get(mine, (_show_button(kudos.id), _keep_button(kudos.id)))),
            context(sentence[mine]),
        ),
    )


def _for_campaign(kudos: Kudos, names: Directory) -> str:
    return f", for {names.campaign[kudos.campaign].name}" if kudos.campaign in names.campaign else ""


def public_kudos(kudos: Kudos, names: Directory) -> Card:
    """To the room where it was given."""
    who = join_names([person_name(person_id, names) for person_id in kudos.public_recipients])
    value = f" Value: {kudos.value}." if kudos.value else ""
    return Card(
        f"Thank you, {who}",
        (
            text(
                f"{names.name_of(kudos.by) or 'Somebody who left'}: for {kudos.reason}{_for_campaign(kudos, names)}.{value}"
            ),
            context(
                f"Shown because {'they' if len(kudos.public_recipients) > 1 else 'that person'} said so. To take it back: kudos undo {kudos.id}; to no longer be named: kudos keep {kudos.id}"
            ),
        ),
    )


SHOWN = 8  # thanks in one list


def listed(thanks: Sequence[tuple[Kudos, Sequence[str]]], to: Sequence[str], names: Directory) -> Card:
    """The newest thanks with their recipients, those to the people called *to* if there are any."""
    about = f" to {join_names(list(to))}" if to else ""
    offer = Buttons((Button("Thank somebody", "kudos", words="kudos", asks=True),))
    if not thanks:
        words = "Thanks that people keep to themselves are not listed."
        return Card(f"No thanks{about} in the last three months", (text(words), offer))
    lines = [f"• {_thanks_line(kudos, who, names)}" for kudos, who in tuple(reversed(thanks))[:SHOWN]]
    if len(thanks) > SHOWN:
        lines.append(f"and {len(thanks) - SHOWN} more")
    count = plural(len(thanks), "thank-you", "thank-yous")
    return Card(f"{count}{about} in the last three months", (text("\n".join(lines)), offer))


def _thanks_line(kudos: Kudos, to: Sequence[str], names: Directory) -> str:
    who = join_names([person_name(person_id, names) for person_id in to])
    return f"{person_name(kudos.by, names)} thanked {who} for {kudos.reason} ({format_day(kudos.at.date())})"


def opened(number: int, openness: KudosVisibility, *, in_room: bool) -> Card:
    if openness is KudosVisibility.PRIVATE:
        return Card("Kept between you", (text("Nobody else reads it."), Buttons((_show_button(number),))))
    where = "In the room where it was said, and in recaps." if in_room else "In recaps of rooms that look back."
    return Card("Others may read it", (text(where), Buttons((_keep_button(number),))))


def taken_back() -> Card:
    return Card("Taken back", (text("It is removed everywhere it was posted."),))


def day_kept(anniversary: Anniversary) -> Card:
    leap = " In years without a 29th it is the 28th." if (anniversary.month, anniversary.day) == (2, 29) else ""
    return Card(
        "I will remember",
        (
            text(f"{anniversary.day} {date(2024, anniversary.month, 1):%B}, in recaps of rooms you sit in.{leap}"),
            context("To stop: anniversary off"),
        ),
    )


def no_day() -> Card:
    return Card("No day of yours is remembered", (text("To begin: anniversary 1 March since=2016"),))
