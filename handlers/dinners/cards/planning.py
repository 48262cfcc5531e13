"""The cards for organisers, and notices that a dinner moved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from handlers.dinners.cards.words import cap_words, day_words, host_words, when_words, where_words
from handlers.dinners.rules.examples import other_dates_example
from handlers.shared.rules.phrases import join_names, plural
from integrations.ports.cards import Block, Bold, Button, Buttons, Card, Fields, Form, Spans, TextField, context, text
from storage.values.company import Directory, Person
from storage.values.dinners import Dinner, DinnerState

ROLES = {
    "organiser": ("Who runs the dinner beside the admins", "dinner organiser KEY @ana"),
    "must": ("Who has to be able to come", "dinner must KEY @ana @bo"),
}


def planned(dinner: Dinner, days: Sequence[date], names: Directory, *, new: bool) -> Card:
    """The plan, the next step, and buttons to take it now or call the dinner off."""
    pairs: list[tuple[str, Spans]] = [
        ("When", (when_words(dinner),)),
        ("Host", (host_words(dinner, names),)),
        ("Seats", (f"{cap_words(dinner)}, tables of up to {dinner.size}",)),
        ("Where", (where_words(dinner),)),
    ]
    blocks: list[Block] = [Fields(tuple(pairs))]
    if not dinner.day:
        blocks.append(text(Bold("On offer"), *[f"\n• {day_words(day)}" for day in days]))
    blocks += [text(_what_next(dinner, len(days))), Buttons(tuple(_next_buttons(dinner)))]
    dates = ", ".join(day.isoformat() for day in days)
    example = f'dinner plan {dinner.key} --cap {dinner.cap or 24} --dates "{dates}" --time {dinner.start_time}'
    return Card(
        f"Dinner {dinner.key} {'planned' if new else 'as it stands'}", (*blocks, context(f"To change it: {example}"))
    )


def plan_form(key: str) -> Form:
    """Ask for the plan of the dinner of quarter *key*."""
    fields = (
        TextField(
            "host", "Who hosts it?", hint="A name or an e-mail; empty: the next one whose turn it is", optional=True
        ),
        TextField("cap", "How many seats?", hint="Empty: no limit", optional=True, max_length=5),
        TextField(
            "dates", "Which days do you offer?", hint="2027-02-09, 2027-02-11; empty: I propose three", optional=True
        ),
        TextField("place", "Where?", optional=True, max_length=200),
    )
    words = f"dinner plan {key} --cap 24"
    intro = ("Nobody is asked today: you see the plan first.",)
    return Form("dinner plan", f"Dinner {key}", fields, value=key, submit="Plan it", intro=intro, words=words)


def _what_next(dinner: Dinner, days: int) -> str:
    if dinner.state is not DinnerState.PLANNED:
        return f"It is {dinner.state}; guests who were told already get the changes."
    if dinner.day or days < 2:
        return "Nobody was asked yet. Tomorrow everybody gets an invitation in private, unless it is called off before."
    return (
        f"Nobody was asked yet. Tomorrow everybody is asked in private which of {plural(days, 'day')} they can make, "
        "unless it is called off before."
    )


def _next_buttons(dinner: Dinner) -> list[Button]:
    key = dinner.key
    call_off = Button("Call it off", "dinner cancel", key, f"dinner cancel {key}", "danger")
    if dinner.state is not DinnerState.PLANNED:
        return [call_off]
    return [Button("Ask everybody now", "dinner open", key, f"dinner open {key}", "primary"), call_off]


def opened(dinner: Dinner, asked: int) -> Card:
    """The reply of `dinner open`."""
    about = "which day they can make" if dinner.state is DinnerState.POLLING else "whether they come"
    if dinner.state is DinnerState.PLANNED:
        return Card("Nothing to ask yet", (text("Offer a day first."),))
    return Card(f"Dinner {dinner.key} is open", (text(f"{plural(asked, 'person', 'people')} are asked {about}."),))


def picked(dinner: Dinner, reason: str) -> Card:
    day = day_words(dinner.day) if dinner.day else "no day"
    return Card(
        f"Dinner {dinner.key}: {day}", (text(f"{when_words(dinner)}, because {reason}. Invitations are on their way."),)
    )


def called_off(dinner: Dinner, guests: int) -> Card:
    return Card(
        f"Dinner {dinner.key} is called off",
        (
            text(
                f"{plural(guests, 'person', 'people')} who said that they come are told. What anybody told of diet and "
                "access is deleted. Calendars are cleared with: ",
                Bold(f"dinner ics {dinner.key}"),
            ),
        ),
    )


def moved(dinner: Dinner, names: Directory) -> Card:
    """To guests: the dinner has moved or is called off."""
    if dinner.state is DinnerState.CANCELLED:
        title, sentence = f"The dinner of {dinner.key} is called off", "There will be another one."
    else:
        title = f"The dinner of {dinner.key} has moved"
        now = f"It is now {when_words(dinner)}" if dinner.day else "Another day is being looked for"
        sentence = f"{now}; {where_words(dinner)}. Host: {host_words(dinner, names)}."
    return Card(
        title, (text(sentence), Buttons((calendar_button(dinner),)), context("You get this because you are a guest."))
    )


def calendar_button(dinner: Dinner) -> Button:
    return Button("Calendar entry", "dinner ics", dinner.key, f"dinner ics {dinner.key}")


def stuck(dinner: Dinner, without: Sequence[str], offered: Sequence[date]) -> Card:
    """To the organiser: no day on offer is possible."""
    reason = f"{join_names(without)} cannot" if without else "all of them are past"
    return Card(
        f"No day is left for the dinner of {dinner.key}",
        (
            text(f"Of the days on offer none is possible: {reason}. Offer others, or decide who need not be there."),
            context(f"{other_dates_example(dinner.key, offered)}, or: dinner must {dinner.key} off @ana"),
        ),
    )


def roles(dinner: Dinner, role: str, people: Sequence[Person]) -> Card:
    title, pattern = ROLES[role]
    example = pattern.replace("KEY", dinner.key)
    sentence = join_names([person.name or person.email for person in people]) or "Nobody yet."
    return Card(
        f"{title}: {dinner.key}",
        (text(sentence), context(f"To add: {example}. To take back: dinner {role} {dinner.key} off @ana")),
    )


def apart(pairs: Sequence[Sequence[str]], *, changed: bool) -> Card:
    lines = [f"\n• {join_names(list(pair))}" for pair in pairs]
    sentence: Spans = (Bold("No table holds both"), *lines) if lines else ("No two people are kept apart.",)
    return Card(
        "Noted" if changed else "Kept apart",
        (text(*sentence), context("Only those who run dinners see this. To take one back: dinner apart off @ana @bo")),
    )


def preview(card: Card, dinner: Dinner) -> Card:
    """The card that a room would get, as a preview."""
    post = Button("Post it here", "dinner post now", dinner.key, f"dinner post now {dinner.key}", "primary")
    return Card(
        f"Preview: {card.title}",
        (
            *(block for block in card.blocks if not isinstance(block, Buttons)),
            Buttons((post,)),
            context("Nothing was posted yet. It would stand in this room and be kept up to date."),
        ),
    )


def posted(dinner: Dinner, *, is_posted: bool) -> Card:
    if not is_posted:
        return Card("Taken back", (text(f"The card of the dinner of {dinner.key} was removed from this room."),))
    undo = Button("Undo", "dinner unpost", dinner.key, f"dinner unpost {dinner.key}")
    return Card("Posted", (text("The card follows here, and its tally is kept up to date."), Buttons((undo,))))
