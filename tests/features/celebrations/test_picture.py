"""The picture of what was shipped: nothing hidden behind anything, nothing typed taken for a formula, all of it in words."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.celebrations.cards.picture import APART, HIGHEST, alt_text, drawable_name, lanes, markers_in, timeline_png
from handlers.shared.rules.periods import quarter_of
from storage.values.company import Campaign, Directory, Side, Team
from storage.values.roadmap import Item, Status
from tests.hypothesis_profiles import example_count

Q4 = quarter_of(date(2026, 11, 5))
TEAMS = (Team("web", "Web", Side.IT), Team("seo", "SEO", Side.MARKETING))


def done(number: int, day: int, campaign: str = "spring", team: str = "web") -> Item:
    finished = Q4.first + timedelta(days=day)
    return Item(f"W-{number}", "Work", team, (campaign,) if campaign else (), Status.DONE, finished_on=finished)


@given(st.lists(st.integers(0, 91), max_size=40))
def test_no_mark_hides_another(days: list[int]) -> None:
    markers = markers_in([done(number, day) for number, day in enumerate(days)], Q4)

    for one in markers:
        beside = [marker for marker in markers if marker is not one and abs(marker.along - one.along) < APART]
        assert all(marker.above != one.above for marker in beside)
    assert all(spot.above < HIGHEST for spot in markers)
    assert all(one.along <= other.along for one, other in pairwise(markers))


def test_what_does_not_fit_is_one_lane_together() -> None:
    names = Directory(TEAMS, tuple(Campaign(f"c{n}", f"Campaign {n}") for n in range(30)))

    rows = lanes([done(number, 3, f"c{number}") for number in range(30)], names)

    assert len(rows) == 12
    assert rows[-1][0] == "19 more campaigns"
    assert sum(len(heap) for _, heap in rows) == 30


@pytest.mark.parametrize(
    "name", ["Save $5 and $_{x", r"\frac{", "春のキャンペーン", "🎉🎉🎉", "إطلاق الربيع", "<b>&amp;</b>", "x" * 500]
)
def test_whatever_a_campaign_is_called_it_is_drawn_without_a_warning(name: str) -> None:
    names = Directory(TEAMS, (Campaign("spring", name),))

    assert timeline_png([done(1, 5), done(2, 5, team="seo")], Q4, names).startswith(b"\x89PNG")


def test_a_name_that_the_font_does_not_know_is_said_by_its_key() -> None:
    assert drawable_name("春のキャンペーン", "spring") == "spring"
    assert drawable_name("Launch 🎉", "spring") == "Launch ·"


def test_a_quarter_in_which_nothing_shipped_is_an_empty_picture() -> None:
    assert timeline_png([], Q4, Directory()).startswith(b"\x89PNG")
    assert alt_text([], Q4, Directory()) == "Timeline of 0 items finished in Q4 2026, by campaign. None."


@settings(max_examples=example_count(20))
@given(st.integers(1, 60))
def test_the_words_count_everything_that_the_picture_shows(count: int) -> None:
    names = Directory(TEAMS, (Campaign("spring", "Spring Launch"),))
    items = [
        done(number, number, "spring" if number % 2 else "", "web" if number % 3 else "seo") for number in range(count)
    ]

    words = alt_text(items, Q4, names)

    assert f"Timeline of {count} item" in words
    assert f"{sum(item.team == 'seo' for item in items)} by Marketing" in words
