"""The cards of tables: the seating, a guest's own table, dietary needs for the host."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handlers.dinners.cards.words import day_words, when_words, where_words
from handlers.dinners.rules.views import SeatingFigures, TableView
from handlers.shared.card_parts import person_name
from handlers.shared.rules.phrases import join_names, plural
from integrations.ports.cards import Block, Bold, Button, Buttons, Card, Context, Image, Span, Text, context, text
from storage.values.company import Directory
from storage.values.dinners import Dinner


def seats(
    dinner: Dinner,
    tables: Sequence[TableView],
    figures: SeatingFigures | None,
    unseated: Sequence[str],
    names: Directory,
) -> Card:
    """All tables; *figures* are for organisers."""
    if not tables:
        return Card(f"Dinner {dinner.key}: nobody to seat yet", (text("Nobody has said yes so far."),))
    people = sum(len(table.people) for table in tables)
    blocks: list[Block] = [_table(table, names) for table in tables]
    if unseated:
        blocks.append(
            text(Bold("Waiting list"), f": {join_names([person_name(person, names) for person in unseated])}")
        )
    if figures:
        blocks += [*_figures(figures, names), _buttons(dinner)]
    return Card(f"Dinner {dinner.key}: {plural(people, 'guest')} at {plural(len(tables), 'table')}", tuple(blocks))


def _table(table: TableView, names: Directory) -> Text:
    others = [person_name(person, names) for person in table.people if person != table.host]
    return text(
        Bold(f"Table {table.number}"), f", host {person_name(table.host, names)}: {join_names(others) or 'nobody else'}"
    )


def _figures(figures: SeatingFigures, names: Directory) -> list[Text | Context]:
    blocks: list[Text | Context] = []
    if figures.broken:
        pairs = [join_names([person_name(person, names) for person in pair]) for pair in figures.broken]
        blocks.append(text(Bold("Could not be kept apart"), f": {'; '.join(pairs)}"))
    met = "nobody meets again" if not figures.repeats else f"{plural(figures.repeats, 'pair')} meet again"
    gap = figures.cost - figures.bound
    proof = (
        "no seating is better"
        if gap <= 0
        else f"no seating can cost less than {figures.bound:,}; this one is {gap:,} above"
    )
    return [*blocks, context(f"Compared with all dinners before: {met}. Cost {figures.cost:,}: {proof}.")]


def _buttons(dinner: Dinner) -> Buttons:
    key = dinner.key
    return Buttons(
        (
            Button("Picture", "dinner picture", key, f"dinner picture {key}"),
            Button("Reseat", "dinner reseat", key, f"dinner reseat {key}"),
        )
    )


def reseated(dinner: Dinner, moved: Sequence[str], joined: Sequence[str], names: Directory, whole: Card) -> Card:
    """The changes of a reseating, then all tables."""
    summary = f"{plural(len(moved), 'person', 'people')} changed table"
    who = f": {join_names([person_name(person, names) for person in moved])}" if moved else ""
    new = f" New at a table: {join_names([person_name(person, names) for person in joined])}." if joined else ""
    return Card(f"Dinner {dinner.key}: {summary}", (text(f"{summary}{who}.{new}"), *whole.blocks))


def meeting(dinner: Dinner, table: TableView, me: str, prompts: Sequence[str], names: Directory) -> Card:
    """To a guest on the day: their table, the others there, topics to talk about."""
    hosting = "You are host at this table." if table.host == me else f"Your host is {person_name(table.host, names)}."
    lines: list[Span] = [Bold("You will meet")]
    for guest in (names.person.get(other) for other in table.people if other != me):
        if guest:
            team = names.team.get(guest.team)
            lines.append(
                f"\n• {guest.name or guest.email}"
                + (
                    f", {', '.join(filter(None, (guest.role, team.name if team else '')))}"
                    if guest.role or team
                    else ""
                )
            )
    blocks: list[Block] = [text(f"{when_words(dinner)}; {where_words(dinner)}. {hosting}"), Text(tuple(lines))]
    if prompts:
        blocks.append(text(Bold("To talk about"), *[f"\n• {prompt}" for prompt in prompts]))
    cannot = Button("I cannot come after all", "dinner rsvp", f"no {dinner.key}", f"dinner rsvp no {dinner.key}")
    ics = Button("Calendar entry", "dinner ics", dinner.key, f"dinner ics {dinner.key}")
    return Card(f"Dinner {dinner.key}: table {table.number}", (*blocks, Buttons((ics, cannot))))


def dietary_needs(dinner: Dinner, needs: Mapping[str, tuple[str, str]], names: Directory) -> Card:
    """To the host only. *needs* maps a person to (diet, access)."""
    lines: list[Span] = []
    for person, (diet, access) in sorted(needs.items(), key=lambda entry: person_name(entry[0], names)):
        sentence = "; ".join(
            part for part in (f"diet: {diet}" if diet else "", f"access: {access}" if access else "") if part
        )
        lines += ["\n• ", Bold(person_name(person, names)), f" – {sentence}"]
    said_all = text(*lines) if lines else text("Nobody told you of any.")
    day = day_words(dinner.day) if dinner.day else "the day is open"
    small = "For you alone, as the host: please do not pass it on. It is deleted here 14 days after the dinner."
    return Card(f"Diet and access: dinner {dinner.key}, {day}", (said_all, context(small)))


def needs_sent(dinner: Dinner, count: int) -> Card:
    return Card(
        f"Diet and access: dinner {dinner.key}",
        (
            text(
                f"{plural(count, 'guest')} told something. It is in the host's own conversation with me, and nowhere else."
            ),
        ),
    )


def picture(dinner: Dinner, tables: Sequence[TableView], names: Directory) -> Card:
    """Accompanies the picture file, with alt text."""
    return Card(f"Dinner {dinner.key}: the tables", (Image("", picture_alt_text(tables, names)),))


def picture_alt_text(tables: Sequence[TableView], names: Directory) -> str:
    """What the picture shows, in words."""
    descriptions = [
        f"table {table.number} with {join_names([person_name(person, names) for person in table.people])}, host {person_name(table.host, names)}"
        for table in tables
    ]
    return f"{plural(len(tables), 'round table')}: {'; '.join(descriptions)}."


def absent(dinner: Dinner, people: Sequence[str], names: Directory) -> Card:
    who = join_names([person_name(person, names) for person in people])
    return Card(
        f"Noted: {who} did not come to the dinner of {dinner.key}", (text("They may meet those people another time."),)
    )
