"""Every platform accepts every example, within its limits and without injection."""

from __future__ import annotations

import pytest

from integrations.plain import render as plain
from integrations.ports.cards import Card, Form
from integrations.slack import forms as slack_forms
from integrations.slack import render as slack
from integrations.teams import forms as teams_form
from integrations.teams import render as teams
from integrations.web import render as console
from tests.render import platform_checks
from tests.render.gallery import EXAMPLES, FORMS, HOSTILE, card_filled_with, examples_of, features

cards = pytest.mark.parametrize("card", [card for _, card in EXAMPLES], ids=[name for name, _ in EXAMPLES])
forms = pytest.mark.parametrize("form", [form for _, form in FORMS], ids=[name for name, _ in FORMS])


@cards
def test_slack_takes_every_card(card: Card) -> None:
    platform_checks.check_slack_message(slack.message(card, "delivery-1"))


@cards
def test_teams_takes_every_card(card: Card) -> None:
    platform_checks.check_teams_card(teams.card(card, "delivery-1"))
    assert 1 <= len(teams.summary(card)) <= 250


@cards
def test_a_browser_takes_every_card(card: Card) -> None:
    platform_checks.check_html(console.card_html(card, "/handshake"))


@cards
def test_every_card_can_be_read_aloud(card: Card) -> None:
    words = plain.card_text(card)

    assert words.strip()
    assert all(char.isprintable() or not char.isascii() or char == "\n" for char in words)
    words.encode()


@forms
def test_slack_takes_every_form(form: Form) -> None:
    view = slack_forms.modal(form)

    platform_checks.check_slack_view(view)
    known = {block["block_id"] for block in view["blocks"] if "block_id" in block}
    assert slack_forms.errors_by_field(form).keys() <= known


@forms
def test_teams_takes_every_form(form: Form) -> None:
    platform_checks.check_teams_card(teams_form.form(form))


@forms
def test_a_browser_takes_every_form(form: Form) -> None:
    platform_checks.check_html(console.form_html(form))


@forms
def test_every_form_can_be_read_aloud(form: Form) -> None:
    words = plain.form_text(form)

    assert words.strip()
    words.encode()


@pytest.mark.parametrize("feature", features())
def test_every_platform_takes_the_examples_of_every_feature(feature: str) -> None:
    """Every feature's card is rendered here before people see it."""
    for card in examples_of(feature):
        platform_checks.check_slack_message(slack.message(card, "delivery-1"))
        platform_checks.check_teams_card(teams.card(card, "delivery-1"))
        platform_checks.check_html(console.card_html(card))
        assert plain.card_text(card).strip()


@pytest.mark.parametrize("words", HOSTILE)
def test_no_element_and_no_attribute_comes_from_what_people_type(words: str) -> None:
    hostile, tame = (
        platform_checks.check_html(console.card_html(card_filled_with(each))) for each in (words, "harmless")
    )

    assert _without_breaks(hostile) == _without_breaks(tame)


def _without_breaks(page: platform_checks.CheckedHtml) -> list[tuple[str, tuple[str, ...]]]:
    return [each for each in page.skeleton if each[0] != "br"]
