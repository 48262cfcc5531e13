"""What files of teams, people and campaigns say, and what is wrong with them."""

from collections.abc import Mapping
from datetime import date

import pytest

from handlers.shared.rules.rows.company import PersonRecord, parse_campaigns, parse_people, parse_teams
from handlers.shared.rules.rows.parsed import Parsed
from storage.values.company import Campaign, Permission, Side, Team
from tests.shared.csv_rows import KNOWN, table

PERSON = {"email": "ada@corp.example", "name": "Ada Lovelace", "team": "web"}
CAMPAIGN = {"key": "spring", "name": "Spring Launch"}
TEAM = {"key": "web", "name": "Web Platform", "side": "it"}


def test_a_team_is_read_with_its_side_in_any_case() -> None:
    [team] = parse_teams(table({**TEAM, "side": "IT", "aliases": "frontend; shop"}), KNOWN).rows

    assert team == Team("web", "Web Platform", Side.IT, ("frontend", "shop"))


def test_a_team_file_without_aliases_leaves_those_that_are_known() -> None:
    [team] = parse_teams(table(TEAM), KNOWN).rows

    assert team.aliases == ("frontend",)


def test_an_empty_cell_clears_the_aliases_of_a_team() -> None:
    assert parse_teams(table({**TEAM, "aliases": ""}), KNOWN).rows[0].aliases == ()


def test_an_unknown_side_is_named_with_the_nearest() -> None:
    assert parse_teams(table({**TEAM, "side": "marketting"}), KNOWN).errors[0].fix == "marketing"


def test_a_campaign_is_read_with_its_people_as_ids() -> None:
    cells = {
        **CAMPAIGN,
        "aliases": "spring",
        "owner_email": "grace@corp.example",
        "it_partner_email": "ada@corp.example",
    }

    [found] = parse_campaigns(
        table({**cells, "start": "2026-03-01", "end": "2026-05-31", "status": "running"}), KNOWN
    ).rows

    assert found == Campaign(
        "spring", "Spring Launch", ("spring",), "p2", "p1", date(2026, 3, 1), date(2026, 5, 31), "running"
    )


def test_a_campaign_file_without_aliases_leaves_those_that_are_known() -> None:
    assert parse_campaigns(table({"key": "summer", "name": "Summer"}), KNOWN).rows[0].aliases == ("the games",)


def test_a_campaign_that_ends_before_it_starts_is_an_error() -> None:
    parsed = parse_campaigns(table({**CAMPAIGN, "start": "2026-05-01", "end": "2026-04-01"}), KNOWN)

    assert parsed.errors[0].reason == "start 2026-05-01 is after end 2026-04-01"


def test_an_unknown_it_partner_is_an_error_under_the_name_of_its_column() -> None:
    parsed = parse_campaigns(table({**CAMPAIGN, "it_partner_email": "adda@corp.example"}), KNOWN)

    assert (parsed.errors[0].column, parsed.errors[0].fix) == ("it_partner_email", "ada@corp.example")


def people(*rows: Mapping[str, str]) -> Parsed[PersonRecord]:
    return parse_people(table(*rows), KNOWN)


def test_a_person_is_read_with_the_e_mail_in_lower_case() -> None:
    cells = {
        "email": " Ada@Corp.Example ",
        "permission": "Publisher",
        "skills_offered": "sql;charts",
        "timezone": "Europe/Berlin",
    }

    assert people({**PERSON, **cells}).rows == (
        PersonRecord(
            "ada@corp.example",
            "Ada Lovelace",
            "web",
            permission=Permission.PUBLISHER,
            timezone="Europe/Berlin",
            skills_offered=("sql", "charts"),
        ),
    )


@pytest.mark.parametrize("cells", [{}, {"permission": ""}])
def test_a_file_that_is_silent_about_a_permission_does_not_name_one(cells: dict[str, str]) -> None:
    """Otherwise a new list of names would take everybody's rights away."""
    assert people({**PERSON, **cells}).rows[0].permission is None


def test_what_a_people_file_speaks_about_is_told() -> None:
    assert people({**PERSON, "diet": ""}).present == {"email", "name", "team", "diet"}


@pytest.mark.parametrize(
    ("bad", "fix"),
    [
        ("Ada <ada@corp.example>", "ada@corp.example"),
        ("mailto:ada@corp.example", "ada@corp.example"),
        ("ada", "write one address like ada@company.example"),
        ("ada@corp", "write one address like ada@company.example"),
        ("ada@@corp.example", "write one address like ada@company.example"),
        ("ada@corp..example", "write one address like ada@company.example"),
    ],
)
def test_what_is_no_e_mail_is_an_error(bad: str, fix: str) -> None:
    [found] = people({**PERSON, "email": bad}).errors

    assert (found.column, found.fix) == ("email", fix)


@pytest.mark.parametrize(
    ("column", "first", "second"),
    [
        ("email", "ada@corp.example", "ADA@corp.example"),
        ("slack_user_id", "U1", "U1"),
        ("teams_user_id", "29:x", "29:x"),
    ],
)
def test_two_people_do_not_share_an_address_or_an_account(column: str, first: str, second: str) -> None:
    one, other = {**PERSON, column: first}, {**PERSON, "email": "b@corp.example", column: second}

    [found] = people(one, other).errors

    assert (found.row, found.column) == (3, column)
    assert found.reason.startswith("row 2 already has")


def test_people_without_accounts_do_not_share_one() -> None:
    rows = ({**PERSON, "email": f"{name}@corp.example", "slack_user_id": ""} for name in ("a", "b"))

    assert people(*rows).errors == ()


@pytest.mark.parametrize(
    ("bad", "fix"),
    [
        ("Europe/Berlln", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("Tokyo", "Asia/Tokyo"),
        ("New York", "America/New_York"),
    ],
)
def test_an_unknown_time_zone_is_named_with_the_nearest(bad: str, fix: str) -> None:
    assert people({**PERSON, "timezone": bad}).errors[0].fix == fix


def test_the_team_of_a_person_must_be_known() -> None:
    assert people({**PERSON, "team": "wep"}).errors[0].fix == "web"


def test_a_manager_need_not_be_known() -> None:
    assert people({**PERSON, "manager_email": "Chief@corp.example"}).rows[0].manager_email == "chief@corp.example"
