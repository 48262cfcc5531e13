"""The cards of the calendar entry, the thanks on the day after, and the pulse."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.dinners.cards.words import when_words
from handlers.shared.rules.phrases import plural
from integrations.ports.cards import (
    Block,
    Button,
    Buttons,
    Card,
    ChoiceField,
    Fields,
    Form,
    Option,
    Spans,
    context,
    text,
)
from storage.values.dinners import Dinner

SHOWN_FROM = 5  # replies; fewer would show who said what
EVENING_FIELD, MET_FIELD = "evening", "met"
SCALE = ("5", "4", "3", "2", "1")
PULSE_FORM = Form(
    id="dinner pulse",
    title="Two questions",
    fields=(
        ChoiceField(
            EVENING_FIELD,
            "How was the evening?",
            (Option("5, very good", "5"), Option("4", "4"), Option("3", "3"), Option("2", "2"), Option("1, poor", "1")),
        ),
        ChoiceField(
            MET_FIELD,
            "Did you meet somebody of the other side whom you will talk to again?",
            (Option("Yes", "yes"), Option("No", "no")),
        ),
    ),
    submit="Send",
    intro=("Nobody sees who answered what: only sums are kept, and they are shown from five replies on.",),
    words="dinner pulse 5 yes",
)


def calendar(dinner: Dinner, *, cancels: bool) -> Card:
    """Accompanies the calendar file."""
    sentence = (
        "Open the file: it takes the entry out of your calendar."
        if cancels
        else "Open the file: it puts the dinner into your calendar, or brings the entry there up to date."
    )
    return Card(
        f"Dinner {dinner.key}: calendar entry",
        (
            text(f"{when_words(dinner)}. {sentence}"),
            context("Only you and the person who planned the dinner are named in it."),
        ),
    )


def thanks(dinner: Dinner, *, asks: bool = True) -> Card:
    """To the guests, on the day after; later, when the two questions are closed, without them."""
    title = f"Thank you for coming to dinner {dinner.key}"
    if not asks:
        return Card(title, (text("It was good to have you there. The two questions are closed."),))
    button = Button(
        "Two questions", "dinner pulse", dinner.key, f"dinner pulse {dinner.key} 5 yes", "primary", asks=True
    )
    return Card(
        title,
        (
            text("It was good to have you there. Two questions, without your name: half a minute."),
            Buttons((button,)),
            context("Sums are shown from five replies on. You are not asked again."),
        ),
    )


def pulsed(dinner: Dinner, *, again: bool) -> Card:
    sentence = (
        "You have answered already; the first time stands." if again else "Your answer is counted, without your name."
    )
    return Card(f"Dinner {dinner.key}: thank you", (text(sentence),))


def results(dinner: Dinner, replies: int, sums: Mapping[str, Mapping[str, int]]) -> Card:
    """The results of the pulse, if there are enough replies to stay anonymous."""
    if replies < SHOWN_FROM:
        sentence = f"{plural(replies, 'reply', 'replies')} so far; they are shown from {SHOWN_FROM} on."
        return Card(f"Dinner {dinner.key}: how it was", (text(sentence),))
    marks = sums.get(EVENING_FIELD, {})
    total = sum(marks.values())
    mean = sum(int(mark) * times for mark, times in marks.items()) / total if total else 0.0
    spread: list[tuple[str, Spans]] = [
        (f"{mark} of 5", (plural(marks.get(mark, 0), "reply", "replies"),)) for mark in SCALE
    ]
    again = sums.get(MET_FIELD, {}).get("yes", 0)
    blocks: tuple[Block, ...] = (
        text(f"The evening: {mean:.1f} of 5, from {plural(replies, 'reply', 'replies')}."),
        Fields(tuple(spread)),
        text(f"{again} of {replies} met somebody of the other side whom they will talk to again."),
    )
    return Card(f"Dinner {dinner.key}: how it was", blocks)
