"""Looking up names as people type them: exact for writing, tolerant for reading, never a guess."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.errors import BadInput, NotFound
from handlers.shared.rules.names import NoSuchName, find_campaign, find_person, find_team, mentioned_accounts
from storage.values.company import Campaign, Directory, Person, Side, Team

ADA = Person("p1", "ada.byron@x.org", "Ada Byron", "seo")
OTHER_ADA = Person("p2", "ada.king@x.org", "Ada King", "web")
TWIN = Person("p3", "kim.lee@x.org", "Kim Lee", "seo")
OTHER_TWIN = Person("p4", "kim.lee2@x.org", "Kim Lee", "web")
HOSTILE = Person("p5", "hostile@x.org", "<!channel> 🎉", "web")
HEBREW = Person("p6", "dana@x.org", "דנה כהן")
ACCENTED = Person("p7", "zoe@x.org", "Zoë Müller")
NAMES = Directory(
    teams=(
        Team("web", "Web Platform", Side.IT, ("website",)),
        Team("data", "Data Platform", Side.IT),
        Team("seo", "SEO", Side.MARKETING),
    ),
    campaigns=(
        Campaign("spring-27", "Spring Launch", ("spring",)),
        Campaign("summer-27", "Summer Launch"),
        Campaign("loyalty", "Loyalty Relaunch"),
    ),
    people=(ADA, OTHER_ADA, TWIN, OTHER_TWIN, HOSTILE, HEBREW, ACCENTED),
)


@pytest.mark.parametrize(
    ("said", "person"),
    [
        ("ada.byron@x.org", ADA),
        ("ADA.BYRON@X.ORG", ADA),
        ("@ada.king", OTHER_ADA),
        ("Ada  King", OTHER_ADA),
        ("@AdaKing", OTHER_ADA),
        ("byron", ADA),
        ("<!channel> 🎉", HOSTILE),
        ("\u200fדנה כהן\u200e", HEBREW),
        ("zoe muller", ACCENTED),
        ("<mailto:zoe@x.org|zoe@x.org>", ACCENTED),
    ],
)
def test_a_person_is_found_by_what_only_they_are_called(said: str, person: Person) -> None:
    assert find_person(NAMES, said) == person


def test_two_people_with_one_name_have_to_be_told_apart() -> None:
    with pytest.raises(NoSuchName, match="by e-mail") as refused:
        find_person(NAMES, "Kim Lee", loose=True)

    assert refused.value.candidates == ("kim.lee@x.org", "kim.lee2@x.org")


def test_a_slip_is_forgiven_when_reading_and_offered_when_writing() -> None:
    assert find_person(NAMES, "Ada Bryon", loose=True) == ADA

    with pytest.raises(NotFound, match="Did you mean Ada Byron"):
        find_person(NAMES, "Ada Bryon")


def test_a_mention_is_the_person_behind_the_account() -> None:
    assert mentioned_accounts("<@U123|ada> and <@W9>") == ("U123", "W9")
    assert find_person(NAMES, "<@U123|somebody else>", accounts={"U123": "p1"}) == ADA


def test_a_mention_of_an_unknown_account_is_never_taken_for_its_label() -> None:
    """The owner of the account chooses the label, so a label must not identify another person."""
    with pytest.raises(NotFound, match="e-mail"):
        find_person(NAMES, "<@U666|Ada Byron>", accounts={})


@pytest.mark.parametrize("said", ["web", "WEB", "Web Platform", "website"])
def test_a_team_is_found_by_key_name_and_alias(said: str) -> None:
    assert find_team(NAMES, said).key == "web"


@pytest.mark.parametrize(("said", "key"), [("the data team", "data"), ("plat data", "data"), ("wbe platform", "web")])
def test_a_part_or_a_slip_is_enough_for_reading(said: str, key: str) -> None:
    assert find_team(NAMES, said, loose=True).key == key


def test_a_part_is_not_enough_for_writing() -> None:
    with pytest.raises(NotFound, match="Did you mean Web Platform"):
        find_team(NAMES, "the web platform team")


@pytest.mark.parametrize(("said", "key"), [("spring", "spring-27"), ("Sprng Launch", "spring-27"), ("loy", "loyalty")])
def test_a_campaign_is_found_loosely(said: str, key: str) -> None:
    assert find_campaign(NAMES, said, loose=True).key == key


def test_a_part_that_several_share_names_none_of_them() -> None:
    with pytest.raises(NoSuchName, match="Spring Launch .* or Summer Launch") as refused:
        find_campaign(NAMES, "launch", loose=True)

    assert refused.value.candidates == ("spring-27", "summer-27")


def test_nonsense_is_not_taken_for_something() -> None:
    with pytest.raises(NoSuchName) as refused:
        find_campaign(NAMES, "zebra", loose=True)

    assert refused.value.candidates == ()


@pytest.mark.parametrize("said", ["", "  ", '""', "@", "\u200f"])
def test_saying_nothing_is_bad_input(said: str) -> None:
    with pytest.raises(BadInput):
        find_person(NAMES, said)


@given(st.text(max_size=40), st.booleans())
def test_whatever_is_said_either_names_somebody_or_is_refused(said: str, loose: bool) -> None:
    with suppress(NotFound, BadInput):
        assert find_person(NAMES, said, loose=loose) in NAMES.people
