"""Lists of people, as people type them and as clients send them, are read by one reader."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.errors import BadInput
from handlers.shared.rules.names import NoSuchName
from handlers.shared.rules.people_lists import find_one_person, find_people
from storage.values.company import Directory, Person, Side, Team

ANA = Person("p1", "ana.marsh@example.org", "Ana Marsh", "web")
BO = Person("p2", "bo@example.org", "Bo Li")
CLEO = Person("p3", "cleo+x@example.org", "Cleo Garcia")
JOSE = Person("p4", "jose@example.org", "José Van der Berg")
BEN = Person("p5", "b.ng@example.org", "Ben Ng")
OTHER_BEN = Person("p6", "b.okoro@example.org", "Ben Okoro")
COMPANY = Directory((Team("web", "Web Platform", Side.IT),), (), (ANA, BO, CLEO, JOSE, BEN, OTHER_BEN))
ACCOUNTS = {"U1": "p1", "U2": "p2"}


@pytest.mark.parametrize(
    "typed",
    [
        "<@U1|ana> <@U2|bo>",
        "<@U1><@U2>",
        "<@U1|ana.marsh>, <@U2|bo>",
        "ana.marsh@example.org bo@example.org",
        "ana.marsh@example.org;bo@example.org",
        "<mailto:ana.marsh@example.org|ana.marsh@example.org> and <mailto:bo@example.org|bo@example.org>",
        "@ana @bo",
        "@ana,@bo",
        "@ana & @bo",
        "@ana and @bo",
        "@ana, and @bo.",
        "@ana plus bo",
        "@ana\n@bo",
        "to @ana and @bo",
        "both @ana and @bo",
        "Ana Marsh and Bo Li",
        "Ana Marsh Bo Li",
        "ana bo",
        "Ana Marsh, Bo",
        '"Ana Marsh" "Bo Li"',
        '"@ana @bo"',
        "'Ana Marsh' 'Bo Li'",
        "@Ana Marsh @Bo Li",
        "@ana/@bo",
        "@AnaMarsh + @BO",
        "Marsh, Ana; Li, Bo",
        "@ana @bo @ana",
        "@ana & @bo –",
        "@ana +@bo",
        "@ana as well as @bo",
    ],
)
def test_two_people_are_two_people_however_they_are_named(typed: str) -> None:
    assert find_people(COMPANY, [typed], accounts=ACCOUNTS) == (ANA, BO)


def test_words_that_were_quoted_one_by_one_stay_names() -> None:
    assert find_people(COMPANY, ["Ana Marsh", "@bo", "jose van der berg"]) == (ANA, BO, JOSE)


def test_me_is_who_asks() -> None:
    assert find_people(COMPANY, ["me and @bo"], asker=CLEO) == (CLEO, BO)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("@ana @nobody", "“nobody”"),
        ("Ana Smith", "“Ana Smith”"),
        ("Ana Garcia", "“Ana Garcia”"),  # both words are names of somebody, but together they are nobody's
        ("@ben", "Ben Ng .*or Ben Okoro"),
        ("@web", "is a team, not a person: .*“people web” lists them"),
        ("@bo, Web Platform", "is a team"),
        ("@here", "is a group, not a person"),
        ("@user-group", "is a group"),
        ("@zzqx", "If that is a group"),
        ("<@U9|eve>", "who @eve is"),
        ("<@U9>", "that account"),
    ],
)
def test_a_name_that_is_nobodys_is_said_and_nobody_else_is_taken(typed: str, why: str) -> None:
    with pytest.raises(NoSuchName, match=why):
        find_people(COMPANY, [typed], accounts=ACCOUNTS, asker=CLEO)


@pytest.mark.parametrize("typed", ["", " , ; ", "to", "and", '""', "@"])
def test_nobody_is_no_list(typed: str) -> None:
    with pytest.raises((BadInput, NoSuchName)):
        find_people(COMPANY, [typed])


def test_two_people_are_not_one() -> None:
    assert find_one_person(COMPANY, ["to", "@bo"]) == BO
    with pytest.raises(BadInput, match="Ana Marsh and Bo Li"):
        find_one_person(COMPANY, ["@ana", "@bo"])


@given(st.text(alphabet="<@U1|>\",;&+ anabomrsh.'/\n", max_size=60))
def test_no_list_is_too_odd(typed: str) -> None:
    try:
        people = find_people(COMPANY, [typed], accounts=ACCOUNTS)
    except (BadInput, NoSuchName):
        return
    assert {person.id for person in people} <= COMPANY.person.keys()


def test_a_long_list_in_a_large_company_is_read_at_once() -> None:
    people = tuple(Person(f"p{n}", f"p{n}@example.org", f"Person{n} Name{n}") for n in range(1_000))
    typed = " ".join(person.name for person in people[:40])
    started = time.process_time()

    assert find_people(Directory((), (), people), [typed]) == people[:40]
    assert time.process_time() - started < 5
