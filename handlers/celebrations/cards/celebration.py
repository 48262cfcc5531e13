"""The cards of a celebration: draft, decision, announcement. A public one says why it is there and how to stop it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from handlers.celebrations.rules.recognition import Credit
from handlers.shared.card_parts import item_name, person_name, team_name
from handlers.shared.rules.dates import format_day
from handlers.shared.rules.phrases import join_names, plural
from integrations.ports.cards import (
    Block,
    Bold,
    Button,
    Buttons,
    Card,
    DateField,
    Form,
    TextField,
    context,
    text,
)
from storage.values.celebrations import Celebration, CelebrationState
from storage.values.company import Directory
from storage.values.roadmap import Item, Kind


def _people(people: Sequence[Credit], names: Directory) -> str:
    """ "Ana Lima (owned it) and a colleague (helped)"."""
    credited = [f"{person_name(part.person, names)} ({part.role})" for part in people]
    return join_names(credited)


def _campaigns(item: Item, names: Directory) -> str:
    return join_names([names.campaign[key].name for key in item.campaigns if key in names.campaign])


def _delivered(item: Item, names: Directory) -> list[Block]:
    since = f", begun on {format_day(item.start)}" if item.start else ""
    on = f" on {format_day(item.finished_on)}" if item.finished_on else ""
    campaigns = _campaigns(item, names)
    what = f" for {campaigns}" if campaigns else ""
    return [text(*item_name(item), f" was finished by {team_name(item.team, names)}{on}{what}{since}.")]


def draft(
    celebration: Celebration, item: Item, people: Sequence[Credit], names: Directory, *, rooms: int, again: bool
) -> Card:
    """Ask a person to decide. *rooms* counts the rooms that follow the item and may see it."""
    thanks = [text("It would thank ", Bold(_people(people, names)), ".")] if people else []
    own = [text("Your words: ", celebration.text)] if celebration.text else []
    where = f"{plural(rooms, 'room')} would read it, each in its own hours." if rooms else NOWHERE
    return Card(
        f"{'Still waiting: ' if again else ''}{item.title} is done. Say so?",
        (
            *_delivered(item, names),
            *thanks,
            *own,
            text(where),
            Buttons((*_offers(celebration.id), _edit_button(celebration.id), _skip_button(celebration.id))),
            context(
                "Only you see this. Nothing is public before you say so; after two working days I remind you once."
            ),
        ),
    )


NOWHERE = "No room follows it yet. In the room that should read it, say: subscribe roadmap"


def _post_button(number: int, label: str = "Post now") -> Button:
    return Button(label, "celebrations post", str(number), f"celebrations post {number}", "primary")


def _offers(number: int) -> tuple[Button, Button]:
    words = f"celebrations later {number}"
    return _post_button(number), Button("Schedule", "celebrations later", str(number), words, asks=True)


def _edit_button(number: int) -> Button:
    return Button("Edit", "celebrations edit", str(number), f'celebrations edit {number} text="…"', asks=True)


def _skip_button(number: int) -> Button:
    return Button("Skip", "celebrations skip", str(number), f"celebrations skip {number}")


def _undo_button(number: int) -> Button:
    return Button("Take it back", "celebrations undo", str(number), f"celebrations undo {number}", "danger")


def decided(celebration: Celebration, item: Item, *, rooms: int) -> Card:
    """The decision, in place of the draft card. *rooms* counts the following rooms without the card."""
    number = celebration.id
    more = (_post_button(number, f"Post in {plural(rooms, 'more room')}"),) if rooms else ()
    match celebration.state:
        case CelebrationState.POSTED:
            sentence, offers = (
                "It is posted, and comes to each room in its own hours.",
                (*more, _edit_button(number), _undo_button(number)),
            )
        case CelebrationState.SCHEDULED:
            day = f" on {format_day(celebration.due_at.date())}" if celebration.due_at else ""
            sentence, offers = (
                f"It is to be posted{day}.",
                (*_offers(number), _edit_button(number), _skip_button(number)),
            )
        case CelebrationState.UNDONE:
            sentence, offers = "It was taken back.", (_post_button(number, "Post it after all"),)
        case CelebrationState.SKIPPED:
            sentence, offers = "Nothing is said about it.", (_post_button(number, "Post it after all"),)
        case CelebrationState.REOPENED:
            sentence, offers = "It is open again, and its card says so.", (_undo_button(number),)
        case _:
            sentence, offers = "It is open again, so there is nothing to say yet.", ()
    return Card(
        f"{item.title}: {celebration.state}",
        (text(*item_name(item), f". {sentence}"), *([Buttons(offers)] if offers else [])),
    )


def reopened(item: Item, names: Directory) -> Card:
    """To a room that was told the item was done."""
    return Card(
        f"{item.title} is open again",
        (
            text(*item_name(item), f" was done, and {team_name(item.team, names)} took it up again."),
            context("Here because this room read that it was done. To stop: unsubscribe"),
        ),
    )


def announcement(celebration: Celebration, item: Item, people: Sequence[Credit], names: Directory) -> Card:
    """The public card in a room."""
    kind = "A milestone" if item.kind is Kind.MILESTONE else "It"
    thanks = [text("Thank you, ", Bold(_people(people, names)), ".")] if people else []
    own: list[Block] = [text(celebration.text)] if celebration.text else []
    undo = f"To take it back: celebrations undo {celebration.id}"
    return Card(
        f"Done: {item.title}",
        (
            *([text(f"{kind} is reached.")] if item.kind is Kind.MILESTONE else []),
            *_delivered(item, names),
            *own,
            *thanks,
            context(f"Here because this room follows it. {undo}. To stop: unsubscribe"),
        ),
    )


def waiting(rows: Sequence[tuple[Celebration, Item]]) -> Card:
    if not rows:
        return Card(
            "Nothing waits for your word", (text("When something you own is finished, I ask you whether to say so."),)
        )
    blocks: list[Block] = []
    for celebration, item in rows[:10]:
        when = f", to be posted on {format_day(celebration.due_at.date())}" if celebration.due_at else ""
        if celebration.state is CelebrationState.POSTED:
            blocks.append(text(*item_name(item), f": celebration {celebration.id}, posted; more rooms follow it."))
            blocks.append(Buttons((_post_button(celebration.id, "Post there too"), _undo_button(celebration.id))))
            continue
        blocks.append(text(*item_name(item), f": celebration {celebration.id}{when}."))
        blocks.append(Buttons((*_offers(celebration.id), _edit_button(celebration.id), _skip_button(celebration.id))))
    return Card(f"{plural(len(rows), 'thing')} of yours {'is' if len(rows) == 1 else 'are'} done", tuple(blocks))


def finished(item: Item, made: Celebration | None, waits: int, thanks: Sequence[str]) -> Card:
    """The reply of `milestone done`. *made* is the celebration if the item was already published as done."""
    who = f" {join_names(list(thanks))} will be thanked." if thanks else ""
    if made:
        sentence = f"It was published as done already.{who}"
        offers = (_undo_button(made.id),) if made.state is CelebrationState.POSTED else _offers(made.id)
        return Card(f"{item.key} is done", (text(sentence), Buttons((*offers, _edit_button(made.id)))))
    publish = Button("Publish", "publish", "", "publish")
    sentence = f"In the shared draft, {plural(waits, 'change')} there now.{who} Once it is published, I ask the owner whether to share the news."
    return Card(f"{item.key} is marked as done", (text(sentence), Buttons((publish,))))


def posted(celebration: Celebration, item: Item, rooms: int) -> Card:
    return Card(
        f"Said in {plural(rooms, 'room')}",
        (text(f"{item.title}: each room reads it in its own hours."), Buttons((_undo_button(celebration.id),))),
    )


def scheduled(celebration: Celebration, item: Item, due: datetime, zone: str) -> Card:
    """*due* is local time in *zone*."""
    return Card(
        f"On {due:%A}, {format_day(due.date())}, {due:%H:%M} {zone}",
        (
            text(f"{item.title}: a room that is closed then reads it when it opens."),
            Buttons((*_offers(celebration.id), _skip_button(celebration.id))),
        ),
    )


def later_form(celebration: Celebration, item: Item, day: date) -> Form:
    """Ask for the day to post, with *day* filled in."""
    return Form(
        "celebrations later",
        f"Schedule {item.key}",
        (DateField("day", "On which day?", day, "Each room reads it from nine your time on, in its own hours."),),
        value=str(celebration.id),
        submit="Schedule",
        words=f"celebrations later {celebration.id} Monday",
    )


def edited(celebration: Celebration, item: Item, changed: int) -> Card:
    sentence = f"{plural(changed, 'card')} will change in place." if changed else "It is not posted yet."
    offers = (_undo_button(celebration.id),) if changed else (_post_button(celebration.id),)
    return Card(f"Noted for {item.title}", (text(sentence), Buttons(offers)))


def skipped(celebration: Celebration, item: Item) -> Card:
    return Card(
        f"Nothing is said about {item.title}",
        (
            text("Recaps still show it."),
            Buttons((_post_button(celebration.id, "Post it after all"),)),
        ),
    )


def undone(celebration: Celebration, item: Item, count: int) -> Card:
    again = Buttons((_post_button(celebration.id, "Post it after all"),))
    return Card("Taken back", (text(f"{item.title}: removed from {plural(count, 'room')}."), again))


def edit_form(celebration: Celebration, item: Item, names: Directory) -> Form:
    people = "; ".join(names.person[person_id].email for person_id in celebration.thanks if person_id in names.person)
    return Form(
        "celebrations edit",
        f"Celebrate {item.key}",
        (
            TextField("text", "In your own words", celebration.text, "What was it for, and what was hard?", multiline=True, optional=True, max_length=600),
            TextField("thanks", "Who helped", people, "Names or e-mails, separated by semicolons", optional=True, max_length=600),
        ),
        value=str(celebration.id),
        submit="Save",
        words=f'celebrations edit {celebration.id} text="…" thanks="@a @b"',
    )  # fmt: skip


def uncelebrated(rows: Sequence[tuple[Celebration, Item]]) -> Card:
    """To a lead."""
    blocks: list[Block] = []
    for celebration, item in rows[:10]:
        blocks.append(text(*item_name(item), " was finished two weeks ago or more."))
        blocks.append(Buttons((_post_button(celebration.id), _skip_button(celebration.id))))
    return Card(
        f"{plural(len(rows), 'thing')} shipped and nobody said so",
        (*blocks, context("Only you read this, as their lead. No more of these: nudges off")),
    )


def unthanked(team: str) -> Card:
    button = Button("Thank somebody", "kudos", "", "kudos @somebody for …", asks=True)
    return Card(
        f"Nobody of {team} was thanked this quarter",
        (
            text("Something they did will come to mind."),
            Buttons((button,)),
            context("Only you read this, as their lead; nothing is counted by person. No more of these: nudges off"),
        ),
    )
