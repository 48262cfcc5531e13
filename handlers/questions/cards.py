"""Cards for answers: one sentence that answers, the items behind it, and the version they are from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from handlers.questions.rules import beyond_roadmap_cards
from handlers.questions.rules.answer_blocks import (
    SHOWN,
    change_lines,
    group_table,
    health_blocks,
    item_lines,
    reason_lines,
)
from handlers.questions.rules.change_lines import PublishedChange
from handlers.questions.rules.grounding import GroundedSentence
from handlers.questions.rules.groups import ItemGroup
from handlers.questions.rules.outcome import Answer, Outcome
from handlers.questions.rules.understanding import Candidate, NotUnderstood, Unclear, Understood, UnknownName
from handlers.shared.card_parts import item_name, person_name
from handlers.shared.rules.dates import format_day
from handlers.shared.rules.diff import ItemChange
from handlers.shared.rules.health import CampaignHealth, HealthState
from handlers.shared.rules.phrases import join_names, plural
from integrations.ports.cards import Block, Bold, Button, Buttons, Card, Context, Span, Text, context, text
from storage.values.company import Campaign, Directory, Person, Side, Team
from storage.values.questions import GroupBy, Plan, Question, VerifiedAnswer
from storage.values.roadmap import Item, OpenItemCounts, Revision, RevisionState, Status
from storage.values.tours import Debrief


def answer(line: str, blocks: Sequence[Block], understood: Understood, revision: Revision, newest: Revision) -> Card:
    """The answer to a question that was understood, also if nothing matched: a sentence, and what proves it."""
    not_used = f"Not used: {join_names(understood.set_aside)}. " if understood.set_aside else ""
    small_print = context(f"Understood as: {understood.description}. {not_used}", _freshness(revision, newest))
    return Card(line, (*_doubt(understood), *blocks, small_print))


def _doubt(understood: Understood) -> tuple[Text, ...]:
    """What is said above an answer to a question that may have been read wrongly."""
    if not understood.is_unsure:
        return ()
    return (
        text(
            f"I may have read this wrong: I looked for {understood.description}. If you meant something else, "
            "ask it in one short sentence."
        ),
    )


def invitation(question: str) -> Text:
    """What to ask next when nothing was found; *question* has an answer here."""
    return text(f"Try: {question}")


def prose(sentences: Sequence[GroundedSentence]) -> Text:
    """A language model's sentences, each with the keys of the items that prove it."""
    spans: list[Span] = []
    for sentence in sentences:
        spans += [" " if spans else "", sentence.text, " ["]
        for place, item in enumerate(sentence.items):
            spans += [", " if place else "", item_name(item)[0]]
        spans.append("]")
    return Text(tuple(spans))


def verified_blocks(answer: VerifiedAnswer, names: Directory) -> tuple[Block, ...]:
    """An earlier answer by a person to the same question."""
    who = person_name(answer.by, names)
    sources = join_names([*answer.keys, *_campaigns(answer, names)])
    based_on = f" It is based on {sources}." if sources else ""
    since = f"R{answer.revision}" if answer.revision else "the first version"
    return (
        text(Bold("Verified answer: "), answer.text),
        context(
            f"From {who}, {format_day(answer.at.date())}, on {since}.{based_on} It is withdrawn when that changes."
        ),
    )


def _campaigns(answer: VerifiedAnswer, names: Directory) -> list[str]:
    return [names.campaign[key].name for key in answer.campaigns if key in names.campaign]


def with_actions(answer: Answer, name: str, *, in_room: bool) -> Card:
    """The card with buttons for what can be done next; *name* is the question's number."""
    offers = [*_reading_on(answer, name), *_passing_on(answer, name, in_room=in_room), *_judging(answer, name)]
    if not offers:
        return answer.card
    blocks = answer.card.blocks
    last = len(blocks) - 1 if blocks and isinstance(blocks[-1], Context) else len(blocks)
    return Card(answer.card.title, (*blocks[:last], Buttons(tuple(offers)), *blocks[last:]))


def _reading_on(answer: Answer, name: str) -> list[Button]:
    offers = []
    if answer.groups:
        offers.append(Button("Show the items", "more", f"{name} 0", f"more {name} 0"))
    elif len(answer.keys) > SHOWN and answer.lists_its_items:
        offers.append(Button("More", "more", f"{name} {SHOWN}", f"more {name}"))
    if len(answer.items) == 1 and answer.keys:
        key = answer.items[0].key
        offers.append(Button(f"Follow {key}", "follow", key, f"follow {key}"))
    return offers


