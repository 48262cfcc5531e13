"""Property tests: every platform accepts the rendering of any card and form."""

from __future__ import annotations

from datetime import UTC, date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrations.plain import render as plain
from integrations.ports.cards import (
    Bold,
    Button,
    Buttons,
    Card,
    ChoiceField,
    Context,
    DateField,
    Divider,
    Field,
    Fields,
    Form,
    Image,
    Link,
    LinkButton,
    Mention,
    Menu,
    Option,
    Table,
    Text,
    TextField,
    When,
)
from integrations.slack import forms as slack_forms
from integrations.slack import render as slack
from integrations.teams import forms as teams_form
from integrations.teams import render as teams
from integrations.web import render as console
from tests.hypothesis_profiles import example_count
from tests.render import platform_checks
from tests.render.gallery import ARABIC, CONTROL, HOSTILE, LONE, ZERO_WIDTH

# Deterministic, so that a failure repeats on every machine. The generators are large, so the health check for slow
# data generation would fail on a busy one.
quick = settings(
    max_examples=example_count(80),
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)

anything = st.text(alphabet=st.characters(), max_size=30)
typed = st.one_of(
    anything,
    st.sampled_from((*HOSTILE, ARABIC, CONTROL, LONE, ZERO_WIDTH, "", " ", "\n")),
    st.builds(
        lambda words, times: words * times,
        st.sampled_from(("a", "a ", "<&>", "👍🏽", "**", "\n")),
        st.integers(0, 1_000),
    ),
)
ids = st.text(alphabet="abcdefghij.:#-_0123456789", max_size=40)
urls = st.one_of(typed, st.builds("https://example.com/{}".format, typed))
spans = st.lists(
    st.one_of(
        typed,
        st.builds(Bold, typed),
        st.builds(Link, typed, urls),
        st.builds(Mention, typed, st.one_of(ids, st.just("U0ANA"), st.just("29:ana"))),
        st.builds(When, st.one_of(st.datetimes(), st.datetimes(timezones=st.just(UTC)), st.dates())),
    ),
    max_size=4,
).map(tuple)


def _many(strategy: st.SearchStrategy[object], most: int) -> st.SearchStrategy[tuple[object, ...]]:
    """Up to three different values, or one value many times."""
    few = st.lists(strategy, max_size=3).map(tuple)
    return st.one_of(few, few, st.builds(lambda value, times: (value,) * times, strategy, st.integers(0, most)))


options = _many(st.builds(Option, typed, st.one_of(ids, typed)), 150)
styles = st.sampled_from(("default", "primary", "danger"))
buttons = _many(
    st.one_of(st.builds(Button, typed, ids, st.one_of(ids, typed), typed, styles), st.builds(LinkButton, typed, urls)),
    60,
)
blocks = st.one_of(
    st.builds(Text, spans),
    st.builds(Context, spans),
    st.builds(Fields, _many(st.tuples(typed, spans), 30)),
    st.builds(
        Table,
        st.lists(typed, max_size=5).map(tuple),
        _many(st.lists(spans, max_size=5).map(tuple), 60),
        st.integers(0, 9),
    ),
    st.builds(Image, urls, typed),
    st.builds(Divider),
    st.builds(Buttons, buttons),
    st.builds(Menu, typed, ids, options, typed),
)
cards = st.builds(Card, typed, _many(blocks, 60))


def _field(name: str) -> st.SearchStrategy[Field]:
    day = st.one_of(st.none(), st.dates(min_value=date(1000, 1, 1)))
    chosen = st.lists(st.one_of(ids, typed), max_size=3).map(tuple)
    return st.one_of(
        st.builds(TextField, st.just(name), typed, typed, typed, st.booleans(), st.booleans(), st.integers(1, 5_000)),
        st.builds(DateField, st.just(name), typed, day, typed, st.booleans()),
        st.builds(ChoiceField, st.just(name), typed, options, chosen, typed, st.booleans(), st.booleans()),
    )


questions = st.integers(0, 12).flatmap(lambda count: st.tuples(*(_field(f"field{number}") for number in range(count))))
wrong = st.lists(st.tuples(st.sampled_from(("field0", "field1", "")), typed), max_size=3).map(tuple)
forms = st.builds(Form, ids.filter(bool), typed, questions, ids, typed, spans, typed, wrong)


@quick
@given(cards)
def test_slack_takes_any_card(card: Card) -> None:
    platform_checks.check_slack_message(slack.message(card, "delivery-1"))


@quick
@given(cards)
def test_teams_takes_any_card(card: Card) -> None:
    platform_checks.check_teams_card(teams.card(card, "delivery-1"))
    teams.summary(card)


@quick
@given(cards)
def test_a_browser_takes_any_card(card: Card) -> None:
    platform_checks.check_html(console.card_html(card))
    assert plain.card_text(card).strip()


@quick
@given(forms)
def test_any_form_can_be_asked_everywhere(form: Form) -> None:
    platform_checks.check_slack_view(slack_forms.modal(form))
    platform_checks.check_teams_card(teams_form.form(form))
    platform_checks.check_html(console.form_html(form))
    assert plain.form_text(form).strip()
