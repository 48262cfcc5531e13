"""Cards for what is no question about the roadmap: greetings, people, and forms for requests. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handlers.shared.card_parts import item_name, team_name
from handlers.shared.rules.phrases import join_names, plural
from handlers.shared.rules.sides import side_name
from integrations.ports.cards import Block, Bold, Button, Buttons, Card, Span, Text, context, text
from storage.values.company import Directory, Permission, Person, Side, Team
from storage.values.roadmap import Item

CATCH_UP = Button("What is new for me", "catchup", words="catchup", style="primary")


def greeting(name: str, abilities: Sequence[str], examples: Sequence[str], *, is_thanked: bool) -> Card:
    """The reply to a greeting, to thanks, and to "what can you do?". Without *examples*, nothing is published yet."""
    first = name.split()[0] if name.strip() else ""
    title = f"You're welcome, {first}" if is_thanked and first else "You're welcome" if is_thanked else f"Hello {first}"
    able = "".join(f"\n• {ability}" for ability in abilities)
    blocks: list[Block] = [text(f"What I can do for you here:{able}")]
    if examples:
        listed = "".join(f"\n• {example}" for example in examples)
        blocks += [text(f"Just ask, for example:{listed}"), Buttons((CATCH_UP,))]
    else:
        blocks.append(text("No roadmap is published yet. Once an admin has imported one, ask me anything about it."))
    return Card(title.strip(), (*blocks, context("Everything I can do: help")))


def people_card(
    about: str, people: Sequence[Person], owned: Mapping[str, tuple[Sequence[Item], int]], names: Directory
) -> Card:
    """Who the people are; *owned* has the first open items of those who are shown, and how many there are."""
    shown = [person for person in people if person.id in owned]
    blocks: list[Block] = [Text(_person_spans(person, *owned[person.id], names)) for person in shown]
    if len(people) > len(shown):
        blocks.append(text(f"and {len(people) - len(shown)} more"))
    title = (
        shown[0].name or shown[0].email if len(people) == 1 else f"{about[:1].upper()}{about[1:]}: {len(people)} people"
    )
    return Card(title, tuple(blocks))


def _person_spans(person: Person, items: Sequence[Item], total: int, names: Directory) -> tuple[Span, ...]:
    side = names.side_of(person)
    team = f"{team_name(person.team, names)} ({side_name(side)})" if person.team else ""
    bridge = "connects Marketing and IT" if person.is_bridge else ""
    line = ", ".join(part for part in (person.role, team, bridge) if part)
    spans: list[Span] = [Bold(person.name or person.email), f" – {line or 'no team'}\nReach them at {person.email}"]
    if total:
        spans.append(f"\nOwns {plural(total, 'open item')}: ")
        for place, item in enumerate(items):
            spans += [", " if place else "", *item_name(item)]
        spans.append(f" and {total - len(items)} more" if total > len(items) else "")
    return tuple(spans)


_OFFERS = {
    "item edit": "The form opens with what you said. Nothing changes until you send it.",
    "item add": "This becomes an item of your team, in the draft. The form opens with what you said.",
    "follow": "I can tell you in private whenever a published version changes it.",
    "subscribe": "I can post published changes here. You can stop it at any time.",
    "dinner plan": "The form opens with the next quarter. Nobody is asked before you have seen the plan.",
    "kudos": "They read it in private, and decide who else may.",
    "dinner rsvp": "Your invitation is on the card of the dinner.",
    "tours join": "One press, and you take part from the next round on.",
}


def offered(command: str, item: Item | None, button: Button | None, helper: Person | None) -> Card:
    """The form for a request. Without a *button* the item is missing. *helper* can be asked instead."""
    if button is None:
        return Card("Which item do you mean?", (text("Say it again with its key, such as WEB-12."),))
    blocks: list[Block] = [text(*item_name(item))] if item and command in ("item edit", "follow") else []
    instead = f" Or ask {helper.name or helper.email}, who connects Marketing and IT." if helper else ""
    return Card(f"{button.label}?", (*blocks, text(f"{_OFFERS[command]}{instead}"), Buttons((button,))))


def needs_somebody(needed: Permission, team: str, able: Sequence[str]) -> Card:
    """A refusal that names those who can."""
    of_team = f" of {team}" if team else ""
    who = f": {join_names(list(able), 'or')}" if able else ". An admin can make somebody one"
    article = "an" if needed is Permission.ADMIN else "a"
    return Card(f"You need {article} {needed}{of_team}{who}", (text("Nothing was changed."),))


def ask_for_work(helper: Person | None) -> Card:
    """For new work that the reader cannot add to the roadmap."""
    who = f"{helper.name or helper.email}, who connects Marketing and IT, can" if helper else "A colleague can"
    return Card(
        "Ask somebody to take it up", (text(f"You need a contributor to add work to the roadmap. {who} help."),)
    )


def no_such_item_to_change(key: str) -> Card:
    return Card(f"I can't find {key or 'that item'}", (text("Check the key. The items that you can see: roadmap"),))


def cannot_do_that(examples: Sequence[str]) -> Card:
    listed = "".join(f"\n• {example}" for example in examples)
    return Card("I can't do that", (text(f"You can ask me:{listed}"), context("Everything I can do: help")))


_NAMES = Directory((Team("web", "Web Platform", Side.IT),))
_ANA = Person("p_ana", "ana@example.com", "Ana <Lima>", "web", "Marketing technologist")
_ITEM = Item("WEB-12", "Consent banner <script>", "web")

EXAMPLES = (
    greeting("Ana Lima", ("Answer questions about the roadmap",), ("who owns WEB-12?",), is_thanked=False),
    offered("item edit", _ITEM, Button("Change WEB-12", "item edit form", "WEB-12", "item edit form WEB-12"), None),
    offered("follow", None, None, None),
    needs_somebody(Permission.CONTRIBUTOR, "Web Platform", ("Ana Lima", "Bo")),
    needs_somebody(Permission.ADMIN, "", ()),
    ask_for_work(None),
    no_such_item_to_change("WEB-99"),
    cannot_do_that(("who owns WEB-12?",)),
    people_card("bridge", (_ANA, _ANA), {"p_ana": ((_ITEM,), 7)}, _NAMES),
    people_card("Ana", (_ANA,), {"p_ana": ((), 0)}, _NAMES),
    greeting("", ("Answer questions about the roadmap",), (), is_thanked=True),
)
