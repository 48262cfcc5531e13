"""Cards and forms for questions that are handed to a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from handlers.shared.card_parts import person_name
from handlers.shared.rules.phrases import join_names, plural
from integrations.ports.cards import (
    Block,
    Bold,
    Button,
    Buttons,
    Card,
    ChoiceField,
    Form,
    Option,
    Table,
    TextField,
    context,
    text,
)
from storage.questions import FrequentQuestion
from storage.values.company import Directory, Person
from storage.values.questions import Handoff, HandoffState, Question, VerifiedAnswer

MOST_TEXT = 2000  # characters in an answer
EVERYBODY, TEAM = "everybody", "team"
SHOWN = 20  # questions in a list
FORGOTTEN_WORDS = "Removed: it named somebody who asked to be forgotten."
STATES = {
    HandoffState.WAITING: "waits for {who}",
    HandoffState.ANSWERED: "answered by {who}",
    HandoffState.DISMISSED: "dismissed by {who}",
    HandoffState.UNANSWERED: "nobody answered",
}


def asked(question: Question, handoff: Handoff, asker: str, *, again: bool) -> Card:
    """For the person asked; *asker* is a name."""
    name = question.name
    offers = (
        Button("Answer", "answer", name, f'answer {name} "…"', "primary", asks=True),
        Button("Pass on", "pass on", name, f"pass on {name} @somebody", asks=True),
        Button("Dismiss", "dismiss", name, f"dismiss {name}"),
    )
    about = f" It was understood as: {question.understood_as}." if question.understood_as else ""
    reason = f"You are asked because {handoff.reason}. " if handoff.reason else ""
    reminder = "It still waits for you. Tomorrow the next person is asked." if again else ""
    blocks: list[Block] = [text(f"{asker} asks: ", Bold(question.words))]
    if about or reminder:
        blocks.append(text(f"{reminder}{about}".strip()))
    return Card(
        f"{'Still open: a' if again else 'A'} question for you ({name})",
        (
            *blocks,
            Buttons(offers),
            context(f"{reason}Your answer is kept for the next one who asks."),
        ),
    )


def no_longer_asked(name: str, words: str, asker: str, state: HandoffState | None) -> Card:
    """What becomes of the card for the person asked. *state* is None once somebody else was asked instead.

    *words* is "" where the person may not read the question any more.
    """
    blocks: list[Block] = [text(f"{asker} asked: ", Bold(words))] if words else []
    match state:
        case HandoffState.ANSWERED:
            title = f"You answered {name}"
            blocks.append(context(f"To correct your answer: answer {name}"))
        case HandoffState.DISMISSED:
            title = f"You have no answer to {name}"
            blocks.append(context(f"{asker} is told. If you find one after all: answer {name}"))
        case HandoffState.UNANSWERED:
            title = f"{name} is closed without an answer"
            blocks += [
                Buttons((Button("Answer", "answer", name, f'answer {name} "…"', asks=True),)),
                context("You can still answer."),
            ]
        case _:
            title = f"{name} is with somebody else now"
            blocks.append(context("Thank you. You have nothing left to do."))
    return Card(title, tuple(blocks))


def handed_off(question: Question, who: str, *, waits: bool = False) -> Card:
    """For the asker: who is asked, or (*waits*) has been asked already."""
    verb = "was asked already" if waits else "is asked"
    return Card(
        f"{who} {verb}",
        (
            text(f"{question.name}: ", Bold(question.words)),
            context(
                "You get the answer as soon as there is one. After two working days without one, the next person is asked."
            ),
        ),
    )


def nobody_left(question: Question) -> Card:
    """For the asker: there is nobody to ask, or nobody else."""
    return Card(
        f"Nobody is left to ask about {question.name}",
        (
            text("Whoever is likely to know was asked, or is not here any more. At most three people are asked."),
            text(
                f"Name somebody: handoff {question.name} @somebody. An admin can name a bridge person: roles bridge @somebody"
            ),
        ),
    )


def answer_form(question: Question, asker: str, team: str) -> Form:
    """The form for an answer. *team* is the name of the asker's team, or ""."""
    scope = ChoiceField(
        "for",
        "Who may read it later",
        (Option("Everybody who asks the same", EVERYBODY), Option(f"Only {team}", TEAM)),
        (EVERYBODY,),
    )
    return Form(
        id="answer",
        title=f"Answer {question.name}",
        fields=(
            TextField(
                "text", question.words[:150], multiline=True, max_length=MOST_TEXT, hint=f"{asker} reads it at once."
            ),
            *((scope,) if team else ()),
        ),
        value=question.name,
        submit="Answer",
        words=f'answer {question.name} "…"',
    )


