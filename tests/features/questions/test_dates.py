"""Words for time and the days they mean. Weeks run from Monday to Sunday; both ends belong to a period."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.questions.rules import calendar as days
from handlers.questions.rules.reading import understand
from handlers.questions.rules.understanding import NotUnderstood, Understood
from storage.values.questions import DateRange, Plan
from tests.features.questions.company_similar_names import NAMES, TODAY

any_day = st.dates(date(1999, 1, 1), date(2100, 12, 31))

# The day of the question is Wednesday, 18 November 2026.
PERIODS: tuple[tuple[str, tuple[int, int, int] | None, tuple[int, int, int] | None], ...] = (
    ("due today", (2026, 11, 18), (2026, 11, 18)),
    ("due tomorrow", (2026, 11, 19), (2026, 11, 19)),
    ("due the day after tomorrow", (2026, 11, 20), (2026, 11, 20)),
    ("due this week", (2026, 11, 16), (2026, 11, 22)),
    ("due next week", (2026, 11, 23), (2026, 11, 29)),
    ("due the week after next", (2026, 11, 30), (2026, 12, 6)),
    ("due later next week", (2026, 11, 23), (2026, 11, 29)),
    ("due later this month", (2026, 11, 18), (2026, 11, 30)),
    ("due on the 20th", (2026, 11, 20), (2026, 11, 20)),
    ("due by the 3rd", None, (2026, 12, 3)),
    ("due this month", (2026, 11, 1), (2026, 11, 30)),
    ("due next month", (2026, 12, 1), (2026, 12, 31)),
    ("due this quarter", (2026, 10, 1), (2026, 12, 31)),
    ("due next quarter", (2027, 1, 1), (2027, 3, 31)),
    ("due this year", (2026, 1, 1), (2026, 12, 31)),
    ("due next year", (2027, 1, 1), (2027, 12, 31)),
    ("due in the next 10 days", (2026, 11, 18), (2026, 11, 28)),
    ("due in the next two weeks", (2026, 11, 18), (2026, 12, 2)),
    ("due within 3 months", (2026, 11, 18), (2027, 2, 18)),
    ("due in a fortnight", (2026, 12, 2), (2026, 12, 2)),
    ("due two weeks from now", (2026, 12, 2), (2026, 12, 2)),
    ("due on Wednesday", (2026, 11, 18), (2026, 11, 18)),
    ("due on Mon", (2026, 11, 23), (2026, 11, 23)),
    ("due by Wed", None, (2026, 11, 18)),
    ("due before Sun", None, (2026, 11, 21)),
    ("due on Sat", (2026, 11, 21), (2026, 11, 21)),
    ("due on Wed 16 Dec", (2026, 12, 16), (2026, 12, 16)),
    ("due on Tuesday", (2026, 11, 24), (2026, 11, 24)),
    ("due next Wednesday", (2026, 11, 25), (2026, 11, 25)),
    ("due this Friday", (2026, 11, 20), (2026, 11, 20)),
    ("due by Friday", None, (2026, 11, 20)),
    ("due before Friday", None, (2026, 11, 19)),
    ("due until 1 December", None, (2026, 12, 1)),
    ("due no later than 2026-12-01", None, (2026, 12, 1)),
    ("due after 1 December", (2026, 12, 2), None),
    ("due since 1 September", (2026, 9, 1), None),
    ("due from 1 December on", (2026, 12, 1), None),
    ("due not before 1 December", (2026, 12, 1), None),
    ("due between 1 December and 15 January", (2026, 12, 1), (2027, 1, 15)),
    ("due from Monday to Friday", (2026, 11, 23), (2026, 11, 27)),
    ("due 1 to 15 December", (2026, 12, 1), (2026, 12, 15)),
    ("due Dec 1st through 15th", (2026, 12, 1), (2026, 12, 15)),
    ("due this week or next week", (2026, 11, 16), (2026, 11, 29)),
    ("due in March", (2027, 3, 1), (2027, 3, 31)),
    ("due in November", (2026, 11, 1), (2026, 11, 30)),
    ("due in February 2028", (2028, 2, 1), (2028, 2, 29)),
    ("due on 29 February", (2028, 2, 29), (2028, 2, 29)),
    ("due in Q1", (2027, 1, 1), (2027, 3, 31)),
    ("due in Q4", (2026, 10, 1), (2026, 12, 31)),
    ("due in the third quarter of 2027", (2027, 7, 1), (2027, 9, 30)),
    ("due in H1 2027", (2027, 1, 1), (2027, 6, 30)),
    ("due in the second half of next year", (2027, 7, 1), (2027, 12, 31)),
    ("due in 2027", (2027, 1, 1), (2027, 12, 31)),
    ("due by the end of March", None, (2027, 3, 31)),
    ("due by the end of the month", None, (2026, 11, 30)),
    ("due by EOY", None, (2026, 12, 31)),
    ("due in the rest of the quarter", (2026, 11, 18), (2026, 12, 31)),
    ("due 24/12/2026", (2026, 12, 24), (2026, 12, 24)),
    ("due on the 1st of December", (2026, 12, 1), (2026, 12, 1)),
    ("due on the first of december", (2026, 12, 1), (2026, 12, 1)),
    ("due December the 3rd", (2026, 12, 3), (2026, 12, 3)),
    ("due before Christmas", None, (2026, 12, 24)),
    ("due before Über Week starts", None, (2026, 12, 6)),
    ("due after Über Week ends", (2026, 12, 14), None),
    ("due in the week after Über Week starts", (2026, 12, 14), (2026, 12, 20)),
    ("overdue by more than two weeks", None, (2026, 11, 3)),
)

FINISHED: tuple[tuple[str, tuple[int, int, int], tuple[int, int, int]], ...] = (
    ("shipped yesterday", (2026, 11, 17), (2026, 11, 17)),
    ("shipped this month", (2026, 11, 1), (2026, 11, 18)),
    ("shipped last month", (2026, 10, 1), (2026, 10, 31)),
    ("shipped last quarter", (2026, 7, 1), (2026, 9, 30)),
    ("shipped last week", (2026, 11, 9), (2026, 11, 15)),
    ("shipped last Monday", (2026, 11, 16), (2026, 11, 16)),
    ("shipped in March", (2026, 3, 1), (2026, 3, 31)),
    ("shipped in November", (2026, 11, 1), (2026, 11, 18)),
    ("shipped in Q4", (2026, 10, 1), (2026, 11, 18)),
    ("shipped since 1 September", (2026, 9, 1), (2026, 11, 18)),
    ("shipped since Monday", (2026, 11, 16), (2026, 11, 18)),
    ("shipped in the last 30 days", (2026, 10, 19), (2026, 11, 18)),
    ("shipped so far this year", (2026, 1, 1), (2026, 11, 18)),
    ("shipped between November and February", (2025, 11, 1), (2026, 2, 28)),
)


def plan_of(words: str, today: date = TODAY) -> Plan:
    understood = understand(words, NAMES, asker=None, today=today)
    assert isinstance(understood, Understood), understood
    return understood.plan


@pytest.mark.parametrize(("words", "first", "last"), PERIODS, ids=[words for words, _, _ in PERIODS])
def test_a_period_is_read(words: str, first: tuple[int, int, int] | None, last: tuple[int, int, int] | None) -> None:
    assert plan_of(f"what is {words}").due == DateRange(first and date(*first), last and date(*last))


@pytest.mark.parametrize(("words", "first", "last"), FINISHED, ids=[words for words, _, _ in FINISHED])
def test_finished_items_are_searched_by_finish_date_up_to_today(
    words: str, first: tuple[int, int, int], last: tuple[int, int, int]
) -> None:
    plan = plan_of(f"what was {words}")

    assert plan.finished == DateRange(date(*first), date(*last))


@pytest.mark.parametrize("words", ["due 3/4", "due 03/04/2027", "due on 30 February", "due on 31/31/2027"])
def test_an_ambiguous_or_impossible_day_is_not_guessed(words: str) -> None:
    assert isinstance(understand(f"what is {words}", NAMES, asker=None, today=TODAY), NotUnderstood)


@pytest.mark.parametrize(
    ("words", "as_of"),
    [
        ("as of 1 September what was blocked", date(2026, 9, 1)),
        ("what was blocked as of 2026-10-05", date(2026, 10, 5)),
        ("what was blocked on 1 October", date(2026, 10, 1)),
        ("what was blocked as of R41", 41),
        ("what was at risk in revision 7", 7),
        ("what is blocked as of today", None),
        ("what is blocked", None),
    ],
)
def test_the_roadmap_of_another_day_is_not_a_period(words: str, as_of: date | int | None) -> None:
    understood = understand(words, NAMES, asker=None, today=TODAY)

    assert isinstance(understood, Understood)
    assert understood.as_of == as_of
    assert understood.plan.due is None


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("what is due in the next 999999999 days?", "999999999 days"),
        ("what is due in the next 10,000 days?", "10 000 days"),
        ("what is due in the next ١٢٣٤٥٦ days", "١٢٣٤٥٦ days"),
        ("what shipped in the last 99999 weeks", "99999 weeks"),
        ("what is overdue by more than 99999 days", "99999 days"),
        ("what is due in the next million working days", "million working days"),
        ("what is due in the next twenty one days", "twenty one days"),
        ("what is due in the next 48 hours", "48 hours"),
        ("what slipped by more than 3 days", "3 days"),
        ("what is blocked in the year 99999", "year 99999"),
    ],
)
def test_an_unreadable_span_is_reported_and_never_ignored(words: str, named: str) -> None:
    """Ignoring it would answer a different question."""
    understood = understand(words, NAMES, asker=None, today=TODAY)

    assert isinstance(understood, NotUnderstood)
    assert f"“{named}”" in understood.reason


def test_a_span_in_quotes_is_part_of_a_title() -> None:
    assert plan_of('what items mention "30 days trial"', TODAY).words == ("30", "day", "trial")


@given(today=any_day)
def test_next_week_is_the_seven_days_from_the_coming_monday(today: date) -> None:
    period = plan_of("what is due next week", today).due

    assert period is not None
    assert period.first is not None
    assert period.last is not None
    assert (period.first.weekday(), period.last - period.first) == (0, timedelta(days=6))
    assert timedelta(days=1) <= period.first - today <= timedelta(days=7)


@given(today=any_day)
def test_this_and_next_month_meet_without_a_gap(today: date) -> None:
    this, following = plan_of("due this month", today).due, plan_of("due next month", today).due

    assert this is not None
    assert following is not None
    assert this.first is not None
    assert this.last is not None
    assert this.first <= today <= this.last
    assert following.first == this.last + timedelta(days=1)


@given(today=any_day, month=st.sampled_from(["January", "February", "June", "December"]))
def test_a_month_without_a_year_is_the_next_one_and_a_shipped_one_the_last(today: date, month: str) -> None:
    coming, gone = plan_of(f"due in {month}", today).due, plan_of(f"what shipped in {month}", today).finished

    assert coming is not None
    assert gone is not None
    assert coming.last is not None
    assert gone.first is not None
    assert today <= coming.last < today + timedelta(days=398)
    assert today - timedelta(days=366) <= gone.first <= today


@given(today=any_day, count=st.integers(1, 400))
def test_the_next_days_begin_today_and_include_both_ends(today: date, count: int) -> None:
    assert plan_of(f"due in the next {count} days", today).due == DateRange(today, today + timedelta(days=count))


@given(day=any_day, months=st.integers(-40, 40))
def test_adding_months_ends_in_the_right_month(day: date, months: int) -> None:
    later = days.plus_months(day, months)

    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day
