"""Renders forms as Adaptive Cards with inputs, and reads what Teams sends back. Pure.

An input's id says how to read its answer: `one.<field>` is a single value, `many.<field>` values joined by commas.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import assert_never
from urllib.parse import quote, unquote

from integrations.plain import render as plain
from integrations.plain.text import clean, clip, head, is_id, omitted, one_line
from integrations.plain.truncate import truncate_spans
from integrations.ports.cards import ChoiceField, DateField, Field, Form, TextField
from integrations.teams import limits
from integrations.teams.markup import Json, escape, paragraphs

SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
_ONE, _MANY = "one.", "many."

# Tried from the largest until the card is small enough; in practice the first one nearly always is.
_TEXT_LIMITS = (3_000, 1_000, 300, 100, 40, 15, 5)
_MAX_EXPANDED = 10
MAX_FIELDS = 100  # of a submitted form; ours have about ten


def form(form: Form, *, dialog: bool = False) -> Json:
    """*form* as a card whose button has the form's id as its verb. `read_submission` reads the answer.

    In a *dialog* the button submits the dialog; elsewhere it is an Action.Execute like any other button.
    """
    for fields in (len(form.fields), 20, 5, 0):
        for limit in _TEXT_LIMITS:
            rendered = _rendered(form, limit, fields, dialog=dialog)
            if limits.weight(rendered) <= limits.MAX_BYTES:
                return rendered
    return rendered


def read_submission(data: Mapping[str, object]) -> tuple[str, str, dict[str, str]]:
    """The form, its value and the answers by field; several choices are joined by newlines."""
    answers: dict[str, str] = {}
    for key, answer in islice(data.items(), MAX_FIELDS):
        typed = answer if isinstance(answer, str) else ""
        if key.startswith(_ONE):
            answers[key.removeprefix(_ONE)] = typed
        elif key.startswith(_MANY):
            answers[key.removeprefix(_MANY)] = "\n".join(unquote(value) for value in typed.split(","))
    return _text(data, "form"), _text(data, "value"), answers


def _text(data: Mapping[str, object], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""


def _rendered(form: Form, limit: int, most: int, *, dialog: bool) -> Json:
    title = clip(one_line(form.title) or plain.DEFAULT_TITLE, min(limits.CARD.title, max(limit, 40)))
    wrong = {field: clip(one_line(message), max(limit, 40)) for field, message in form.errors}
    questions = [
        element for field in form.fields[:most] for element in _question(field, wrong.pop(field.id, ""), limit)
    ]
    left = omitted(len(form.fields) - most, "question") if most < len(form.fields) else ""
    body = [
        {
            "type": "TextBlock",
            "text": escape(title),
            "wrap": True,
            "style": "heading",
            "size": "Large",
            "weight": "Bolder",
        },
        *paragraphs(truncate_spans(form.intro, max(limit, 40)), {}),
        *(element for message in list(wrong.values())[:_MAX_EXPANDED] for element in _complaint(message)),
        *questions,
        *paragraphs((left,), {}),
        {"type": "ActionSet", "actions": [_send_action(form, dialog=dialog)]},
    ]
    fallback = clip(plain.form_text(form), limits.MAX_FALLBACK_TEXT)
    return {
        "type": "AdaptiveCard",
        "$schema": SCHEMA,
        "version": limits.VERSION,
        "fallbackText": fallback,
        "body": body,
        "msteams": {"width": "Full"},
    }


def _send_action(form: Form, *, dialog: bool) -> Json:
    # A truncated id would name something else; an empty one is at worst asked for again.
    value = form.value if is_id(form.value, limits.MAX_ID) else ""
    title = clip(one_line(form.submit) or "Send", limits.MAX_LABEL)
    data = {"form": form.id, "value": value}
    if dialog:
        return {"type": "Action.Submit", "title": title, "data": data}
    return {"type": "Action.Execute", "title": title, "verb": form.id, "data": data}


def _complaint(message: str) -> list[Json]:
    return paragraphs((f"Please check: {message}",), {}, color="Attention") if message else []


def _question(field: Field, wrong: str, limit: int) -> list[Json]:
    label = clip(plain.field_label(field), max(limit, 20))
    hint = clip(one_line(field.hint), max(limit, 20))
    asked = {"label": label, "isRequired": not field.optional, "errorMessage": f"{label}: please answer this."}
    small = paragraphs((hint,), {}, size="Small", isSubtle=True) if hint else []
    return [*_complaint(wrong), *small, *_input(field, asked, limit)]


def _input(field: Field, asked: Json, limit: int) -> list[Json]:
    match field:
        case TextField(initial=initial, multiline=multiline, max_length=longest):
            longest = max(1, longest)
            written = head(clean(initial) if multiline else one_line(initial), min(longest, limit))
            typing = {"type": "Input.Text", "id": _ONE + field.id, "isMultiline": multiline, "maxLength": longest}
            return [typing | asked | ({"value": written} if written else {})]
        case DateField(initial=day):
            picker = {"type": "Input.Date", "id": _ONE + field.id}
            return [picker | asked | ({"value": day.isoformat()} if day else {})]
        case ChoiceField():
            return _choice(field, asked, limit)
        case _:
            assert_never(field)


def _choice(field: ChoiceField, asked: Json, limit: int) -> list[Json]:
    usable = [option for option in field.options if is_id(option.value, limits.MAX_ID)]
    offered = usable[: min(limit, limits.CARD.options)]
    if not offered:
        return paragraphs((f"{asked['label']}: nothing to choose from.",), {})
    values = {option.value: quote(option.value, safe="") if field.many else option.value for option in offered}
    chosen = [values[value] for value in field.initial if value in values][: None if field.many else 1]
    choice = {
        "type": "Input.ChoiceSet",
        "id": (_MANY if field.many else _ONE) + field.id,
        "choices": [
            {"title": clip(plain.option_label(option), max(limit, 20)), "value": values[option.value]}
            for option in offered
        ],
        "isMultiSelect": field.many,
        "style": "expanded" if field.many and len(offered) <= _MAX_EXPANDED else "compact",
        "wrap": True,
    }
    left = len(field.options) - len(offered)
    rest = paragraphs((omitted(left, "choice"),), {}, size="Small", isSubtle=True) if left else []
    return [choice | asked | ({"value": ",".join(chosen)} if chosen else {}), *rest]
