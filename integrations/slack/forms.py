"""Renders forms as Slack modals. Pure.

`private_metadata` contains the form's value; a block's id and its element's `action_id` are the field's id.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import assert_never

from integrations.plain import render as plain
from integrations.plain.text import clean, head, is_id, omitted, one_line, units
from integrations.ports.cards import ChoiceField, DateField, Field, Form, TextField
from integrations.slack import limits
from integrations.slack.markup import Json, options, paragraphs, plain_text

# Tried from the largest until the view is small enough; in practice the first one always is.
_TEXT_LIMITS = (limits.MAX_TYPED, 1_000, 200, 50, 10)


def modal(form: Form) -> Json:
    """*form* as a view for `views.open` or `views.update`; its errors are shown above their fields."""
    views = (_view(form, limit) for limit in _TEXT_LIMITS)
    return next((view for view in views if _weight(view) <= limits.MAX_VIEW_BYTES), _view(form, _TEXT_LIMITS[-1]))


def errors_by_field(form: Form) -> dict[str, str]:
    """The errors by field, for `response_action: errors`.

    Slack rejects ids that are not in the view, so an error about the whole form goes to its first field.
    """
    ids = [field.id for field in form.fields]
    errors: dict[str, str] = {}
    for field_id, message in form.errors:
        target = field_id if field_id in ids else next(iter(ids), "")
        errors[target] = " ".join(filter(None, (errors.get(target), one_line(message) or "Please check this answer.")))
    return {target: plain_text(message, limits.MAX_HINT)["text"] for target, message in errors.items() if target}


def _weight(view: Json) -> int:
    return len(json.dumps(view).encode())


def _view(form: Form, limit: int) -> Json:
    title = one_line(form.title) or plain.DEFAULT_TITLE
    return {
        "type": "modal",
        "callback_id": form.id,
        # A truncated id would name something else; an empty one is at worst asked for again.
        "private_metadata": form.value if is_id(form.value, limits.MAX_PRIVATE_METADATA) else "",
        "title": plain_text(title, limits.MAX_VIEW_TITLE),
        "submit": plain_text(one_line(form.submit) or "Send", limits.MAX_VIEW_TITLE),
        "close": plain_text("Cancel", limits.MAX_VIEW_TITLE),
        "blocks": _questions(form, limit),
    }


def _questions(form: Form, limit: int) -> list[Json]:
    title = one_line(form.title)
    full_title = paragraphs((title,)) if units(title) > limits.MAX_VIEW_TITLE else []
    blocks = [*full_title, *paragraphs(form.intro)][: limits.MAX_VIEW_BLOCKS // 4]
    wrong = errors_by_field(form)
    for index, field in enumerate(form.fields):
        asked = [*_complaint(wrong.get(field.id, "")), *_question(field, limit)]
        if len(blocks) + len(asked) >= limits.MAX_VIEW_BLOCKS:
            blocks += paragraphs((omitted(len(form.fields) - index, "question"),))
            break
        blocks += asked
    return blocks or paragraphs(("Nothing to fill in.",))


def _complaint(message: str) -> list[Json]:
    return paragraphs((f"Please check: {message}",)) if message else []


def _question(field: Field, limit: int) -> list[Json]:
    match field:
        case TextField():
            return _input(field, _text_input(field, limit), one_line(field.hint), limit)
        case DateField(initial=day):
            picker = {"type": "datepicker"} | ({"initial_date": day.isoformat()} if day else {})
            return _input(field, picker, one_line(field.hint), limit)
        case ChoiceField():
            return _choice(field, limit)
        case _:
            assert_never(field)


def _input(field: Field, element: Json, hint: str, limit: int) -> list[Json]:
    block: Json = {
        "type": "input",
        "block_id": field.id,
        "label": plain_text(plain.field_label(field), min(limit, limits.MAX_LABEL)),
        "element": element | {"action_id": field.id},
        "optional": field.optional,
    }
    return [block | ({"hint": plain_text(hint, min(limit, limits.MAX_HINT))} if hint else {})]


def _text_input(field: TextField, limit: int) -> Json:
    longest = min(max(1, field.max_length), limits.MAX_TYPED)
    written = clean(field.initial) if field.multiline else one_line(field.initial)
    element: Json = {"type": "plain_text_input", "multiline": field.multiline, "max_length": longest}
    return element | ({"initial_value": head(written, min(limit, longest))} if written else {})


def _choice(field: ChoiceField, limit: int) -> list[Json]:
    """Checkboxes for a few options, otherwise a menu. Without options, a line of text."""
    offered = options(field.options[:limit])
    if not offered:
        return paragraphs((f"{plain.field_label(field)}: nothing to choose from.",))
    chosen = [option for option in offered if option["value"] in field.initial]
    element: Json = {"type": _kind(field, len(offered)), "options": offered}
    if element["type"] != "checkboxes":
        element["placeholder"] = plain_text("Choose", limits.MAX_PLACEHOLDER)
    if chosen:
        element |= {"initial_options": chosen} if field.many else {"initial_option": chosen[0]}
    left = len(field.options) - len(offered)
    hint = _joined((one_line(field.hint), omitted(left, "choice") if left else ""))
    return _input(field, element, hint, limit)


def _kind(field: ChoiceField, offered: int) -> str:
    if not field.many:
        return "static_select"
    return "checkboxes" if offered <= limits.MAX_CHECKBOXES else "multi_static_select"


def _joined(parts: Iterable[str]) -> str:
    return " ".join(part for part in parts if part)
