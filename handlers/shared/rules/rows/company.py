"""The rows of teams.csv, people.csv and campaigns.csv: what roadmap rows refer to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from handlers.shared.rules.rows.cells import (
    NAME_LENGTH,
    TITLE_LENGTH,
    cached,
    choice,
    email,
    existing_key,
    key,
    list_of,
    name,
    person,
    required,
    single_line,
    timezone,
)
from handlers.shared.rules.rows.iso_dates import parse_iso_day
from handlers.shared.rules.rows.parsed import Parsed, SheetLike
from handlers.shared.rules.rows.suggestions import team_suggester
from handlers.shared.rules.rows.table import Column, DateOrder, parse_sheet
from storage.values.company import Campaign, Directory, Permission, Side, Team


@dataclass(frozen=True, slots=True)
class PersonRecord:
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


def parse_teams(table: SheetLike, known: Directory) -> Parsed[Team]:
    """The teams of a file. A column that is absent leaves what *known* says of a team."""
    columns = (
        Column("key", required(key, "a short key of the team, like web"), required=True, unique="the key"),
        Column("name", required(name, "the name of the team"), required=True),
        Column("side", cached(required(choice(Side), f"one of {', '.join(Side)}")), required=True),
        Column("aliases", list_of(name)),
    )

    def team(**fields: Any) -> Team:
        before = known.team.get(fields["key"])
        return replace(before, **fields) if before else Team(**fields)

    return parse_sheet(table, columns, team)


def parse_campaigns(table: SheetLike, known: Directory) -> Parsed[Campaign]:
    """The campaigns of a file, owners and partners as person ids. An absent column leaves what *known* says."""
    somebody = cached(person(known.by_email))
    columns = (
        Column("key", required(key, "a short key of the campaign, like spring"), required=True, unique="the key"),
        Column("name", required(name, "the name of the campaign"), required=True),
        Column("aliases", list_of(name)),
        Column("owner_email", somebody, field="owner"),
        Column("it_partner_email", somebody, field="it_partner"),
        Column("start", cached(parse_iso_day)),
        Column("end", cached(parse_iso_day)),
        Column("status", name),
    )

    def campaign(**fields: Any) -> Campaign:
        before = known.campaign.get(fields["key"])
        return replace(before, **fields) if before else Campaign(**fields)

    return parse_sheet(table, columns, campaign, period=DateOrder("start", "end"))


def parse_people(table: SheetLike, known: Directory) -> Parsed[PersonRecord]:
    """The people of a file. Which fields it speaks about is in `present`; the rest of a stored person stays.

    A manager need not be known here: the file of one department often ends below its head.
    """
    team = existing_key(known.team, "team", team_suggester(known))
    columns = (
        Column("email", required(email, "the e-mail of the person"), required=True, unique="the e-mail"),
        Column("name", required(name, "the name of the person"), required=True),
        Column("team", cached(required(team, "the key of the team")), required=True),
        Column("role", name),
        Column("permission", cached(choice(Permission))),
        Column("timezone", cached(timezone())),
        Column("location", name),
        Column("manager_email", cached(email)),
        Column("skills_offered", cached(list_of(name))),
        Column("skills_wanted", cached(list_of(name))),
        Column("diet", single_line(TITLE_LENGTH)),
        Column("slack_user_id", single_line(NAME_LENGTH), unique="the Slack account"),
        Column("teams_user_id", single_line(NAME_LENGTH), unique="the Teams account"),
    )
    return parse_sheet(table, columns, PersonRecord)
