"""Parse roadmap.csv."""

from __future__ import annotations

from handlers.shared.rules.rows.cells import (
    SUMMARY_LENGTH,
    TITLE_LENGTH,
    cached,
    choice,
    existing_key,
    key,
    keys_of,
    list_of,
    name,
    paragraphs,
    person,
    required,
    single_line,
    url,
)
from handlers.shared.rules.rows.iso_dates import parse_iso_day
from handlers.shared.rules.rows.parsed import Parsed, SheetLike
from handlers.shared.rules.rows.suggestions import campaign_suggester, team_suggester
from handlers.shared.rules.rows.table import Column, parse_sheet
from storage.values.company import Directory
from storage.values.roadmap import Item, Kind, Status


def parse_items(table: SheetLike, known: Directory, *, ever: bool = False) -> Parsed[Item]:
    """The items of a roadmap file, in its order. Owners are resolved to person ids.

    A field whose column is absent holds its default here; `merged` puts the stored value back. With *ever* an owner may
    have left: a file that was exported earlier stays good.
    """
    team = existing_key(known.team, "team", team_suggester(known))
    campaign = existing_key(known.campaign, "campaign", campaign_suggester(known))
    days = cached(parse_iso_day)
    columns = (
        Column("key", required(key, "the key of the item, like WEB-12"), required=True, unique="the key"),
        Column("title", required(single_line(TITLE_LENGTH), "the title"), required=True),
        Column("team", cached(required(team, "the key of the owning team")), required=True),
        Column("campaigns", cached(keys_of(campaign))),
        Column("status", cached(required(choice(Status), f"one of {', '.join(Status)}")), required=True),
        Column("start", days),
        Column("due", days),
        Column("owner_email", cached(person(known.by_email_ever if ever else known.by_email)), field="owner"),
        Column("summary", paragraphs(SUMMARY_LENGTH)),
        Column("url", url),
        Column("kind", cached(choice(Kind, empty=Kind.WORK))),
        Column("visible_to", cached(keys_of(team))),
        Column("tags", cached(list_of(name))),
    )
    return parse_sheet(table, columns, Item)
