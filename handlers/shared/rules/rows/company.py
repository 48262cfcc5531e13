"""Parse teams.csv, people.csv and campaigns.csv."""

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
    key_like,
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
    """One row of people.csv. `permission` is None if the cell is empty."""

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
    """The teams of a file. For an absent column, the values of *known* stay."""
    columns = (
        Column(
            "key", required(key_like(known.team), "a short key of the team, like web"), required=True, unique="the key"
        ),
        Column("name", required(name, "the name of the team"), required=True),
        Column("side", cached(required(choice(Side), f"one of {', '.join(Side)}")), required=True),
        Column("aliases", list_of(name)),
    )

    def team(**fields: Any) -> Team:
        before = known.team.get(fields["key"])
        return replace(before, **fields) if before else Team(**fields)

    return parse_sheet(table, columns, team)


def parse_campaigns(table: SheetLike, known: Directory, *, ever: bool = False) -> Parsed[Campaign]:
    """The campaigns of a file, owners and partners as person ids. For an absent column, the values of *known* stay.

    With *ever* an owner or a partner may have left.
    """
    somebody = cached(person(known.by_email_ever if ever else known.by_email))
    columns = (
        Column(
            "key",
            required(key_like(known.campaign), "a short key of the campaign, like spring"),
            required=True,
            unique="the key",
        ),
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
    """The people of a file. `present` are the fields it has; other fields of a stored person stay.

    A manager may be unknown: the file of one department often lacks its head.
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
