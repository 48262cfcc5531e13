"""Golden files of the renderings. A changed file is reviewed like prose.

`HANDSHAKE_GOLDEN=write pytest tests/render/test_golden.py` updates them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from integrations.plain import render as plain
from integrations.ports.cards import Card, Form
from integrations.slack import forms
from integrations.slack import render as slack
from integrations.teams import forms as teams_form
from integrations.teams import render as teams
from integrations.web import render as console
from tests.render.gallery import EXAMPLES, FORMS

GOLDEN = Path(__file__).parent / "golden"
CARDS = (
    "roadmap",
    "answer",
    "everything",
    "title-only",
    "blank",
    "right-to-left",
    "wide-characters",
    "moments",
    "bad-links",
    "odd-options",
    "many-fields",
    "hostile-0",
    "hostile-4",
)
ASKED = ("propose", "with-errors", "no-options")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _html(fragment: str) -> str:
    return fragment.replace("><", ">\n<") + "\n"


OF_CARDS: dict[str, tuple[str, Callable[[Card], str]]] = {
    "plain": ("txt", lambda card: plain.card_text(card) + "\n"),
    "slack": ("json", lambda card: _json(slack.message(card, "delivery-1"))),
    "teams": ("json", lambda card: _json(teams.card(card, "delivery-1"))),
    "console": ("html", lambda card: _html(console.card_html(card))),
}
OF_FORMS: dict[str, tuple[str, Callable[[Form], str]]] = {
    "plain": ("txt", lambda form: plain.form_text(form) + "\n"),
    "slack": ("json", lambda form: _json(forms.modal(form))),
    "teams": ("json", lambda form: _json(teams_form.form(form))),
    "console": ("html", lambda form: _html(console.form_html(form))),
}


def check_golden(path: Path, found: str) -> None:
    if os.environ.get("HANDSHAKE_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8"), f"{path.name} changed; review the difference before updating it"


@pytest.mark.parametrize("platform", OF_CARDS)
@pytest.mark.parametrize("name", CARDS)
def test_a_card_looks_as_agreed(platform: str, name: str) -> None:
    ending, render = OF_CARDS[platform]

    check_golden(GOLDEN / platform / f"{name}.{ending}", render(dict(EXAMPLES)[name]))


@pytest.mark.parametrize("platform", OF_FORMS)
@pytest.mark.parametrize("name", ASKED)
def test_a_form_looks_as_agreed(platform: str, name: str) -> None:
    ending, render = OF_FORMS[platform]

    check_golden(GOLDEN / platform / f"form-{name}.{ending}", render(dict(FORMS)[name]))


def test_no_golden_file_is_left_over() -> None:
    """A file without an example would not be checked any longer."""
    names = {*CARDS, *(f"form-{name}" for name in ASKED)}

    assert {path.stem for path in GOLDEN.glob("*/*")} == names
