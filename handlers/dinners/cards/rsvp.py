"""The cards of the poll and the invitation, and the replies to an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from handlers.dinners.cards.planning import calendar_button
from handlers.dinners.cards.words import counts_words, day_words, host_words, until_words, when_words, where_words
from handlers.dinners.rules.date_poll import Tally
from handlers.dinners.rules.views import DinnerView
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
    Table,
    TextField,
    context,
    text,
)
from storage.values.dinners import Dinner, DinnerState, Rsvp, RsvpAnswer, SeatStatus

PRIVATE_NEEDS = (
    "Only the host reads it, in private. It is kept encrypted and deleted 14 days after the dinner; no export, log or "
    "answer ever holds it."
)
DIETARY_NEEDS_FORM = Form(
    id="dinner needs",
    title="Diet and access",
    fields=(
        TextField("diet", "What do you not eat?", hint="For example: vegan, no nuts", optional=True, max_length=300),
        TextField(
            "access",
            "What do you need to get in and sit well?",
            hint="For example: no steps",
            optional=True,
            max_length=300,
        ),
    ),
    submit="Tell the host",
    intro=(PRIVATE_NEEDS,),
    words='dinner needs --diet "vegan" --access "no steps"',
)


def vote_form(dinner: Dinner, days: Sequence[date], mine: Mapping[date, RsvpAnswer]) -> Form:
    """Ask which days a person can make, with their earlier answer filled in."""
    options = tuple(Option(day_words(day), day.isoformat()) for day in days)

    def chosen(answer: RsvpAnswer) -> tuple[str, ...]:
        return tuple(day.isoformat() for day in days if mine.get(day) is answer)

    return Form(
        id="dinner vote",
        title=f"Dinner {dinner.key}"[:24],
        fields=(
            ChoiceField("can", "I can come on", options, chosen(RsvpAnswer.YES), many=True, optional=True),
            ChoiceField("maybe", "Perhaps on", options, chosen(RsvpAnswer.MAYBE), many=True, optional=True),
        ),
        value=dinner.key,
        submit="Vote",
        intro=("What you leave out, you cannot make. You may vote again until the poll closes.",),
        words=f"dinner vote {dinner.key} {days[0].isoformat() if days else ''} maybe {days[-1].isoformat() if days else ''}",
    )


def dinner_card(view: DinnerView, mine: Rsvp | None = None, voted: Mapping[date, RsvpAnswer] | None = None) -> Card:
    """The current state of the dinner, for a room or (with *mine*) for one person."""
    dinner = view.dinner
    if dinner.state is DinnerState.CANCELLED:
        return Card(f"Dinner {dinner.key}: called off", (text("There will be another one."),))
    if dinner.day is None:
        return _poll(view, voted)
    blocks: list[Block] = [Fields(_about(view))]
    blocks.append(text(f"{counts_words(view.counts, dinner)}."))
    if mine and mine.answer:
        blocks.append(text(mine_words(view, mine)))
    if view.takes_answers:
        blocks += [
            Buttons(rsvp_buttons(dinner)),
            context(f"Diet and access are told to the host alone: dinner needs {dinner.key}"),
        ]
    return Card(f"Dinner {dinner.key}: {day_words(dinner.day)}", tuple(blocks))


def closed(dinner: Dinner) -> Card:
    """A card that asked for an answer, once answers are closed."""
    if dinner.state is DinnerState.CANCELLED:
        return Card(f"Dinner {dinner.key}: called off", (text("There will be another one."),))
    return Card(f"Dinner {dinner.key}: no more answers", (text(f"It was on {when_words(dinner)}."),))


def poll_closed(dinner: Dinner) -> Card:
    """The poll in private, once the day is fixed; the invitation is another card."""
    if dinner.state is DinnerState.CANCELLED:
        return closed(dinner)
    return Card(
        f"Dinner {dinner.key}: the poll is closed",
        (
            text(
                f"The day is {when_words(dinner)}. Say whether you come on your invitation, or type: dinner {dinner.key}"
            ),
        ),
    )


def offer_closed(dinner: Dinner, mine: Rsvp | None) -> Card:
    """The offer of a seat, once it was taken, declined or has lapsed."""
    if mine and mine.seat_status is SeatStatus.SEAT and dinner.state is not DinnerState.CANCELLED:
        return Card(f"Dinner {dinner.key}: you are in", (text("You took the seat that came free."),))
    if dinner.is_over:
        return closed(dinner)
    return Card(
        f"Dinner {dinner.key}: the seat was passed on",
        (text(f"It is no longer held for you. To wait for another one, type: dinner rsvp yes {dinner.key}"),),
    )


def _about(view: DinnerView) -> tuple[tuple[str, Spans], ...]:
    dinner = view.dinner
    return (
        ("When", (when_words(dinner),)),
        ("Where", (where_words(dinner),)),
        ("Host", (host_words(dinner, view.names),)),
    )


def _poll(view: DinnerView, voted: Mapping[date, RsvpAnswer] | None) -> Card:
    dinner = view.dinner
    is_open = dinner.state is DinnerState.POLLING
    closes = (
        f" It closes {until_words(dinner.closes_at, dinner)}, or when everybody has voted." if dinner.closes_at else ""
    )
    sentence = f"Which days can you make?{closes}" if is_open else "Nobody was asked for a day yet."
    mine = f" You have voted: {vote_words(voted)}." if voted else ""
    blocks: list[Block] = [text(f"{sentence}{mine}"), tally_table(view.tallies)]
    blocks.append(text(f"{counts_words(view.counts, dinner)}. Host: {host_words(dinner, view.names)}."))
    vote = Button("Say which days", "dinner vote", dinner.key, f"dinner vote {dinner.key}", "primary", asks=True)
    blocks.append(Buttons((vote,)))
    return Card(f"Dinner {dinner.key}: which day?", tuple(blocks))


def vote_words(voted: Mapping[date, RsvpAnswer]) -> str:
    days = [f"{day_words(day)} {answer}" for day, answer in sorted(voted.items()) if answer is not RsvpAnswer.NO]
    return "; ".join(days) or "no day suits you"


def tally_table(tallies: Sequence[Tally]) -> Table:
    """The tally of each day, with impossible days marked."""
    rows: list[tuple[Spans, ...]] = []
    for number, tally in enumerate(tallies, start=1):
        out = "out: somebody who has to be there cannot" if tally.without else ""
        rows.append(
            ((f"{number}",), (day_words(tally.day),), (f"{tally.yes}",), (f"{tally.maybe}",), (f"{tally.no}",), (out,))
        )
    return Table(("No.", "Day", "Yes", "Maybe", "No", ""), tuple(rows))


def rsvp_buttons(dinner: Dinner) -> tuple[Button, ...]:
    def button(label: str, answer: str, style: str = "default") -> Button:
        value = f"{answer} {dinner.key}"
        return Button(
            label, "dinner rsvp", value, f"dinner rsvp {value}", "primary" if style == "primary" else "default"
        )

    return (button("I come", "yes", "primary"), button("Maybe", "maybe"), button("I cannot", "no"))


def mine_words(view: DinnerView, mine: Rsvp) -> str:
    """The state of a person's own answer."""
    match mine.answer, mine.seat_status:
        case RsvpAnswer.YES, SeatStatus.OFFERED:
            until = until_words(mine.offered_until, view.dinner) if mine.offered_until else "further notice"
            return f"A seat came free and is held for you until {until}. Say yes to keep it."
        case RsvpAnswer.YES, SeatStatus.WAITING:
            place = (view.waiting or {}).get(mine.person, 0)
            return f"All seats are taken; you are number {place} on the waiting list. You get a message when one comes free."
        case RsvpAnswer.YES, _:
            return "You have a seat."
        case RsvpAnswer.MAYBE, _:
            return "You said maybe; that holds no seat yet."
        case _:
            return "You said that you cannot come."


