"""The rows of teams.csv, people.csv and campaigns.csv: what roadmap rows refer to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from handlers.rows.cells import (
    NAME_LENGTH,
    TITLE_LENGTH,
    email,
    key,
    line,
    listed,
    member,
    name,
    person,
    remembered,
    required,
    timezone,
    word,
)
from handlers.rows.days import day
from handlers.rows.findings import Parsed, Table
from handlers.rows.known import near_team
from handlers.rows.table import Column, Period, parse
from storage.values import Campaign, Directory, Permission, Side, Team


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One row of people.csv. `permission` is None where the file says nothing about it."""

    email: str
    name: str
    team: str
    role: str = ""
    permission: Permission | None = None
    timezone: str = ""
    location: str = ""
    manager_email: str = ""
    skills_offered: tuple[str, ...] = ()
    skills_wanted: tuple[str, ...] = ()
    diet: str = ""
    slack_user_id: str = ""
    teams_user_id: str = ""


def parse_teams(table: Table, known: Directory) -> Parsed[Team]:
    """The teams of a file. A column that is absent leaves what *known* says of a team."""
    columns = (
        Column("key", required(key, "a short key of the team, like web"), required=True, unique="the key"),
        Column("name", required(name, "the name of the team"), required=True),
        Column("side", remembered(required(word(Side), f"one of {', '.join(Side)}")), required=True),
        Column("aliases", listed(name)),
    )

    def team(**fields: Any) -> Team:
        before = known.team.get(fields["key"])
        return replace(before, **fields) if before else Team(**fields)

    return parse(table, columns, team)


def parse_campaigns(table: Table, known: Directory) -> Parsed[Campaign]:
    """The campaigns of a file, owners and partners as person ids. An absent column leaves what *known* says."""
    somebody = remembered(person(known.by_email))
    columns = (
        Column("key", required(key, "a short key of the campaign, like spring"), required=True, unique="the key"),
        Column("name", required(name, "the name of the campaign"), required=True),
        Column("aliases", listed(name)),
        Column("owner_email", somebody, field="owner"),
        Column("it_partner_email", somebody, field="it_partner"),
        Column("start", remembered(day)),
        Column("end", remembered(day)),
        Column("status", name),
    )

    def campaign(**fields: Any) -> Campaign:
        before = known.campaign.get(fields["key"])
        return replace(before, **fields) if before else Campaign(**fields)

    return parse(table, columns, campaign, period=Period("start", "end"))


def parse_people(table: Table, known: Directory) -> Parsed[PersonRow]:
    """The people of a file. Which fields it speaks about is in `present`; the rest of a stored person stays.

    A manager need not be known here: the file of one department often ends below its head.
    """
    team = member(known.team, "team", near_team(known))
    columns = (
        Column("email", required(email, "the e-mail of the person"), required=True, unique="the e-mail"),
        Column("name", required(name, "the name of the person"), required=True),
        Column("team", remembered(required(team, "the key of the team")), required=True),
        Column("role", name),
        Column("permission", remembered(word(Permission))),
        Column("timezone", remembered(timezone())),
        Column("location", name),
        Column("manager_email", remembered(email)),
        Column("skills_offered", remembered(listed(name))),
        Column("skills_wanted", remembered(listed(name))),
        Column("diet", line(TITLE_LENGTH)),
        Column("slack_user_id", line(NAME_LENGTH), unique="the Slack account"),
        Column("teams_user_id", line(NAME_LENGTH), unique="the Teams account"),
    )
    return parse(table, columns, PersonRow)
