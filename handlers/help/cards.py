"""The home card with its buttons, and lists and explanations of commands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.context import AppContext, Request
from handlers.feature import Command
from handlers.shared.card_parts import buttons
from integrations.ports.cards import (
    Block,
    Bold,
    Button,
    Card,
    Fields,
    Form,
    Span,
    Spans,
    Text,
    TextField,
    context,
    text,
)
from integrations.ports.inbound import Reply
from storage.values.company import Permission, Person

PERMISSION_HOLDERS = {
    Permission.VIEWER: "everybody",
    Permission.CONTRIBUTOR: "contributors, publishers and admins",
    Permission.PUBLISHER: "publishers and admins",
    Permission.ADMIN: "admins",
}

# The most frequent actions, the most frequent first.
OFFERS = (
    Button("What is new for me", "catchup", words="catchup", style="primary"),
    Button("Roadmap", "roadmap", words="roadmap"),
    Button("Ask a question", "home ask", words="home ask", asks=True),
    Button("What is blocked", "ask", "what is blocked", words="what is blocked"),
    Button("Who is behind", "coverage", words="coverage"),
    Button("My items", "me items", words="me items"),
)

ASK_FORM = Form(
    id="ask",
    title="Ask a question",
    fields=(
        TextField(
            "question",
            "What would you like to know?",
            hint="For example: what is IT working on for Spring Launch",
            max_length=500,
        ),
    ),
    submit="Ask",
    words="what is blocked for Spring Launch",
)


@dataclass(frozen=True, slots=True)
class Topic:
    """A group of commands. `name` is the word after `help`; "" for an ad-hoc group."""

    title: str
    commands: tuple[Command, ...]
    name: str = ""


def home(person: Person, offers: Sequence[Button], *, known: bool) -> Card:
    """The card for a message without words."""
    if not known:
        return Card("Handshake", (_welcome(), buttons(Button("Help", "help", words="help"))))
    name = person.name.split()[0] if person.name.strip() else ""
    blocks: list[Block] = [text("What would you like to do? Anything else you type is taken for a question.")]
    if offers:
        blocks.append(buttons(*offers))
    blocks.append(context("Everything I can do: help"))
    return Card(f"Hello {name}".strip(), tuple(blocks))


def _welcome() -> Text:
    return text(
        "I keep Marketing and IT in step, and I do not know you yet. If I know you on another platform, type ",
        Bold("me link"),
        " there and the code you get here, as ",
        Bold("me link CODE"),
        ". Otherwise ask an admin to add your e-mail to people.csv.",
    )


def how_to_ask() -> Card:
    return Card(
        "Ask a question",
        (
            text("Type it in your own words; no command is needed."),
            text(
                "For example:\n• what is IT working on for Spring Launch\n• what shipped last month\n• when is WEB-12 due"
            ),
        ),
    )


def overview(topics: Sequence[Topic], *, known: bool) -> Card:
    """Every command the reader may use, one line each."""
    blocks: list[Block] = [] if known else [_welcome()]
    blocks += [Text((Bold(topic.title), *_lines(topic.commands))) for topic in topics]
    blocks.append(context("More about one of them: help COMMAND. Whatever is no command is taken for a question."))
    return Card("What you can say", tuple(blocks))


def _lines(commands: Sequence[Command]) -> list[Span]:
    lines: list[Span] = []
    for command in commands:
        lines += ["\n• ", Bold(command.usage), f" – {command.does}"]
    return lines


def topic(told: Topic) -> Card:
    if not told.commands:
        return Card(
            told.title, (text("You have no permission for any of these commands."), context("All commands: help"))
        )
    blocks = [Text((Bold(command.usage), f" – {command.does}")) for command in told.commands]
    return Card(told.title, (*blocks, context("More about one of them: help COMMAND. All commands: help")))


def command(told: Command, longer: Sequence[Command], permission: Permission) -> Card:
    """One command in full, and the commands that begin with the same words."""
    may = PERMISSION_HOLDERS[told.needs] + ("" if permission.covers(told.needs) else f"; you are a {permission}")
    pairs: list[tuple[str, Spans]] = [("Usage", (Bold(told.usage),)), ("Who may", (may,))]
    pairs.append(("Changes something", ("yes" if told.writes else "no",)))
    blocks: list[Block] = [text(told.does), Fields(tuple(pairs))]
    if told.examples:
        blocks.append(Text((Bold("Examples"), *[f"\n• {example}" for example in told.examples])))
    if longer:
        blocks.append(Text((Bold("See also"), *_lines(longer))))
    blocks.append(context("All commands: help"))
    return Card(f"Help: {told.words}", tuple(blocks))


async def _example_handler(_ctx: AppContext, _request: Request) -> Reply:
    raise NotImplementedError("an example is shown, never run")


_EDIT = Command(
    words="item edit",
    run=_example_handler,
    usage='item edit KEY field=value --why "…"',
    does="Changes an item <in the draft> & says why.",
    examples=('item edit WEB-12 due=+9d --why "the API is late"',),
    needs=Permission.CONTRIBUTOR,
    writes=True,
)
_TOPIC = Topic("The roadmap", (_EDIT,), "roadmap")

EXAMPLES: tuple[Card, ...] = (
    home(Person("p_1", "ada@example.org", "Ada <!here> 🎉"), OFFERS, known=True),
    home(Person("p_2", "bo@example.org", " "), (), known=True),
    home(Person("", "", ""), (), known=False),
    how_to_ask(),
    overview((_TOPIC, Topic("You", (_EDIT, _EDIT))), known=True),
    overview((_TOPIC,), known=False),
    topic(_TOPIC),
    topic(Topic("Empty", ())),
    command(_EDIT, (_EDIT,), Permission.VIEWER),
    command(_EDIT, (), Permission.ADMIN),
)
