"""Dates as typed in a command become absolute dates, or an error that says how to write them."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.errors import BadInput
from handlers.shared.rules.dates import format_day, parse_day, parse_revision, parse_span

TODAY = date(2026, 11, 18)  # a Wednesday
BASE = date(2027, 2, 24)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2027-03-01", date(2027, 3, 1)),
        ("+9d", date(2027, 3, 5)),
        ("-2w", date(2027, 2, 10)),
        ("1 March 2027", date(2027, 3, 1)),
        ("1 March", date(2027, 3, 1)),
        ("tomorrow", date(2026, 11, 19)),
        ("friday", date(2026, 11, 20)),
    ],
)
def test_a_day_is_understood(words: str, day: date) -> None:
    assert parse_day(words, today=TODAY, base=BASE) == day


@pytest.mark.parametrize("words", ["3/4", "2027-02-30", "soon", "", "+99999d", "31 February", "March"])
def test_what_is_no_day_or_two_different_ones_is_refused_with_an_example(words: str) -> None:
    with pytest.raises(BadInput, match="2027"):
        parse_day(words, today=TODAY)


def test_a_day_is_said_the_same_way_everywhere() -> None:
    assert format_day(date(2026, 10, 9)) == "9 Oct 2026"


@pytest.mark.parametrize("words", ["R42", "r42", " R42 "])
def test_a_revision_is_named_by_its_number(words: str) -> None:
    assert parse_revision(words) == 42


@given(st.text(max_size=40))
def test_no_text_breaks_it(words: str) -> None:
    for parse in (parse_span, lambda text: parse_day(text, today=TODAY)):
        with suppress(BadInput):
            parse(words)
