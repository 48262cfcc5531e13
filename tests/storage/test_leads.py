"""Who leads a team and who manages a person, read from the managers that people's rows name."""

from __future__ import annotations

from dataclasses import replace

from handlers.celebrations.rules.recognition import deciders_of
from handlers.handoff.rules import QuestionTopic, routes
from storage.values.company import Directory, Person, Side, Team
from storage.values.roadmap import Item
from tests.app import MONDAY

WEB = Team("web", "Web", Side.IT)
SEO = Team("seo", "SEO", Side.MARKETING)


def person(name: str, team: str = "web", manager: str = "") -> Person:
    return Person(f"p_{name}", f"{name}@x.org", name.title(), team, manager_email=f"{manager}@x.org" if manager else "")


def directory_of(*people: Person) -> Directory:
    return Directory(teams=(WEB, SEO), people=people)


def lead_name(names: Directory, team: str = "web") -> str | None:
    lead = names.lead_of(team)
    return lead.name if lead else None


def test_most_of_the_team_report_to_its_lead() -> None:
    names = directory_of(
        person("ana"), person("bo"), person("cy", manager="bo"), person("di", manager="ana"), person("ed", manager="bo")
    )

    assert lead_name(names) == "Bo"


def test_of_two_managers_with_as_many_reports_the_first_by_name_leads() -> None:
    names = directory_of(person("zoe"), person("ana"), person("cy", manager="zoe"), person("di", manager="ana"))

    assert lead_name(names) == "Ana"


def test_a_manager_of_the_other_side_leads_no_team() -> None:
    names = directory_of(person("max", "seo"), person("cy", manager="max"), person("di", manager="max"))

    assert lead_name(names) is None


def test_a_lead_may_belong_to_another_team_of_the_same_side() -> None:
    data = Team("data", "Data", Side.IT)
    names = Directory(teams=(WEB, data), people=(person("max", "data"), person("cy", manager="max")))

    assert lead_name(names) == "Max"


def test_managers_who_are_not_known_here_are_not_counted() -> None:
    names = directory_of(
        person("ana"), person("cy", manager="ghost"), person("di", manager="ghost"), person("ed", manager="ana")
    )

    assert lead_name(names) == "Ana"


def test_a_team_without_managers_and_a_team_that_does_not_exist_have_no_lead() -> None:
    names = directory_of(person("ana"), person("bo"))

    assert lead_name(names) is None
    assert lead_name(names, "nowhere") is None


def test_a_manager_is_the_person_with_that_e_mail() -> None:
    ana, cy, di = person("ana"), person("cy", manager="ana"), person("di", manager="ghost")
    names = directory_of(ana, cy, di, Person("p_none", "", "Somebody without an e-mail"))

    assert names.manager_of(cy) == ana
    assert names.manager_of(di) is None
    assert names.manager_of(ana) is None


def test_whoever_left_leads_and_manages_nobody() -> None:
    zoe = replace(person("zoe"), ended_at=MONDAY)
    cy, di, ed = person("cy", manager="zoe"), person("di", manager="zoe"), person("ed", manager="cy")
    names = Directory(teams=(WEB, SEO), people=(cy, di, ed), former=(zoe,))

    assert lead_name(names) == "Cy"
    assert names.manager_of(cy) is None
    assert names.name_of(zoe.id) == "Zoe"


def test_thanks_and_questions_go_to_the_same_lead_of_a_team_with_two_managers() -> None:
    names = directory_of(
        person("zoe"),
        person("ana"),
        person("cy", manager="zoe"),
        person("di", manager="ana"),
        person("ed", manager="zoe"),
    )
    done = Item("WEB-1", "Banner", "web")

    decides = deciders_of(done, names)
    asked = routes(QuestionTopic(items=(done,)), names.person["p_cy"], names)

    assert decides[0] == asked[0].person == "p_zoe"
