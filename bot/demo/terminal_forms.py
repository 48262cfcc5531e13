"""Cards and forms in a terminal: buttons get numbers, and a form's questions are asked one after the other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date

from bot.output import write_text
from integrations.ports.cards import Button, Buttons, Card, ChoiceField, DateField, Field, Form, Menu, TextField


def buttons_of(card: Card) -> tuple[Button, ...]:
    """The buttons of a card in their order; the options of a menu count as buttons."""
    buttons: list[Button] = []
    for block in card.blocks:
        match block:
            case Buttons(row):
                buttons += [button for button in row if isinstance(button, Button)]
            case Menu(_, action, options):
                buttons += [Button(option.label, action, option.value) for option in options]
            case _:
                pass
    return tuple(buttons)


def button_legend(buttons: Sequence[Button]) -> str:
    """The numbers to type for the buttons."""
    return "   ".join(f"{number} = {button.label}" for number, button in enumerate(buttons, start=1))


async def ask_form(form: Form, ask: Callable[[str], Awaitable[str]]) -> dict[str, str] | None:
    """Answers by field id; None when the person cancels with an empty line for a required field."""
    write_text(form.title)
    answers: dict[str, str] = {}
    for field in form.fields:
        answer = await _ask_field(field, ask)
        if answer is None:
            write_text("Left without sending")
            return None
        answers[field.id] = answer
    return answers


async def _ask_field(field: Field, ask: Callable[[str], Awaitable[str]]) -> str | None:
    while True:
        answer = (await ask(f"  {field.label}{_hint(field)}: ")).strip()
        if not answer:
            initial = _initial(field)
            return initial if initial or field.optional else None
        wrong = _wrong(field, answer)
        if not wrong:
            return _value(field, answer)
        write_text(wrong)


def _hint(field: Field) -> str:
    match field:
        case ChoiceField(options=options):
            hint = " / ".join(option.label for option in options)
        case DateField():
            hint = "2027-03-01"
        case TextField(hint=hint):
            pass
    return f" ({hint})" if hint else ""


def _initial(field: Field) -> str:
    match field:
        case ChoiceField(initial=values):
            return "\n".join(values)
        case DateField(initial=day):
            return day.isoformat() if day else ""
        case TextField(initial=words):
            return words


def _wrong(field: Field, answer: str) -> str:
    match field:
        case ChoiceField(options=options) if answer not in {name for o in options for name in (o.label, o.value)}:
            return "One of these, please."
        case DateField():
            try:
                date.fromisoformat(answer)
            except ValueError:
                return "A day like 2027-03-01, please."
        case TextField(max_length=longest) if len(answer) > longest:
            return f"At most {longest} characters, please."
        case _:
            pass
    return ""


def _value(field: Field, answer: str) -> str:
    if isinstance(field, ChoiceField):
        return next(option.value for option in field.options if answer in (option.label, option.value))
    return answer
