"""The cards of recognition. A public one names nobody who opted out, and says why it is here and how to stop it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from handlers.celebrations.rules.recognition import Credit
from handlers.shared.card_parts import item_name, team_name
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


def _people(found: Sequence[Credit], names: Directory) -> str:
    """ "Ana Lima (owned it) and a colleague (helped)"."""
    said = [f"{names.name_of(part.person) or 'somebody who left'} ({part.role})" for part in found]
    return join_names(said)


def _campaigns(item: Item, names: Directory) -> str:
    return join_names([names.campaign[key].name for key in item.campaigns if key in names.campaign])


def _delivered(item: Item, names: Directory) -> list[Block]:
    since = f", begun on {format_day(item.start)}" if item.start else ""
    on = f" on {format_day(item.finished_on)}" if item.finished_on else ""
    campaigns = _campaigns(item, names)
    what = f" for {campaigns}" if campaigns else ""
    return [text(*item_name(item), f" was finished by {team_name(item.team, names)}{on}{what}{since}.")]


# ── drafts ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def draft(
    found: Celebration, item: Item, people: Sequence[Credit], names: Directory, *, rooms: int, again: bool
) -> Card:
    """To whoever decides. *rooms* follow the item and may see it."""
    thanks = [text("It would thank ", Bold(_people(people, names)), ".")] if people else []
    own = [text("Your words: ", found.text)] if found.text else []
    where = f"{plural(rooms, 'room')} would read it, each in its own hours." if rooms else NOWHERE
    return Card(
        f"{'Still waiting: ' if again else ''}{item.title} is done. Say so?",
        (
            *_delivered(item, names),
            *thanks,
            *own,
            text(where),
            Buttons((*_offers(found.id), _edit_button(found.id), _skip_button(found.id))),
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


def decided(found: Celebration, item: Item, *, rooms: int) -> Card:
    """What became of a draft, where it was asked about. *rooms* follow the item and do not have its card."""
    number = found.id
    more = (_post_button(number, f"Post in {plural(rooms, 'more room')}"),) if rooms else ()
    match found.state:
        case CelebrationState.POSTED:
            said, offers = (
                "It is posted, and comes to each room in its own hours.",
                (*more, _edit_button(number), _undo_button(number)),
            )
        case CelebrationState.SCHEDULED:
            day = f" on {format_day(found.due_at.date())}" if found.due_at else ""
            said, offers = f"It is to be posted{day}.", (*_offers(number), _edit_button(number), _skip_button(number))
        case CelebrationState.UNDONE:
            said, offers = "It was taken back.", (_post_button(number, "Post it after all"),)
        case CelebrationState.SKIPPED:
            said, offers = "Nothing is said about it.", (_post_button(number, "Post it after all"),)
        case CelebrationState.REOPENED:
            said, offers = "It is open again, and its card says so.", (_undo_button(number),)
        case _:
            said, offers = "It is open again, so there is nothing to say yet.", ()
    return Card(
        f"{item.title}: {found.state}", (text(*item_name(item), f". {said}"), *([Buttons(offers)] if offers else []))
    )


def reopened(item: Item, names: Directory) -> Card:
    """To a room that read that it was done."""
    return Card(
        f"{item.title} is open again",
        (
            text(*item_name(item), f" was done, and {team_name(item.team, names)} took it up again."),
            context("Here because this room read that it was done. To stop: unsubscribe"),
        ),
    )


def announcement(found: Celebration, item: Item, people: Sequence[Credit], names: Directory) -> Card:
    """To a room."""
    kind = "A milestone" if item.kind is Kind.MILESTONE else "It"
    thanks = [text("Thank you, ", Bold(_people(people, names)), ".")] if people else []
    own: list[Block] = [text(found.text)] if found.text else []
    undo = f"To take it back: celebrations undo {found.id}"
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
    for found, item in rows[:10]:
        when = f", to be posted on {format_day(found.due_at.date())}" if found.due_at else ""
        if found.state is CelebrationState.POSTED:
            blocks.append(text(*item_name(item), f": celebration {found.id}, posted; more rooms follow it."))
            blocks.append(Buttons((_post_button(found.id, "Post there too"), _undo_button(found.id))))
            continue
        blocks.append(text(*item_name(item), f": celebration {found.id}{when}."))
        blocks.append(Buttons((*_offers(found.id), _edit_button(found.id), _skip_button(found.id))))
    return Card(f"{plural(len(rows), 'thing')} of yours {'is' if len(rows) == 1 else 'are'} done", tuple(blocks))


def finished(item: Item, made: Celebration | None, waits: int, thanks: Sequence[str]) -> Card:
    """What `milestone done` answers; *made* is the celebration of what was published as done before."""
    who = f" {join_names(list(thanks))} will be thanked." if thanks else ""
    if made:
        said = f"It was published as done already.{who}"
        offers = (_undo_button(made.id),) if made.state is CelebrationState.POSTED else _offers(made.id)
        return Card(f"{item.key} is done", (text(said), Buttons((*offers, _edit_button(made.id)))))
    publish = Button("Publish", "publish", "", "publish")
    said = f"In the shared draft, {plural(waits, 'change')} there now.{who} Once it is published, I ask whoever owns it whether to say so."
    return Card(f"{item.key} is marked as done", (text(said), Buttons((publish,))))


def posted(found: Celebration, item: Item, rooms: int) -> Card:
    return Card(
        f"Said in {plural(rooms, 'room')}",
        (text(f"{item.title}: each room reads it in its own hours."), Buttons((_undo_button(found.id),))),
    )


def scheduled(found: Celebration, item: Item, due: datetime, zone: str) -> Card:
    """*due* as the clock stands in *zone*."""
    return Card(
        f"On {due:%A}, {format_day(due.date())}, {due:%H:%M} {zone}",
        (
            text(f"{item.title}: a room that is closed then reads it when it opens."),
            Buttons((*_offers(found.id), _skip_button(found.id))),
        ),
    )


def later_form(found: Celebration, item: Item, day: date) -> Form:
    """When to say it; *day* is proposed."""
    return Form(
        "celebrations later",
        f"Schedule {item.key}",
        (DateField("day", "On which day?", day, "Each room reads it from nine your time on, in its own hours."),),
        value=str(found.id),
        submit="Schedule",
        words=f"celebrations later {found.id} Monday",
    )


def edited(found: Celebration, item: Item, changed: int) -> Card:
    said = f"{plural(changed, 'card')} will change in place." if changed else "It is not posted yet."
    offers = (_undo_button(found.id),) if changed else (_post_button(found.id),)
    return Card(f"Noted for {item.title}", (text(said), Buttons(offers)))


def skipped(found: Celebration, item: Item) -> Card:
    return Card(
        f"Nothing is said about {item.title}",
        (
            text("It still stands in recaps of rooms that look back."),
            Buttons((_post_button(found.id, "Post it after all"),)),
        ),
    )


def undone(found: Celebration, item: Item, count: int) -> Card:
    again = Buttons((_post_button(found.id, "Post it after all"),))
    return Card("Taken back", (text(f"{item.title}: removed from {plural(count, 'room')}."), again))


def edit_form(found: Celebration, item: Item, names: Directory) -> Form:
    people = "; ".join(names.person[each].email for each in found.thanks if each in names.person)
    return Form(
        "celebrations edit",
        f"Celebrate {item.key}",
        (
            TextField("text", "In your own words", found.text, "What was it for, and what was hard?", multiline=True, optional=True, max_length=600),
            TextField("thanks", "Who helped", people, "Names or e-mails, separated by semicolons", optional=True, max_length=600),
        ),
        value=str(found.id),
        submit="Save",
        words=f'celebrations edit {found.id} text="…" thanks="@a @b"',
    )  # fmt: skip


def form_opened(form: Form) -> Card:
    return Card(form.title, (text(f"Say: {form.words}"),))


def uncelebrated(rows: Sequence[tuple[Celebration, Item]]) -> Card:
    """To a lead."""
    blocks: list[Block] = []
    for found, item in rows[:10]:
        blocks.append(text(*item_name(item), " was finished two weeks ago or more."))
        blocks.append(Buttons((_post_button(found.id), _skip_button(found.id))))
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