def voted(view: DinnerView, mine: Mapping[date, RsvpAnswer]) -> Card:
    return Card(
        f"Noted: {vote_words(mine)}",
        (tally_table(view.tallies), context("Everybody sees how many can come on which day, and not who.")),
    )


def answered(view: DinnerView, mine: Rsvp, *, asks_needs: bool, host_reads: bool = False) -> Card:
    """The reply to an answer, with further steps."""
    dinner = view.dinner
    blocks: list[Block] = [text(mine_words(view, mine))]
    if dinner.day:
        blocks.append(Fields(_about(view)))
    blocks.append(text(f"{counts_words(view.counts, dinner)}."))
    if host_reads:
        blocks.append(text("What you told of diet and access is with the host alone."))
    buttons = []
    if mine.has_seat and dinner.day:
        buttons.append(calendar_button(dinner))
    if mine.answer is RsvpAnswer.NO and mine.calendar_sequence is not None:
        buttons.append(calendar_button(dinner))
    if asks_needs:
        words = f"dinner needs {dinner.key}"
        buttons.append(Button("Diet and access", "dinner needs", dinner.key, words, asks=True))
    if buttons:
        blocks.append(Buttons(tuple(buttons)))
    return Card(_title(mine, dinner), tuple(blocks))


def _title(mine: Rsvp, dinner: Dinner) -> str:
    match mine.answer, mine.seat_status:
        case RsvpAnswer.YES, SeatStatus.WAITING:
            return f"Dinner {dinner.key}: you are on the waiting list"
        case RsvpAnswer.YES, _:
            return f"Dinner {dinner.key}: you are in"
        case RsvpAnswer.MAYBE, _:
            return f"Dinner {dinner.key}: maybe"
        case _:
            return f"Dinner {dinner.key}: not this time"


def offer(view: DinnerView, mine: Rsvp) -> Card:
    """To the first on the waiting list: a seat is held for them."""
    dinner = view.dinner
    return Card(
        f"A seat came free at the dinner of {dinner.key}",
        (
            text(mine_words(view, mine)),
            Fields(_about(view)),
            Buttons(rsvp_buttons(dinner)),
            context("If somebody else waits and you do not answer, it goes on to them."),
        ),
    )


def reminder(view: DinnerView, mine: Rsvp | None) -> Card:
    """To people who did not answer or said maybe, once."""
    sentence = "You said maybe." if mine and mine.answer is RsvpAnswer.MAYBE else "You have not answered yet."
    dinner = view.dinner
    return Card(
        f"Do you come to dinner on {day_words(dinner.day) if dinner.day else dinner.key}?",
        (
            text(f"{sentence} {counts_words(view.counts, dinner)}."),
            Fields(_about(view)),
            Buttons(rsvp_buttons(dinner)),
            context("You are asked this once more and not again."),
        ),
    )


def needs_noted(dinner: Dinner, *, has_needs: bool) -> Card:
    sentence = "The host reads it, and nobody else." if has_needs else "It is no longer kept."
    return Card(f"Noted for the dinner of {dinner.key}", (text(sentence), context(PRIVATE_NEEDS)))


def needs_form_offered(dinner: Dinner, *, has: bool) -> Card:
    sentence = (
        "You have told the host something already; sending this form replaces it." if has else "Nothing is noted yet."
    )
    return Card(f"Diet and access: dinner {dinner.key}", (text(sentence),))
