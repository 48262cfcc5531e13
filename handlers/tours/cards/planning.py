"""The cards of joining, planning and publishing tours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from handlers.shared.rules.dates import format_day
from handlers.shared.rules.phrases import join_names, plural
from handlers.tours.cards.words import answer_buttons, people_words, with_names
from handlers.tours.rules.figures import MIN_TEAM_SHOWN, ProgrammeFigures
from handlers.tours.rules.inputs import RoundWithProof
from integrations.ports.cards import (
    Block,
    Button,
    Buttons,
    Card,
    ChoiceField,
    Field,
    Fields,
    Form,
    Option,
    Spans,
    Table,
    TextField,
    context,
    text,
)
from storage.values.company import Directory, Person, Side
from storage.values.tours import (
    Pair,
    Programme,
    Totals,
    Tour,
    TourMember,
    TourState,
)

SHOWN = 30  # tours of a plan; the facts list all
JOIN = Button("Join", "tours join", "", "tours join", "primary")
PROFILE = Button("My profile", "tours profile", "", "tours profile", asks=True)
STATE_WORDS = {
    TourState.PROPOSED: "waits for everybody's yes",
    TourState.APPROVED: "is settled",
    TourState.RUNNING: "is under way",
    TourState.ENDED: "is over",
    TourState.DECLINED: "did not come about",
    TourState.STOPPED: "ended early",
}


def overview(joined: Sequence[TourMember], own: Sequence[Tour], waiting: Sequence[Tour], names: Directory) -> Card:
    """A person's membership, tours and pending answers."""
    blocks: list[Block] = []
    for tour in waiting:
        blocks.append(text(f"Tour {tour.id} of {people_words(tour.people, names)} waits for your word."))
        blocks.append(Buttons(answer_buttons(tour)))
    for tour in own:
        days = f"{format_day(tour.starts)} to {format_day(tour.ends)}"
        blocks.append(
            text(f"Tour {tour.id}: {people_words(tour.people, names)}, {days}; it {STATE_WORDS[tour.state]}.")
        )
    if not joined:
        sentence = "For some weeks, somebody of Marketing and somebody of IT look over each other's shoulder. You take no part yet."
        return Card("Tours of duty", (text(sentence), *blocks, Buttons((JOIN,))))
    pauses = [f"{member.programme} until {format_day(member.paused_until)}" for member in joined if member.paused_until]
    sentence = "You take part from the next round on." + (f" Paused: {join_names(pauses)}." if pauses else "")
    return Card("Tours of duty", (text(sentence), *blocks, Buttons((PROFILE,)), context("To stop: tours leave")))


def joined(programme: Programme, person: Person, *, new: bool, needs_side: bool) -> Card:
    first = "You take part from the next round on." if new else "You take part already."
    lacks = not person.skills_offered and not person.skills_wanted
    more = " Say what you offer and what you would like to learn, and your partner fits better." if lacks else ""
    side = (
        " Your team is of neither side: say which one you want to visit (tours profile visits=it)."
        if needs_side
        else ""
    )
    weeks = plural(programme.weeks, "week")
    return Card(
        "You are in",
        (text(f"{first} A round takes {weeks}.{side}{more}"), Buttons((PROFILE,)), context("To stop: tours leave")),
    )


def left() -> Card:
    return Card(
        "You are out",
        (text("No further rounds; what was proposed to you is off. A tour that is settled goes on."), Buttons((JOIN,))),
    )


def paused(until: date) -> Card:
    return Card(
        f"Paused until {format_day(until)}",
        (text("A round that starts before that day goes without you."), Buttons((JOIN,))),
    )


