"""The rows of roadmap.csv."""

from __future__ import annotations

from handlers.rows.cells import (
    SUMMARY_LENGTH,
    TITLE_LENGTH,
    key,
    line,
    listed,
    member,
    name,
    paragraphs,
    person,
    remembered,
    required,
    url,
    word,
)
from handlers.rows.days import day
from handlers.rows.findings import Parsed, Table
from handlers.rows.known import near_campaign, near_team
from handlers.rows.table import Column, parse
from storage.values import Directory, Item, Kind, Status


def parse_items(table: Table, known: Directory) -> Parsed[Item]:
    """The items of a roadmap file, in its order. Owners are resolved to person ids.

    A field whose column is absent holds its default here; `merged` puts the stored value back.
    """
    team = member(known.team, "team", near_team(known))
    campaign = member(known.campaign, "campaign", near_campaign(known))
    days = remembered(day)
    columns = (
        Column("key", required(key, "the key of the item, like WEB-12"), required=True, unique="the key"),
        Column("title", required(line(TITLE_LENGTH), "the title"), required=True),
        Column("team", remembered(required(team, "the key of the owning team")), required=True),
        Column("campaigns", remembered(listed(campaign))),
        Column("status", remembered(required(word(Status), f"one of {', '.join(Status)}")), required=True),
        Column("start", days),
        Column("due", days),
        Column("owner_email", remembered(person(known.by_email)), field="owner"),
        Column("summary", paragraphs(SUMMARY_LENGTH)),
        Column("url", url),
        Column("kind", remembered(word(Kind, empty=Kind.WORK))),
        Column("visible_to", remembered(listed(team))),
        Column("tags", remembered(listed(name))),
    )
    return parse(table, columns, Item)