def _passing_on(answer: Answer, name: str, *, in_room: bool) -> list[Button]:
    offers = []
    if in_room and answer.outcome is Outcome.ANSWERED:
        offers.append(Button("Share", "share", name, f"share {name}"))
    if answer.outcome is not Outcome.CLARIFY:
        offers.append(_handoff_button(answer, name))
    return offers


def _handoff_button(answer: Answer, name: str) -> Button:
    if answer.contact:
        to = f"{name} {answer.contact.email}"
        return Button(f"Ask {first_name(answer.contact)}", "handoff", to, f"handoff {to}")
    label = "Ask the owner" if answer.outcome is Outcome.ANSWERED else "Ask a person"
    return Button(label, "handoff", name, f"handoff {name}")


def first_name(person: Person) -> str:
    return person.name.split()[0] if person.name.strip() else person.email


def _judging(answer: Answer, name: str) -> list[Button]:
    if answer.outcome is not Outcome.ANSWERED:
        return []
    return [
        Button("Helpful", "helpful", name, f"helpful {name}"),
        Button("Not right", "not right", name, f"not right {name}"),
    ]


def debriefs(shared_ones: Sequence[Debrief], names: Directory) -> Card:
    """The debriefs of tours that people chose to share."""
    blocks = [
        text(debrief.text, f" – {person_name(debrief.person, names)}, {format_day(debrief.at.date())}")
        for debrief in shared_ones
    ]
    return Card(
        "From tours of duty", (*blocks, context("Only what travellers chose to share. To add yours: tours debrief"))
    )


def more(
    question: Question,
    items: Sequence[Item],
    first: int,
    total: int,
    names: Directory,
    understood_as: str,
    today: date | None = None,
) -> Card:
    """The next lines of an answer, after the first *first*. *understood_as* is "" where the readers may not know it."""
    if not items:
        return Card(f"{question.name} has no more items", (text(f"The answer has {plural(total, 'item')}."),))
    last = first + len(items)
    offers = [Button("More", "more", f"{question.name} {last}", f"more {question.name} {last}")] if last < total else []
    return Card(
        f"{first + 1} to {last} of {total:,}",
        (
            item_lines(items, len(items), names, today),
            *([Buttons(tuple(offers))] if offers else []),
            context(f"{question.name}{f': {understood_as}' if understood_as else ''}. From R{question.revision}."),
        ),
    )


def preview(question: Question, answer: Answer) -> Card:
    """What everybody in the channel would read."""
    post = Button("Post it here", "share post", question.name, f"share post {question.name}", "primary")
    note = "Only you see this. It shows what everybody in this channel may see."
    return Card(f"Preview: {answer.card.title}", (*answer.card.blocks, Buttons((post,)), context(note)))


def shared(question: Question, answer: Answer, who: str) -> Card:
    """The answer for a channel. It shows how the question was understood, but not the asker's own words."""
    why = f"Shared by {who}. To take it back: share undo {question.name}"
    return Card(answer.card.title, (*answer.card.blocks, context(why)))


def was_shared(question: Question, *, new: bool) -> Card:
    undo = Button("Take it back", "share undo", question.name, f"share undo {question.name}")
    if not new:
        return Card("Already shared here", (text("Ask again to share a fresh answer."), Buttons((undo,))))
    return Card("Shared with this channel", (Buttons((undo,)),))


def taken_back(question: Question) -> Card:
    return Card(f"{question.name} is no longer shared", (text("It is removed from this channel."),))


def feedback_saved(question: Question, feedback: str, *, may_hand_off: bool) -> Card:
    """Confirm the feedback, and offer the asker a person if the answer was wrong."""
    if feedback == "helpful":
        return Card("Good to hear", (text(f"Noted for {question.name}."),))
    ask = Button("Ask a person", "handoff", question.name, f"handoff {question.name}", "primary")
    offers = (Buttons((ask,)),) if may_hand_off else ()
    reading = f"It was understood as: {question.understood_as}. " if question.understood_as else ""
    return Card(
        f"Sorry. {question.name} is noted as not right",
        (text(f"{reading}Ask it in other words, or ask somebody who knows."), *offers),
    )


def _freshness(revision: Revision, newest: Revision) -> str:
    published = format_day(revision.published_at.date()) if revision.published_at else "an unknown day"
    if revision.number == newest.number:
        return f"From {revision.name}, published {published}."
    return f"From {revision.name}, published {published}; the current version is {newest.name}."