def profile(person: Person, member: TourMember, note: str) -> Card:
    away = [f"{format_day(first)} to {format_day(last)}" for first, last in member.blackout]
    pairs: list[tuple[str, Spans]] = [
        ("Offers", (join_names(list(person.skills_offered)) or "nothing yet",)),
        ("Wants", (join_names(list(person.skills_wanted)) or "nothing yet",)),
        ("Partners at once", (str(member.capacity) if member.capacity else "as the round needs",)),
    ]
    if member.visits:
        pairs.append(("Visits", ("IT" if member.visits == Side.IT else "Marketing",)))
    if away:
        pairs.append(("Away", (join_names(away),)))
    if note:
        pairs.append(("Note", (note,)))
    small = "Only you read this card; partners see what you offer and want. Your note is kept sealed."
    return Card("Your profile for tours", (Fields(tuple(pairs)), Buttons((PROFILE,)), context(small)))


def profile_form(person: Person, member: TourMember, note: str, *, of_neither: bool) -> Form:
    fields: list[Field] = [
        TextField("offers", "What you could show somebody", "; ".join(person.skills_offered), "Separated by semicolons", optional=True, max_length=600),
        TextField("wants", "What you would like to learn", "; ".join(person.skills_wanted), "Separated by semicolons", optional=True, max_length=600),
        TextField("capacity", "Partners at once", str(member.capacity or ""), "1 to 5; empty is as the round needs", optional=True, max_length=1),
        TextField("note", "For the organisers alone", note, "Kept sealed", multiline=True, optional=True, max_length=1000),
    ]  # fmt: skip
    if of_neither:
        options = (Option("IT", "it"), Option("Marketing", "marketing"))
        fields.insert(
            2, ChoiceField("visits", "Which side you visit", options, (member.visits,) if member.visits else ())
        )
    return Form(
        "tours profile",
        "Your profile for tours",
        tuple(fields),
        submit="Save",
        words='tours profile offers="…" wants="…"',
    )


def plan(planned: RoundWithProof, prices: Sequence[tuple[Pair, Totals | None]]) -> Card:
    """The optimal round, for its organiser."""
    solved, names = planned.round, planned.names
    people = sum(len(group.people) for group in solved.groups)
    if not solved.groups:
        return Card(
            "Nobody can travel yet", (*_left(planned), text("At least one of each side has to join: tours join"))
        )
    title = f"Round {planned.number}: {plural(len(solved.groups), 'tour')} for {plural(people, 'person', 'people')}"
    rows = tuple(((people_words(group.people, names),),) for group in solved.groups[:SHOWN])
    days = f"{format_day(planned.starts)} to {format_day(planned.ends)}"
    proved = (
        "No better round exists: the proof closes." if solved.score == solved.bound else "The proof does not close."
    )
    fit = solved.totals.fit // max(1, sum(len(group.pairs) for group in solved.groups))
    repeats = plural(solved.totals.repeats, "repeat")
    return Card(
        title,
        (
            text(f"{days}. {repeats}, {solved.totals.left_out} left out, mean fit {fit} of 1,000. {proved}"),
            Table(("Tour",), rows, max(0, len(solved.groups) - SHOWN)),
            *_repeats(planned),
            *_left(planned),
            *_prices(prices, names),
            Buttons(
                (
                    Button("Publish", "tours publish", "", "tours publish", "primary"),
                    Button("Proof", "tours proof", "", "tours proof"),
                )
            ),
            context("Nobody was told yet. To change it: tours pin @a @b, tours forbid @a @b, then tours plan again."),
        ),
    )


def _repeats(solved: RoundWithProof) -> list[Block]:
    lines = [
        f"\n• {people_words(explanation.people, solved.names)}: {with_names(explanation.reason, solved.names)}"
        for explanation in solved.round.repeats[:SHOWN]
    ]
    return [text("They meet again:", *lines)] if lines else []


def _left(solved: RoundWithProof) -> list[Block]:
    reasons = [(explanation.people[0], explanation.reason) for explanation in solved.round.left_out] + list(
        solved.inputs.excluded
    )
    lines = [
        f"\n• {people_words((person,), solved.names)}: {with_names(reason, solved.names)}"
        for person, reason in reasons[:SHOWN]
    ]
    more = [f"\n… and {len(reasons) - SHOWN} more"] if len(reasons) > SHOWN else []
    return [text("Not in this round:", *lines, *more)] if lines else []


