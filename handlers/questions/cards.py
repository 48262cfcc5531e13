"""Cards for answers: one sentence that answers, the items behind it, and the version they are from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from handlers.questions.rules.answer_line import answer_line
from handlers.questions.rules.grounding import GroundedSentence
from handlers.questions.rules.outcome import Answer, Outcome
from handlers.questions.rules.understanding import Candidate, NotUnderstood, Unclear, Understood, UnknownName
from handlers.shared.card_parts import STATUS_WORDS, due_words, item_name, owner_words, person_name, team_name
from handlers.shared.rules.dates import format_day
from handlers.shared.rules.phrases import join_names, plural
from integrations.ports.cards import Block, Bold, Button, Buttons, Card, Context, Span, Text, context, text
from storage.values.company import Campaign, Directory, Side, Team
from storage.values.questions import Plan, Question, VerifiedAnswer
from storage.values.roadmap import Item, Revision, RevisionState, Status
from storage.values.tours import Debrief

SHOWN = 12  # items in one answer; the sentence on top has the total


def answer(
    understood: Understood,
    items: Sequence[Item],
    total: int,
    names: Directory,
    today: date,
    revision: Revision,
    newest: Revision,
) -> Card:
    """The answer to a question that was understood, also if nothing matched."""
    line = answer_line(understood, items, total, names, today)
    blocks: list[Block] = []
    if items:
        blocks.append(_lines(items, total, names))
    blocks.append(context(f"Understood as: {understood.description}. ", _freshness(revision, newest)))
    return Card(line, tuple(blocks))


def _lines(items: Sequence[Item], total: int, names: Directory) -> Text:
    spans: list[Span] = []
    for item in items:
        spans += ["\n• " if spans else "• ", *item_name(item)]
        details = [STATUS_WORDS[item.status], due_words(item), owner_words(item, names), team_name(item.team, names)]
        spans.append(f" – {', '.join(details)}")
    if total > len(items):
        spans.append(f"\n{len(items)} of {total:,}; the others: more")
    return Text(tuple(spans))


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
    rests = (
        f" It rests on {join_names([*answer.keys, *_campaigns(answer, names)])}."
        if answer.keys or answer.campaigns
        else ""
    )
    since = f"R{answer.revision}" if answer.revision else "the first version"
    return (
        text(Bold("Verified answer: "), answer.text),
        context(f"From {who}, {format_day(answer.at.date())}, on {since}.{rests} It is withdrawn when that changes."),
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
    if answer.keys and len(answer.keys) > SHOWN:
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
        label = "Ask the owner" if answer.outcome is Outcome.ANSWERED else "Ask a person"
        offers.append(Button(label, "handoff", name, f"handoff {name}"))
    return offers


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
    question: Question, items: Sequence[Item], first: int, total: int, names: Directory, understood_as: str
) -> Card:
    """The next lines of an answer, after the first *first*. *understood_as* is "" where the readers may not know it."""
    if not items:
        return Card(f"That was all of {question.name}", (text(f"The answer has {plural(total, 'line')}."),))
    last = first + len(items)
    offers = [Button("More", "more", f"{question.name} {last}", f"more {question.name} {last}")] if last < total else []
    return Card(
        f"{first + 1} to {last} of {total:,}",
        (
            _lines(items, len(items), names),
            *([Buttons(tuple(offers))] if offers else []),
            context(f"{question.name}{f': {understood_as}' if understood_as else ''}. From R{question.revision}."),
        ),
    )


def preview(question: Question, answer: Answer) -> Card:
    """What everybody in the channel would read."""
    post = Button("Post it here", "share post", question.name, f"share post {question.name}", "primary")
    note = "So far only you see this. It holds what everybody in this room may see."
    return Card(f"Preview: {answer.card.title}", (*answer.card.blocks, Buttons((post,)), context(note)))


def shared(question: Question, answer: Answer, who: str) -> Card:
    """The answer for a channel. It shows how the question was understood, but not the asker's own words."""
    why = f"Shared by {who}. To take it back: share undo {question.name}"
    return Card(answer.card.title, (*answer.card.blocks, context(why)))


def was_shared(question: Question, *, new: bool) -> Card:
    undo = Button("Take it back", "share undo", question.name, f"share undo {question.name}")
    if not new:
        return Card("It was shared here before", (text("Ask again to share a fresh answer."), Buttons((undo,))))
    return Card("Shared with this room", (Buttons((undo,)),))


def taken_back(question: Question) -> Card:
    return Card(f"{question.name} is taken back", (text("It is removed from this room."),))


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
    return f"As it stood in {revision.name}, published {published}; the current version is {newest.name}."


def unclear(result: Unclear) -> Card:
    """Several readings: every button asks the question again with the full name."""
    names = join_names([candidate.name for candidate in result.candidates], "or")
    buttons = tuple(Button(c.name, "ask", c.words, f"ask {c.words}") for c in result.candidates[:10])
    return Card(f"Which “{result.about}” do you mean?", (text(f"{names}?"), Buttons(buttons)))


def unknown(result: UnknownName, newest: Revision) -> Card:
    """The question contains an unknown name. It is never replaced by a similar one."""
    near = f" Did you mean {join_names(result.near, 'or')}?" if result.near else ""
    noun = result.noun or "name"
    return Card(
        f"I know no {noun} called “{result.name}”",
        (text(f"So I have nothing to answer from.{near}"), context(f"Searched the names known with {newest.name}.")),
    )


def too_early(words: str, newest: Revision) -> Card:
    return Card(words, (text("So there is nothing to answer from."), context(f"The current version is {newest.name}.")))


def not_understood(result: NotUnderstood, examples: Sequence[str]) -> Card:
    """The question was not understood; show *examples* that would be."""
    listed = "".join(f"\n• {example}" for example in examples)
    return Card(
        "I cannot answer that",
        (text(_sentence(result.reason)), text(f"I can answer questions about the roadmap:{listed}")),
    )


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:].rstrip('.')}."


def nothing_published() -> Card:
    words = "Nothing has been published yet, so there is nothing to answer from. An admin can import a roadmap."
    return Card("No roadmap yet", (text(words),))


_REVISION = Revision(
    42, RevisionState.PUBLISHED, "p1", "why", datetime(2026, 10, 1, 9, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)
)
_NAMES = Directory((Team("web", "Web Platform", Side.IT),), (Campaign("spring", "Spring Launch"),))
_ITEM = Item("WEB-12", "Consent banner <script>", "web", ("spring",), Status.BLOCKED, due=date(2027, 2, 9))
_UNDERSTOOD = Understood(Plan(campaigns=("spring",)), "open items for Spring Launch")

EXAMPLES = (
    answer(_UNDERSTOOD, (_ITEM,) * 3, 40, _NAMES, date(2026, 11, 2), _REVISION, _REVISION),
    answer(_UNDERSTOOD, (), 0, _NAMES, date(2026, 11, 2), _REVISION, _REVISION),
    unclear(
        Unclear(
            (Candidate("campaign", "a", "Spring Launch", "x"), Candidate("campaign", "b", "Spring Sale", "y")), "spring"
        )
    ),
    unknown(UnknownName("Winter Gala", "campaign", ("Winter Sale",)), _REVISION),
    not_understood(NotUnderstood("I cannot change anything when asked a question."), ("who owns WEB-12?",)),
    nothing_published(),
)