def pass_on_form(question: Question) -> Form:
    return Form(
        id="pass on",
        title=f"Pass on {question.name}",
        fields=(TextField("to", "Who knows?", hint="A name or an e-mail", max_length=200),),
        value=question.name,
        submit="Pass on",
        words=f"pass on {question.name} @somebody",
    )


def form_opened(form: Form) -> Card:
    """The reply where a form cannot be opened: the command to type instead."""
    return Card(form.title, (text(f"Say: {form.words}"),))


def answered(question: Question, answer: VerifiedAnswer, names: Directory, keys: Sequence[str]) -> Card:
    """For the asker. *keys*: the items that the answer rests on, as far as the asker may see them."""
    offers = (
        Button("Helpful", "helpful", question.name, f"helpful {question.name}"),
        Button("Not right", "not right", question.name, f"not right {question.name}"),
    )
    return Card(
        f"{person_name(answer.by, names)} answered {question.name}",
        (
            text("You asked: ", Bold(question.words)),
            text(answer.text),
            Buttons(offers),
            context(_rests(answer, names, keys)),
        ),
    )


def answer_withdrawn(question: Question, answer: VerifiedAnswer, names: Directory) -> Card:
    """What becomes of the card that brought an answer: a newer answer replaced it, or a revision withdrew it."""
    who = person_name(answer.by, names)
    if not answer.withdrawn_by:
        return Card(f"{who} has corrected the answer to {question.name}", (text("You asked: ", Bold(question.words)),))
    note = f"Withdrawn: R{answer.withdrawn_by} changed what it rests on."
    return Card(
        f"The answer to {question.name} may be wrong now", (text("You asked: ", Bold(question.words)), context(note))
    )


def _rests(answer: VerifiedAnswer, names: Directory, keys: Sequence[str]) -> str:
    campaigns = [names.campaign[key].name for key in answer.campaigns if key in names.campaign]
    sources = [*keys, *campaigns]
    if sources:
        return f"It rests on {join_names(sources)}, and you get a message when a revision changes that."
    if answer.keys:
        return "You get a message when a revision changes what it rests on."
    return "It names no item, so nothing will withdraw it by itself."


def answer_saved(question: Question, answer: VerifiedAnswer, names: Directory, keys: Sequence[str]) -> Card:
    """For the person who answered; *keys* as for `answered`."""
    return Card(
        f"{question.name} is answered",
        (
            text("The asker is told, and the next one who asks the same gets your answer at once."),
            context(f"{_rests(answer, names, keys)} To correct it: answer {question.name}"),
        ),
    )


def dismissed(question: Question, who: str, *, may_ask_another: bool) -> Card:
    """For the asker; *may_ask_another*: nobody else was asked since."""
    button = Button("Ask somebody else", "handoff", question.name, f"handoff {question.name}")
    asked_words = text("You asked: ", Bold(question.words))
    blocks = (asked_words, Buttons((button,))) if may_ask_another else (asked_words,)
    return Card(f"{who} has no answer to {question.name}", blocks)


def dismissal_noted(question: Question) -> Card:
    """For the person who dismissed the question."""
    return Card(f"{question.name} is off your list", (text("The asker is told, and may ask somebody else."),))


def passed_on(question: Question, who: str) -> Card:
    return Card(f"{question.name} is with {who} now", (text("The asker is told."),))


def withdrawn_unseen(question_name: str, revision: str) -> Card:
    """For an asker who may not see what the answer is based on any more."""
    return Card(
        f"The answer to {question_name} is withdrawn", (text(f"{revision} changed what it rests on. Ask again."),)
    )


