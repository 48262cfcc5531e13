"""How an answer reads: one sentence that answers, the items behind it, and how fresh they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from handlers.days import spoken
from handlers.phrases import STATUS_WORDS, due_words, item_name, listing, owner_words, team_name
from handlers.questions.rules import Candidate, NotUnderstood, Unclear, Understood, Unknown, answer_line
from integrations.ports.cards import Block, Button, Buttons, Card, Span, Text, context, text
from storage.values import Campaign, Directory, Item, Plan, Revision, RevisionState, Side, Status, Team

SHOWN = 12  # items in an answer; the sentence says how many there are

EXAMPLES_TO_ASK = (
    "what is IT working on for Spring Launch?",
    "what's blocked this month?",
    "who owns WEB-12?",
)


def answer(
    understood: Understood,
    items: Sequence[Item],
    total: int,
    names: Directory,
    today: date,
    revision: Revision,
    newest: Revision,
) -> Card:
    """The answer to a question that was understood, whether or not anything matched."""
    line = answer_line(understood, items, total, names, today)
    blocks: list[Block] = []
    if items:
        blocks.append(_lines(items, total, names))
    blocks.append(context(f"Understood as: {understood.said}. ", _freshness(revision, newest)))
    return Card(line, tuple(blocks))


def _lines(items: Sequence[Item], total: int, names: Directory) -> Text:
    spans: list[Span] = []
    for item in items:
        spans += ["\n• " if spans else "• ", *item_name(item)]
        told = [STATUS_WORDS[item.status], due_words(item), owner_words(item, names), team_name(item.team, names)]
        spans.append(f" – {', '.join(told)}")
    if total > len(items):
        spans.append(f"\n… and {total - len(items):,} more")
    return Text(tuple(spans))


def _freshness(revision: Revision, newest: Revision) -> str:
    published = spoken(revision.published_at.date()) if revision.published_at else "an unknown day"
    if revision.number == newest.number:
        return f"From {revision.name}, published {published}."
    return f"As it stood in {revision.name}, published {published}; the current version is {newest.name}."


def unclear(found: Unclear) -> Card:
    """Several readings: one press asks the question again with the full name."""
    names = listing([candidate.name for candidate in found.candidates], "or")
    buttons = tuple(Button(c.name, "ask", c.words, f"ask {c.words}") for c in found.candidates[:10])
    return Card(f"Which “{found.about}” do you mean?", (text(f"{names}?"), Buttons(buttons)))


def unknown(found: Unknown, newest: Revision) -> Card:
    """A name that the store does not know is never replaced by another."""
    near = f" Did you mean {listing(found.near, 'or')}?" if found.near else ""
    noun = found.noun or "name"
    return Card(
        f"I know no {noun} called “{found.name}”",
        (text(f"So I have nothing to answer from.{near}"), context(f"Searched the names known with {newest.name}.")),
    )


def too_early(words: str, newest: Revision) -> Card:
    return Card(words, (text("So there is nothing to answer from."), context(f"The current version is {newest.name}.")))


def not_understood(found: NotUnderstood) -> Card:
    """Said so, with three examples of what would be."""
    examples = "".join(f"\n• {example}" for example in EXAMPLES_TO_ASK)
    return Card(
        "I cannot answer that",
        (text(_sentence(found.reason)), text(f"I can answer questions about the roadmap:{examples}")),
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
    unknown(Unknown("Winter Gala", "campaign", ("Winter Sale",)), _REVISION),
    not_understood(NotUnderstood("I cannot change anything when asked a question.")),
    nothing_published(),
)