def _prices(prices: Sequence[tuple[Pair, Totals | None]], names: Directory) -> list[Block]:
    lines = [f"\n• {people_words(sorted(pin), names)}: {_price(cost)}" for pin, cost in prices]
    return [text("What pins cost:", *lines)] if lines else []


def _price(cost: Totals | None) -> str:
    if cost is None:
        return "no effect, because not both take part in this round"
    parts = [
        f"{cost.left_out} more left out" if cost.left_out else "",
        plural(cost.repeats, "more repeat") if cost.repeats else "",
        f"{cost.fit} less fit" if cost.fit else "",
    ]
    return join_names([part for part in parts if part]) or "nothing"


def pair_set(one: Person, other: Person, kind: str, replaced: str = "") -> Card:
    """*replaced* is the kind of wish about these two that this one takes the place of."""
    sentence = {"pin": "are together in the next round", "forbid": "are never put together", "": "are free again"}[kind]
    before = {"pin": "Until now they were pinned together.", "forbid": "Until now they were never put together."}
    note = [text(before[replaced])] if replaced else []
    button = Button("Plan again", "tours plan", "", "tours plan")
    return Card(f"{one.name} and {other.name} {sentence}", (*note, Buttons((button,))))


def published(solved: RoundWithProof) -> Card:
    count = plural(len(solved.round.groups), "tour")
    return Card(
        f"Round {solved.number} is published",
        (
            text(f"{count}. Travellers and their managers are asked now; whoever is left out is told why."),
            context(
                "People who do not answer are reminded after two working days; after four it counts as a no, and the round is solved again."
            ),
        ),
    )


def proof(solved: RoundWithProof, name: str) -> Card:
    return Card(
        f"The proof of round {solved.number}",
        (
            text(
                f"{name}: what every pairing costs, a price for every person, and their sum. Cost {solved.round.score}, bound {solved.round.bound}."
            ),
            context(f"To check it without trusting me: python docs/check_tours.py {name}"),
        ),
    )


def programme(made: Programme) -> Card:
    every = f"; I remind admins every {plural(made.every, 'week')}" if made.every else "; you start each round"
    return Card(
        f"Programme {made.key}",
        (
            text(
                f"Rounds of {plural(made.weeks, 'week')}, groups of at most {made.max_group}{every}. To join: tours join --programme {made.key}"
            ),
        ),
    )


def plan_due(key: str) -> Card:
    button = Button("Plan it", "tours plan", "", "tours plan", "primary")
    return Card(f"The next round of {key} is due", (text("It should start within two weeks."), Buttons((button,))))


def figures(which: Programme, figures: ProgrammeFigures) -> Card:
    if figures.people < MIN_TEAM_SHOWN:
        return Card(f"{which.key}: too few for figures", (text(f"Figures are shown from {MIN_TEAM_SHOWN} people on."),))
    rows: list[tuple[str, Spans]] = [
        ("Rounds", (str(figures.rounds),)),
        ("Tours", (str(figures.tours),)),
        ("Seats", (f"{figures.people}, {figures.share_matched} % of those who wanted one",)),
        ("Repeats", (str(figures.repeats),)),
        ("Met", (f"{figures.met} of {figures.answered} that answered",)),
    ]
    ties = [f"{count} in {quarter}" for quarter, count in figures.ties]
    rows.append(("New ties between teams", (join_names(ties) or "none yet",)))
    teams: Sequence[Block] = ()
    if figures.teams:
        teams = (
            Table(("Team", "People who travelled"), tuple(((team,), (str(count),)) for team, count in figures.teams)),
        )
    return Card(
        f"Tours: {which.key} in figures",
        (Fields(tuple(rows)), *teams, context(f"Nothing about fewer than {MIN_TEAM_SHOWN} people.")),
    )
