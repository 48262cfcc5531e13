"""The cards of a tour's life: proposal, kickoff, check-ins, debrief."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.shared.rules.dates import format_day
from handlers.shared.rules.phrases import join_names
from handlers.tours.cards.words import answer_buttons, people_words, with_names
from integrations.ports.cards import (
    Block,
    Button,
    Buttons,
    Card,
    ChoiceField,
    Form,
    Option,
    TextField,
    context,
    text,
)
from storage.values.company import Directory, Person
from storage.values.tours import Tour, TourState

STEP_WORDS = {"quarter": "A quarter of", "half": "Half of", "end": "The end of", "early": "The beginning of"}


def _days(tour: Tour) -> str:
    return f"{format_day(tour.starts)} to {format_day(tour.ends)}"


def _others(tour: Tour, person: Person, names: Directory) -> str:
    return people_words([person_id for person_id in tour.people if person_id != person.id], names)


def proposed(tour: Tour, person: Person, about: Sequence[str], names: Directory, *, again: bool) -> Card:
    """To a traveller, or to a manager about their reports."""
    own = person.id in about
    reports = [person_id for person_id in about if person_id != person.id]
    title = f"{'Still waiting: a' if again else 'A'} tour of duty with {_others(tour, person, names)}"
    blocks: list[Block] = []
    if own:
        blocks += [
            text(f"{_days(tour)}. You look over each other's shoulder and take something home."),
            *_about(tour, person, names),
        ]
    else:
        title = f"{'Still waiting: a' if again else 'A'} tour of duty for {people_words(reports, names)}"
        blocks.append(
            text(f"{people_words(tour.people, names)}, {_days(tour)}: a few hours a week. Is that all right with you?")
        )
    small = "You joined tours of duty; to stop: tours leave" if own else "You are asked as their manager."
    return Card(
        title,
        (*blocks, Buttons(answer_buttons(tour)), context(f"{small} Silence for four working days counts as a no.")),
    )


def _about(tour: Tour, person: Person, names: Directory) -> list[Block]:
    """What the partners offer and want to learn."""
    blocks: list[Block] = []
    for person_id in tour.people:
        other = names.person.get(person_id)
        if other is None or other.id == person.id:
            continue
        team = names.team.get(other.team)
        parts = [
            f"offers {join_names(list(other.skills_offered))}" if other.skills_offered else "",
            f"wants to learn {join_names(list(other.skills_wanted))}" if other.skills_wanted else "",
        ]
        sentence = "; ".join(part for part in parts if part) or "has not written a profile yet"
        blocks.append(
            text(f"{other.name} ({other.role or 'no role given'}, {team.name if team else 'no team'}) {sentence}.")
        )
    return blocks


def approved(tour: Tour, left: Sequence[str], names: Directory) -> Card:
    if tour.state is TourState.APPROVED:
        return Card(
            "Everybody said yes",
            (text(f"Tour {tour.id} starts on {format_day(tour.starts)}; calendar entries are on their way."),),
        )
    waiting = people_words(list(dict.fromkeys(left)), names)
    return Card("Your yes is noted", (text(f"Still waiting for {waiting}."),))


def declined(tour: Tour, made: Sequence[Tour], names: Directory) -> Card:
    sentence = (
        f"New: {'; '.join(people_words(tour.people, names) for tour in made)}." if made else "Nobody else had to move."
    )
    return Card(f"Tour {tour.id} is off", (text(f"The others are told. {sentence}"),))


def kickoff(tour: Tour, person: Person, names: Directory, *, moved: bool) -> Card:
    """To each traveller, with the calendar entry attached."""
    title = f"Your tour with {_others(tour, person, names)}"
    first = "The days have changed" if moved else "Everybody said yes"
    return Card(
        f"{title} {'moves' if moved else 'is on'}",
        (
            text(f"{first}: {_days(tour)}. A calendar entry for the first meeting is attached."),
            *_about(tour, person, names),
            text(
                "For the first hour: what does a good week look like for you, what would you change, whom should I meet?"
            ),
            context(f"To make it longer: tours extend {tour.id} 2w. To end it: tours stop {tour.id}"),
        ),
    )


def cancelled(tour: Tour, person: Person, names: Directory) -> Card:
    """To the travellers of a tour that was called off or ended early."""
    if tour.state is TourState.STOPPED:
        return Card(
            f"Your tour with {_others(tour, person, names)} ended early",
            (text("Its calendar entry is taken back by the file beside this."),),
        )
    return Card(
        f"Your tour with {_others(tour, person, names)} did not come about",
        (
            text("Somebody said no, or nobody said a word. If another partner is found for you, you are asked."),
            *([text("Its calendar entry is taken back by the file beside this.")] if tour.sequence else []),
        ),
    )


def checkin(tour: Tour, person: Person, step: str, names: Directory) -> Card:
    number = str(tour.id)
    offers = (
        Button("We met", "tours checkin", f"{number} yes", f"tours checkin {number} yes", "primary"),
        Button("Not yet", "tours checkin", f"{number} no", f'tours checkin {number} no "…"'),
    )
    return Card(
        f"{STEP_WORDS[step]} your tour with {_others(tour, person, names)}",
        (
            text("Did you meet? If not, say in a word what got in the way."),
            Buttons(offers),
            context("Only organisers read what got in the way, without names."),
        ),
    )


def checked_in(tour: Tour, names: Directory, *, met: bool) -> Card:
    if met:
        return Card("Good", (text(f"Noted for tour {tour.id} of {people_words(tour.people, names)}."),))
    number = str(tour.id)
    longer = Button("Two weeks more", "tours extend", f"{number} 2w", f"tours extend {number} 2w")
    end = Button("End it", "tours stop", number, f"tours stop {number}")
    return Card("Noted", (text("It happens. There may be more time, or an end."), Buttons((longer, end))))


def extended(tour: Tour) -> Card:
    return Card(f"Tour {tour.id} goes on until {format_day(tour.ends)}", (text("Everybody's calendar entry follows."),))


def stopped(tour: Tour, names: Directory) -> Card:
    is_off = tour.state is TourState.DECLINED
    return Card(
        f"Tour {tour.id} of {people_words(tour.people, names)} is {'off' if is_off else 'over'}",
        (
            text(
                "Everybody is told; calendar entries are taken back."
                + (" The others get another partner where there is one." if is_off else "")
            ),
        ),
    )


def asked_debrief(tour: Tour, person: Person, names: Directory) -> Card:
    number = str(tour.id)
    write = Button("Write it down", "tours debrief", number, f'tours debrief {number} "…"', "primary", asks=True)
    return Card(
        f"Your tour with {_others(tour, person, names)} is over",
        (
            text("What do you take home, and what should the next one know?"),
            Buttons((write,)),
            context("Sealed unless you share it."),
        ),
    )


def debrief_form(tour: Tour) -> Form:
    options = (Option("Everybody who asks", "yes"), Option("Nobody but me", "no"))
    return Form(
        "tours debrief",
        "What you take home",
        (
            TextField("text", "What would you tell the next one?", multiline=True, max_length=3000),
            ChoiceField("share", "Who may find it", options, ("no",)),
        ),
        value=str(tour.id),
        words=f'tours debrief {tour.id} "…" --share',
    )


def debriefed(tour: Tour, *, shared: bool) -> Card:
    sentence = "Whoever asks about it finds it." if shared else "It is sealed; only you get it back, by me export."
    return Card(f"Thank you for tour {tour.id}", (text(sentence),))


def left_out(number: int, reason: str, names: Directory) -> Card:
    return Card(
        f"No partner for you in round {number}",
        (
            text(f"Why: {with_names(reason, names)}."),
            context("Whoever was left out comes first next time. To stop: tours leave"),
        ),
    )
