"""Cards about people who leave, come back or turn out to be somebody known: for admins alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from handlers.feature import OpenWork
from handlers.shared.card_parts import buttons
from handlers.shared.draft import ReplacedEdit
from handlers.shared.replaced_edits import replaced_blocks
from handlers.shared.rules.dates import format_day
from handlers.shared.rules.phrases import known_and_hidden, plural
from integrations.ports.cards import Bold, Button, Card, Form, TextField, context, text
from storage.values.company import Directory, Permission, Person

REASSIGN = "people reassign"


def _name(person: Person) -> str:
    return person.name or person.email


def forgotten_left(work: Sequence[OpenWork]) -> Card:
    """Somebody used `me forget`: what an admin has to decide, without their name."""
    lines = [f"\n• {item.what}" for item in work]
    presses = [button for item in work for button in item.buttons]
    return Card(
        "Somebody asked to be forgotten",
        (
            text("Their name is gone from the store. They leave to decide:", *lines),
            *([buttons(*presses[:10])] if presses else []),
            context("Admins get this card."),
        ),
    )


def end_announced(person: Person, on: date) -> Card:
    words = f"people back {person.email}"
    return Card(
        f"{_name(person)} leaves on {format_day(on)}",
        (
            text(
                "From that day on they have no access, and admins hear what is left to decide. Until then nothing changes."
            ),
            buttons(Button("They stay", "people back", person.id, words=words)),
        ),
    )


def announced_ends(people: Sequence[Person]) -> Card:
    """Nobody left yet, but some will: `people left`."""
    return with_announced(Card("Nobody has left", ()), people)


def with_announced(card: Card, people: Sequence[Person]) -> Card:
    """*card*, and who leaves on a day to come."""
    lines = [f"\n• {_name(person)}: {format_day(person.ends_on)}" for person in people if person.ends_on]
    return replace(card, blocks=(*card.blocks, text("Still to leave:", *lines))) if lines else card


def ended_before(person: Person) -> Card:
    words = f"people back {person.email}"
    undo = Button("They are back", "people back", person.id, words=words)
    return Card("No change", (text(Bold(_name(person)), f" left {_since(person)}."), buttons(undo)))


def _since(person: Person) -> str:
    return f"on {format_day(person.ended_at.date())}" if person.ended_at else "earlier"


def back(person: Person, names: Directory) -> Card:
    """The person belongs to the organisation again."""
    team = names.team[person.team].name if person.team in names.team else "no team"
    words = f"roles grant {person.email} viewer"
    lower = Button("Make them a viewer", "roles grant", f"{person.email} viewer", words=words)
    return Card(
        f"{_name(person)} is back",
        (
            text(f"In {team}, as a {person.permission}. Dinner seats and tours that were released stay released."),
            *([buttons(lower)] if person.permission is not Permission.VIEWER else []),
        ),
    )


def stays(person: Person) -> Card:
    return Card(f"{_name(person)} stays", (text("The announced end is withdrawn; nothing else changed."),))


def never_left(person: Person) -> Card:
    return Card("No change", (text(Bold(_name(person)), " never left."),))


def confirm_merge(old: Person, new: Person) -> Card:
    """What a merge means, with the button that does it."""
    words = f"people merge {old.email} {new.email} --yes"
    return Card(
        f"Merge {_name(old)} ({old.email}) into {_name(new)} ({new.email})?",
        (
            text(
                "Everything that ", Bold(old.email), " owns, asked, answered, acknowledged or joined becomes ",
                Bold(new.email), f"'s, and so do their accounts. {_name(new)}'s team and permission stay as they are."
            ),
            buttons(Button("Merge them", "people merge", f"{old.id} {new.id} yes", words=words, style="danger")),
            context("This cannot be undone."),
        ),
    )  # fmt: skip


def merged(old: Person, new: Person) -> Card:
    return Card(
        f"{_name(old)} and {_name(new)} are one person now",
        (
            text(
                Bold(old.email),
                " means ",
                Bold(f"{_name(new)} ({new.email})"),
                " from now on, in files and history too.",
            ),
        ),
    )


def reassigned(
    keys: Sequence[str], hidden: int, new_owner: Person, replaced: Sequence[ReplacedEdit], names: Directory
) -> Card:
    """The new owner is in the draft; nobody is told before it is published, except the authors of edits it *replaced*.

    *hidden* items have no name here.
    """
    shown = known_and_hidden(keys, hidden)
    return Card(
        f"{plural(len(keys) + hidden, 'change')} of owner in the draft",
        (
            text(f"{shown}: to ", Bold(_name(new_owner)), "."),
            *replaced_blocks(replaced, names),
            buttons(
                Button("Show the draft", "draft show", words="draft show"),
                Button("Publish", "publish", words="publish", style="primary"),
            ),
        ),
    )


def reassign_buttons(person: Person, names: Directory) -> tuple[Button, ...]:
    """To whoever leads their team or was their manager; and a form for anybody else."""
    heirs = {heir.id: heir for heir in (names.lead_of(person.team), names.manager_of(person)) if heir}
    offered = [
        Button(
            f"Give to {_name(heir)}",
            REASSIGN,
            f"{person.id} {heir.id}",
            words=f"{REASSIGN} {person.email or person.id} {heir.email}",
        )
        for heir in heirs.values()
        if heir.id != person.id
    ]
    other = Button(
        "Choose somebody else" if offered else "Choose somebody",
        REASSIGN,
        person.id,
        words=f"{REASSIGN} {person.email or person.id} @somebody",
    )
    return (*offered, other)


def reassign_form(person_id: str, name: str) -> Form:
    return Form(
        id=REASSIGN,
        title="Who gets their work?",
        fields=(TextField("to", "New owner", hint="E-mail or @name", max_length=100),),
        value=person_id,
        submit="Give it to them",
        intro=(f"The open items and campaigns of {name or 'somebody who left'}. The change goes into the draft.",),
        words=f"{REASSIGN} PERSON @somebody",
    )


def same_person(person: Person, other: Person, platform: str) -> Card:
    """To admins: a platform gave *person* the e-mail of another entry."""
    words = f"people merge {other.email} {person.email}"
    merge = Button("They are one person", "people merge", f"{other.id} {person.id}", words=words)
    return Card(
        f"Is {_name(other)} the same person as {_name(person)}?",
        (
            text(f"{platform} says that the e-mail of {_name(person)} ({person.email}) is {other.email} now, which is "
                 f"the e-mail of {_name(other)} here."),
            buttons(merge),
            context("Nothing was changed. You get this because you are an admin."),
        ),
    )  # fmt: skip


def account_closed(person: Person, platform: str) -> Card:
    """To admins: the platform closed one account of somebody who has another one."""
    end = Button(f"{_name(person)} left", "people end", person.id, words=f"people end {person.email}", style="danger")
    return Card(
        f"{_name(person)} lost their {platform} account",
        (
            text(
                f"{platform} says that the account was deactivated. They have another account, so they stay until you say that they left."
            ),
            buttons(end),
            context("You get this because you are an admin."),
        ),
    )
