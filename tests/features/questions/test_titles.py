"""An item asked for by its whole title: the title is a single name, even if its words would mean something else."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from handlers.questions.rules.reading import understand
from handlers.questions.rules.understanding import Understood
from storage.values.questions import AnswerType
from storage.values.roadmap import Item
from tests.features.questions.company_item_titles import ITEMS, NAMES, PEOPLE, TODAY
from tests.features.questions.gold import titles_of


@given(st.sampled_from(ITEMS), st.sampled_from(["who owns {}?", "when is {} due?", "what's the status of {}"]))
def test_any_title_of_several_words_is_found(item: Item, frame: str) -> None:
    if item.key in {"N-13", "N-14", "N-15", "N-16"}:  # a name, a name, only common words, only one word
        return
    asked = understand(frame.format(item.title), NAMES, asker=PEOPLE[0], today=TODAY, titles=titles_of(ITEMS))

    assert isinstance(asked, Understood)
    assert item.key in asked.plan.keys
    assert set(asked.plan.keys) == {other.key for other in ITEMS if other.title == item.title}


def test_a_title_that_is_not_passed_in_changes_nothing() -> None:
    """Titles that the asker may not see are not passed in, so they read like any other words."""
    words = "who owns Parking lot for the loading bays?"
    offered = titles_of([other for other in ITEMS if other.key != "N-1"])
    without = titles_of([other for other in ITEMS if other.key not in {"N-1", "N-18"}])

    hidden = understand(words, NAMES, asker=PEOPLE[0], today=TODAY, titles=without)

    assert hidden == understand(words, NAMES, asker=PEOPLE[0], today=TODAY)
    shorter = understand(words, NAMES, asker=PEOPLE[0], today=TODAY, titles=offered)
    assert not (isinstance(shorter, Understood) and "N-1" in shorter.plan.keys)


def test_a_question_by_title_means_the_same_as_by_key() -> None:
    answer_types = {
        "who owns {}?": AnswerType.WHO,
        "when is {} due?": AnswerType.WHEN,
        "what's the status of {}?": AnswerType.STATUS,
        "is {} done?": AnswerType.STATUS,
        "how is {} going?": AnswerType.STATUS,
    }
    for frame, expected in answer_types.items():
        by_title = understand(frame.format(ITEMS[0].title), NAMES, asker=None, today=TODAY, titles=titles_of(ITEMS))
        by_key = understand(frame.format(ITEMS[0].key), NAMES, asker=None, today=TODAY)

        assert isinstance(by_title, Understood)
        assert isinstance(by_key, Understood)
        assert by_title.plan == by_key.plan, frame
        assert by_title.plan.wanted is expected


def test_a_day_beside_a_title_is_read() -> None:
    asked = understand(
        "as of 5 September, who owned Data room for auditors?", NAMES, asker=None, today=TODAY, titles=titles_of(ITEMS)
    )

    assert isinstance(asked, Understood)
    assert asked.as_of == date(2026, 9, 5)
    assert asked.plan.keys == ("N-5",)
