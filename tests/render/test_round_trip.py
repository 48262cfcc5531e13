"""What a platform sends for a button, menu or form is read back correctly."""

from __future__ import annotations

from integrations.ports.cards import (
    Button,
    Buttons,
    Card,
    ChoiceField,
    Form,
    LinkButton,
    Mention,
    Menu,
    Option,
    When,
    text,
)
from integrations.slack import forms
from integrations.slack import render as slack
from integrations.teams import forms as teams_form
from integrations.teams import render as teams
from integrations.web import render as console
from tests.render import platform_checks
from tests.render.gallery import DAY, NOON, PROPOSE


def test_slack_buttons_of_one_action_have_ids_of_their_own() -> None:
    card = Card("T", (Buttons((Button("A", "vote", "1"), Button("B", "vote", "2"))),))

    elements = slack.message(card)["blocks"][1]["elements"]

    assert len({element["action_id"] for element in elements}) == 2
    assert [(slack.action_of(each["action_id"]), each["value"]) for each in elements] == [("vote", "1"), ("vote", "2")]


def test_an_action_id_of_somebody_else_is_left_alone() -> None:
    assert slack.action_of("plain") == "plain"
    assert slack.action_of("issue#next") == "issue#next"
    assert slack.action_of("issue#7#0") == "issue#7"


def test_a_slack_link_button_reports_an_action_that_needs_no_answer() -> None:
    card = Card("T", (Buttons((LinkButton("Open", "https://example.com/"),)),))

    assert slack.action_of(slack.message(card)["blocks"][1]["elements"][0]["action_id"]) == slack.LINK_OPENED


def test_a_teams_button_carries_its_value_and_its_delivery() -> None:
    card = Card("T", (Buttons((Button("A", "ack", "R42"),)),))

    action = teams.card(card, "delivery-1")["body"][1]["actions"][0]

    assert action["verb"] == "ack"
    assert action["data"]["delivery"] == "delivery-1"
    assert teams.read_action(action["data"]) == ("ack", "R42")


def test_a_teams_menu_tells_what_was_picked() -> None:
    card = Card("T", (text("words"), Menu("Team", "team", (Option("Web", "web"),))))
    choice, actions = teams.card(card)["body"][2:4]

    sent = actions["actions"][0]["data"] | {choice["id"]: choice["choices"][0]["value"]}

    assert teams.read_action(sent) == ("team", "web")


def test_a_teams_menu_without_a_pick_has_no_value() -> None:
    assert teams.read_action({"action": "team", "pick": "pick0"}) == ("team", "")


def test_a_teams_form_comes_back_by_field() -> None:
    card = teams_form.form(PROPOSE)
    inputs = {each["id"]: each.get("value", "") for each in card["body"] if each["type"].startswith("Input.")}

    form, value, answers = teams_form.read_submission(card["body"][-1]["actions"][0]["data"] | inputs)

    assert (form, value) == ("roadmap.propose", "WEB-12")
    assert answers == {"title": "Spring landing page", "why": "", "due": "2026-10-09", "owner": "p2", "teams": "web"}


def test_several_choices_come_back_even_with_commas_in_them() -> None:
    field = ChoiceField("c", "Many", (Option("A", "a,1"), Option("B", "b%2C")), ("a,1", "b%2C"), many=True)
    chosen = teams_form.form(Form("f", "T", (field,)))["body"][1]

    assert teams_form.read_submission({chosen["id"]: chosen["value"]})[2] == {"c": "a,1\nb%2C"}


def test_slack_errors_stand_at_their_question() -> None:
    form = Form("f", "T", PROPOSE.fields, errors=(("why", "Too short."), ("elsewhere", "Not saved.")))

    assert forms.errors_by_field(form) == {"why": "Too short.", "title": "Not saved."}


def test_an_id_that_is_too_long_is_never_cut() -> None:
    """A truncated id may be the id of something else."""
    card = Card("T", (Buttons((Button("A", "act", "v" * 2_001, "act v"),)),))

    for rendering in (str(slack.message(card)["blocks"]), str(teams.card(card)["body"])):
        assert "vvv" not in rendering
        assert "act v" in rendering


def test_people_are_called_only_with_an_id_of_this_platform() -> None:
    card = Card("T", (text(Mention("Ana", "U0ANA"), Mention("Bob", "29:bob"), Mention("Eve", "<!channel>")),))

    assert slack.message(card)["blocks"][1]["text"]["text"] == "<@U0ANA>@Bob@Eve"
    assert teams.card(card)["msteams"]["entities"] == [
        {"type": "mention", "text": "<at>Bob</at>", "mentioned": {"id": "29:bob", "name": "Bob"}}
    ]


def test_two_people_of_one_name_are_two_people() -> None:
    card = Card(
        "T", (text(Mention("Ana", "29:a"), " and ", Mention("Ana", "29:b"), ", again ", Mention("Ana", "29:a")),)
    )

    assert teams.card(card)["body"][1]["text"] == "<at>Ana</at> and <at>Ana (2)</at>, again <at>Ana</at>"


def test_a_moment_is_told_in_the_reader_s_zone_where_the_platform_can() -> None:
    card = Card("T", (text(When(NOON), " ", When(DAY)),))

    assert slack.message(card)["blocks"][1]["text"]["text"].endswith("|9 Oct 2026, 14:05 UTC> 9 Oct 2026")
    assert "{{TIME(2026-10-09T14:05:00Z)}} 9 Oct 2026" in teams.card(card)["body"][1]["text"]
    assert 'datetime="2026-10-09T14:05:00+00:00"' in console.card_html(card)


def test_a_page_with_two_forms_shares_no_ids() -> None:
    platform_checks.check_html(console.form_html(PROPOSE, "first") + console.form_html(PROPOSE, "second"))


def test_the_root_command_is_the_workspace_s_own() -> None:
    card = Card("T", (Buttons((Button("A", "act", "1", "act 1"),)),))

    message = slack.message(card, root="/roadmap")

    assert "type: /roadmap act 1" in message["text"]
    assert "`/roadmap act 1`" in str(message["blocks"])
    assert "metadata" not in message