def unclear(result: Unclear) -> Card:
    """Several readings: every button asks the question again with the full name."""
    names = join_names([candidate.name for candidate in result.candidates], "or")
    buttons = tuple(Button(c.name, "ask", c.words, f"ask {c.words}") for c in result.candidates[:10])
    return Card(f"Which “{result.about}” do you mean?", (text(f"{names}?"), Buttons(buttons)))


def unknown(result: UnknownName, newest: Revision, example: str = "") -> Card:
    """The question contains an unknown name. It is never replaced by a similar one; *example* has an answer here."""
    name = f"a {result.noun} called “{result.name}”" if result.noun not in {"", "name"} else f"“{result.name}”"
    step = f"Did you mean {join_names(result.near, 'or')}?" if result.near else f"Check the spelling, or try: {example}"
    return Card(
        f"I don't know {name}",
        (
            text(step if result.near or example else "Check the spelling and ask again."),
            context(f"Searched the names known with {newest.name}."),
        ),
    )


def too_early(words: str, newest: Revision) -> Card:
    return Card(words, (text(f"Ask about a later day, or about the current version, {newest.name}."),))


def not_understood(result: NotUnderstood, examples: Sequence[str]) -> Card:
    """The question was not understood; show *examples* that would be."""
    listed = "".join(f"\n• {example}" for example in examples)
    return Card(
        "I can help with the roadmap, dinners, tours and thanks",
        (text(_sentence(result.reason)), text(f"Try:{listed}")),
    )


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:].rstrip('.')}."


def nothing_published() -> Card:
    words = "Nothing has been published yet. An admin can import a roadmap."
    return Card("No roadmap yet", (text(words),))


_REVISION = Revision(
    42, RevisionState.PUBLISHED, "p1", "why", datetime(2026, 10, 1, 9, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)
)
_NAMES = Directory((Team("web", "Web Platform", Side.IT),), (Campaign("spring", "Spring Launch"),))
_ITEM = Item("WEB-12", "Consent banner <script>", "web", ("spring",), Status.BLOCKED, due=date(2027, 2, 9))
_COUNTS = OpenItemCounts(open=19, late=1, blocked=2, late_or_blocked=3)
_NO_TEAM = ItemGroup(GroupBy.TEAM, "", "No team", ("OPS-1",))
_CHANGES = (PublishedChange(ItemChange(replace(_ITEM, due=date(2027, 2, 1)), _ITEM), _REVISION, "why", "WEB-12"),)
_UNDERSTOOD = Understood(Plan(campaigns=("spring",)), "open items for Spring Launch")

EXAMPLES = (
    answer(
        "40 open items for Spring Launch.",
        (item_lines((_ITEM,) * 3, 40, _NAMES, date(2027, 2, 14)),),
        _UNDERSTOOD,
        _REVISION,
        _REVISION,
    ),
    answer("No open items for Spring Launch.", (invitation("what is open?"),), _UNDERSTOOD, _REVISION, _REVISION),
    answer(
        "Web Platform has the most open items: 2 of 3.",
        (group_table((ItemGroup(GroupBy.TEAM, "web", "Web Platform", ("WEB-12", "WEB-13")), _NO_TEAM)),),
        replace(_UNDERSTOOD, set_aside=("Ben",)),
        _REVISION,
        _REVISION,
    ),
    answer(
        "Spring Launch is off track: 1 late, 2 blocked of 19 open.",
        health_blocks((CampaignHealth(_NAMES.campaigns[0], HealthState.OFF_TRACK, _COUNTS),)),
        _UNDERSTOOD,
        _REVISION,
        _REVISION,
    ),
    answer(
        "1 item slipped from 1 to 8 Nov 2026.", (change_lines(_CHANGES, _NAMES),), _UNDERSTOOD, _REVISION, _REVISION
    ),
    answer(
        "WEB-12 moved 8 days later: the vendor is late (Ada, R42).",
        (reason_lines(_CHANGES, _NAMES),),
        _UNDERSTOOD,
        _REVISION,
        _REVISION,
    ),
    unclear(
        Unclear(
            (Candidate("campaign", "a", "Spring Launch", "x"), Candidate("campaign", "b", "Spring Sale", "y")), "spring"
        )
    ),
    unknown(UnknownName("Winter Gala", "campaign", ("Winter Sale",)), _REVISION),
    not_understood(NotUnderstood("I cannot change anything when asked a question."), ("who owns WEB-12?",)),
    nothing_published(),
    *beyond_roadmap_cards.EXAMPLES,
)
