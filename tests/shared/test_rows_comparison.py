"""What an imported roadmap changes."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from handlers.shared.rules.rows.company import parse_campaigns, parse_teams
from handlers.shared.rules.rows.comparison import addition, compare, merged
from handlers.shared.rules.rows.items import parse_items
from integrations.files.sheets import CsvSheets
from storage.values.company import Directory
from storage.values.roadmap import Item, Status, item_from_values
from tests.shared.csv_rows import ITEM, items

KUBERNETES = Path(__file__).parent.parent / "data" / "kubernetes"

STORED = Item(
    "WEB-1", "Checkout", "web", ("spring", "summer"), due=date(2026, 4, 1), tags=("a",), finished_on=date(2026, 1, 1)
)


def test_a_field_without_a_column_keeps_its_stored_value() -> None:
    parsed = items({**ITEM, "title": "New checkout"})

    assert merged(parsed.rows[0], STORED, parsed.present) == replace(STORED, title="New checkout")


def test_an_empty_cell_clears_a_stored_value() -> None:
    parsed = items({**ITEM, "campaigns": "", "due": ""})

    found = merged(parsed.rows[0], STORED, parsed.present)
    assert (found.campaigns, found.due, found.tags) == ((), None, ("a",))


def test_a_row_that_says_what_is_stored_gives_back_what_is_stored() -> None:
    parsed = items({**ITEM, "campaigns": "summer;spring"})

    assert merged(parsed.rows[0], STORED, parsed.present) is STORED


def test_an_item_that_is_new_is_taken_as_the_file_has_it() -> None:
    parsed = items(ITEM)

    assert merged(parsed.rows[0], None, parsed.present) is parsed.rows[0]


def test_only_the_fields_that_differ_are_changes_as_text() -> None:
    after = replace(STORED, title="New checkout", due=None, status=Status.DROPPED)

    [change] = compare({STORED.key: STORED}, [after]).changed

    assert (change.entity_type, change.key, change.kind) == ("item", "WEB-1", "changed")
    assert change.fields == {
        "title": ("Checkout", "New checkout"),
        "status": ("planned", "dropped"),
        "due": ("2026-04-01", ""),
    }


@pytest.mark.parametrize("field", ["campaigns", "visible_to", "tags"])
def test_a_mere_reorder_is_no_change(field: str) -> None:
    one: dict[str, Item] = {"WEB-1": item_from_values("WEB-1", addition(STORED).new() | {field: "a;b"})}
    other = item_from_values("WEB-1", addition(STORED).new() | {field: "b;a"})

    assert compare(one, [other]).unchanged == 1


def test_a_new_item_is_added_and_every_old_value_of_it_is_empty() -> None:
    found = compare({}, [STORED])

    assert (found.added, found.changed, found.unchanged) == ((STORED,), (), 0)
    [change] = found.changes()
    assert change.kind == "added"
    assert set(change.old().values()) == {""}
    assert item_from_values("WEB-1", change.new(), STORED.finished_on) == STORED


def test_items_that_a_file_does_not_name_are_left_alone() -> None:
    assert compare({STORED.key: STORED}, []).changes() == ()


def test_quarters_of_a_real_roadmap_differ_as_counted_independently() -> None:
    """Four snapshots of a public project's roadmap, through bytes, rows and comparison."""
    sheets = CsvSheets()
    teams = parse_teams(sheets.read((KUBERNETES / "teams.csv").read_bytes()), Directory())
    campaigns = parse_campaigns(sheets.read((KUBERNETES / "campaigns.csv").read_bytes()), Directory())
    known = Directory(teams.rows, campaigns.rows)
    stored: dict[str, Item] = {}

    for expected in json.loads((KUBERNETES / "expected.json").read_text("utf-8")):
        parsed = parse_items(sheets.read((KUBERNETES / expected["file"]).read_bytes()), known)
        after = [merged(row, stored.get(row.key), parsed.present) for row in parsed.rows]
        found = compare(stored, after)
        stored |= {row.key: row for row in after}

        assert parsed.errors == teams.errors == campaigns.errors == ()
        assert (len(found.added), len(found.changed), found.unchanged) == tuple(
            expected[count] for count in ("added", "changed", "unchanged")
        )
        changes = [(change.key, field, *pair) for change in found.changed for field, pair in change.fields.items()]
        assert sorted(changes) == sorted(tuple(change.values()) for change in expected["changes"])