def withdrawn(question_name: str, words: str, answer: VerifiedAnswer, revision: str, touched: Sequence[str]) -> Card:
    """For the asker: a revision changed what the answer is based on. *touched* are names that the asker may read."""
    changed = join_names(list(touched)) or "what it rests on"
    return Card(
        f"The answer to {question_name} may be wrong now",
        (
            text(f"{revision} changed {changed}. You had asked: ", Bold(words)),
            text("The answer was: ", answer.text),
            Buttons(
                (
                    Button("Ask again", "ask", words, f"ask {words}"),
                    Button(
                        "What changed",
                        "changes",
                        f"R{answer.revision or 1}..{revision}",
                        f"changes R{answer.revision or 1}..{revision}",
                    ),
                )
            ),
            context("Nobody gets this answer any longer. You are told because it was your question."),
        ),
    )


def listed(title: str, rows: Sequence[tuple[Question, Handoff | None]], names: Directory) -> Card:
    """A list of questions with their states, newest first."""
    if not rows:
        return Card(title, (text("None."),))
    cells = tuple(
        ((question.name,), (question.words[:120] or FORGOTTEN_WORDS,), (_state_words(question, handoff, names),))
        for question, handoff in rows[:SHOWN]
    )
    return Card(title, (Table(("Number", "Question", "How it stands"), cells, max(0, len(rows) - SHOWN)),))


def _state_words(question: Question, handoff: Handoff | None, names: Directory) -> str:
    outcome = {
        "answered": "answered",
        "none": "nothing found",
        "clarify": "unclear",
        "not_understood": "not understood",
    }
    state = outcome.get(question.outcome, question.outcome)
    if handoff:
        state = STATES[handoff.state].format(who=person_name(handoff.assignee, names))
    return f"{state}, {question.feedback}" if question.feedback else state


def asked_often(questions: Sequence[FrequentQuestion]) -> Card:
    """For bridge persons and admins: frequent questions without an answer."""
    rows = tuple(((question.words[:150],), (f"{question.times}",), (f"{question.people}",)) for question in questions)
    return Card(
        f"{plural(len(questions), 'question')} asked three times or more without an answer",
        (
            Table(("Question", "Times", "People"), rows),
            text("An item, an alias or an answer would end them. Who asked is not told."),
            context("For bridge persons and admins, on Mondays, about the last 30 days."),
        ),
    )


_AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
_QUESTION = Question(
    17,
    "p1",
    "When does the <b>consent banner</b> *ship*? | x",
    "when does",
    "answered",
    _AT,
    understood_as="items, about “consent banner”",
)
_HANDOFF = Handoff(17, "p2", "you own WEB-12", _AT, _AT)
_VERIFIED = VerifiedAnswer(
    1, 17, _QUESTION.words, "On 9 February, when <legal> agrees & signs.", "p2", _AT, 42, ("WEB-12",)
)
_NAMES = Directory(people=(Person("p2", "bo@example.com", "Bo <Chen>", "web"),))

EXAMPLES = (
    asked(_QUESTION, _HANDOFF, "Ana Lima", again=False),
    asked(_QUESTION, _HANDOFF, "Ana Lima", again=True),
    handed_off(_QUESTION, "Bo Chen"),
    handed_off(_QUESTION, "Bo Chen", waits=True),
    nobody_left(_QUESTION),
    form_opened(answer_form(_QUESTION, "Ana Lima", "SEO")),
    *(no_longer_asked("Q17", _QUESTION.words, "Ana Lima", state) for state in (None, *HandoffState)),
    answered(_QUESTION, _VERIFIED, _NAMES, ("WEB-12",)),
    answer_withdrawn(_QUESTION, _VERIFIED, _NAMES),
    answer_saved(_QUESTION, _VERIFIED, _NAMES, ("WEB-12",)),
    dismissed(_QUESTION, "Bo Chen", may_ask_another=True),
    withdrawn_unseen("Q17", "R43"),
    dismissal_noted(_QUESTION),
    passed_on(_QUESTION, "Bo Chen"),
    withdrawn("Q17", _QUESTION.words, _VERIFIED, "R43", ("WEB-12",)),
    listed("Your questions", ((_QUESTION, _HANDOFF), (_QUESTION, None)), _NAMES),
    listed("Your questions", (), _NAMES),
    asked_often((FrequentQuestion("where is the <brand> guide", 5, 3),)),
)
ANSWER_FORM, PASS_ON_FORM = answer_form(_QUESTION, "Ana Lima", "SEO"), pass_on_form(_QUESTION)
