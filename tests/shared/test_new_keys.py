"""Which key a new item may have: a key that is in use and hidden is refused like the free ones beside it."""

from __future__ import annotations

import pytest

from handlers.shared.rules.new_keys import KeyInUse, KeyRegister

IN_USE = (
    KeyInUse("WEB-1", "web", is_visible=True),
    KeyInUse("WEB-30", "web", is_visible=True),
    KeyInUse("SEC-9", "sec", is_visible=False),
    KeyInUse("DATA-7", "data", is_visible=True),
    KeyInUse("DATA-9", "data", is_visible=False),
    KeyInUse("PLAN-2", "web", is_visible=False),
)
REGISTER = KeyRegister(IN_USE, {"web"})


@pytest.mark.parametrize("key", ["SEC-9", "sec-9", "SEC-1", "SEC-99", "PLAN-2", "PLAN-3"])
@pytest.mark.parametrize("team", ["web", "sec"])
def test_every_key_of_a_series_of_hidden_items_is_refused_alike(key: str, team: str) -> None:
    """Also to an admin who adds an item for that team."""
    assert REGISTER.refuses(key, team)


@pytest.mark.parametrize("key", ["WEB-2", "web-31", "OPS-1", "DRILL"])
def test_any_free_key_of_another_series_may_be_used(key: str) -> None:
    assert not REGISTER.refuses(key, "web")


def test_a_team_numbers_its_own_series_on() -> None:
    """Up to the highest number, a gap and a hidden item look the same."""
    own = KeyRegister((*IN_USE, KeyInUse("WEB-29", "web", is_visible=False)), {"web"})

    assert own.refuses("WEB-28", "web")
    assert own.refuses("WEB-29", "web")
    assert not own.refuses("WEB-31", "web")


def test_the_next_key_is_of_the_series_that_the_team_uses_most() -> None:
    assert REGISTER.next_key("web") == "WEB-31"
    assert REGISTER.next_key("brand") == "BRAND-1"


def test_in_a_series_with_visible_items_keys_above_the_highest_number_are_free() -> None:
    """Also for an admin of another team; below it, a gap and a hidden item look the same."""
    assert REGISTER.refuses("DATA-8", "data")
    assert REGISTER.refuses("DATA-9", "data")
    assert not REGISTER.refuses("DATA-10", "data")
    assert REGISTER.refuses("DATA-10", "web")


def test_no_key_of_a_series_of_hidden_items_is_proposed_to_others() -> None:
    assert REGISTER.next_key("sec") == ""


def test_the_spelling_of_a_visible_key_is_found_in_any_case() -> None:
    assert (REGISTER.visible_spelling("web-30"), REGISTER.visible_spelling("sec-9")) == ("WEB-30", "")
