"""What a roadmap file says, and what is wrong with it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.errors import BadInput
from handlers.shared.rules.rows.items import parse_items
from storage.values.roadmap import Item, Kind, Status
from tests.shared.csv_rows import ITEM, KNOWN, error, item, items, table


def test_a_full_row_becomes_an_item_whose_owner_is_a_person() -> None:
    found = item(
        campaigns="spring;summer",
        status="at_risk",
        start="2026-03-01",
        due="2026-04-01",
        owner_email="ada@corp.example",
        summary="One.\nTwo.",
        url="https://corp.example/1",
        kind="milestone",
        visible_to="web",
        tags="shop;pay",
    )

    assert found == Item(
        "WEB-1",
        "Checkout",
        "web",
        ("spring", "summer"),
        Status.AT_RISK,
        date(2026, 3, 1),
        date(2026, 4, 1),
        "p1",
        "One.\nTwo.",
        "https://corp.example/1",
        Kind.MILESTONE,
        ("web",),
        ("shop", "pay"),
    )


def test_cells_left_empty_mean_nothing_and_ordinary_work() -> None:
    assert item(campaigns="", start="", kind="", owner_email="") == Item("WEB-1", "Checkout", "web")


def test_the_columns_of_a_file_are_found_in_any_case_with_spaces_for_underscores() -> None:
    parsed = items(
        {"Key": "WEB-1", "TITLE": "Checkout", "Team": "web", "Status": "planned", "Owner Email": "ada@corp.example"}
    )

    assert parsed.rows[0].owner == "p1"


def test_the_fields_that_a_file_speaks_about_are_named_as_the_store_names_them() -> None:
    assert items({**ITEM, "owner_email": ""}).present == {"key", "title", "team", "status", "owner"}


def test_unknown_columns_are_reported_as_written_and_not_fatal() -> None:
    parsed = items({**ITEM, "Budget": "12"})

    assert parsed.unknown_columns == ("Budget",)
    assert len(parsed.rows) == 1


def test_a_missing_required_column_is_one_error_in_row_1_that_names_the_nearest_header() -> None:
    parsed = items({"key": "WEB-1", "title": "Checkout", "team": "web", "statsu": "planned"})

    assert [(found.row, found.column, found.fix) for found in parsed.errors] == [
        (1, "status", 'rename the column "statsu" to "status"')
    ]


def test_every_missing_required_column_is_named() -> None:
    assert [found.column for found in items({"status": "planned"}).errors] == ["key", "title", "team"]


def test_good_rows_come_through_beside_bad_ones_with_their_row_numbers() -> None:
    parsed = items(ITEM, {**ITEM, "key": "WEB-2", "status": "?"}, {**ITEM, "key": "WEB-3"})

    assert [found.key for found in parsed.rows] == ["WEB-1", "WEB-3"]
    assert parsed.numbers == (2, 4)
    assert [found.row for found in parsed.errors] == [3]


def test_every_problem_of_a_row_is_reported() -> None:
    parsed = items({"key": "", "title": "", "team": "wbe", "status": "?", "due": "soon", "campaigns": "sprng;sumer"})

    assert [(found.column, found.value) for found in parsed.errors] == [
        ("key", ""),
        ("title", ""),
        ("team", "wbe"),
        ("campaigns", "sprng"),
        ("campaigns", "sumer"),
        ("status", "?"),
        ("due", "soon"),
    ]


def test_an_error_speaks_in_facts_of_five_fields() -> None:
    assert error(status="plannd").facts() == {
        "row": 2,
        "column": "status",
        "value": "plannd",
        "reason": "this is none of planned, in_progress, at_risk, blocked, on_hold, done, dropped",
        "fix": "planned",
    }


@pytest.mark.parametrize("column", ["key", "title", "team", "status"])
def test_a_required_cell_may_not_be_empty(column: str) -> None:
    assert error(**{column: "  "}).column == column


@pytest.mark.parametrize("written", ["in_progress", "In Progress", "IN-PROGRESS", " in  progress "])
def test_a_status_is_read_in_any_case_with_spaces_or_hyphens(written: str) -> None:
    assert item(status=written).status is Status.IN_PROGRESS


def test_an_unlike_status_is_answered_with_the_whole_vocabulary() -> None:
    assert error(status="42").fix.startswith("write one of planned, in_progress")


def test_an_unknown_kind_is_named_with_the_nearest() -> None:
    assert error(kind="mile-stones").fix == "milestone"


@pytest.mark.parametrize(
    ("column", "written", "meant"),
    [
        ("team", "wbe", "web"),
        ("team", "Web Platform", "web"),
        ("team", "Frontend", "web"),
        ("campaigns", "sprng", "spring"),
        ("campaigns", "Summer Game", "summer"),
        ("visible_to", "bland", "brand"),
        ("owner_email", "grase@corp.example", "grace@corp.example"),
        ("owner_email", "ada@corp.exmaple", "ada@corp.example"),
        ("owner_email", "ada.lovelace@corp.example", "ada@corp.example"),
    ],
)
def test_an_unknown_name_is_an_error_with_the_nearest_known_one_as_the_fix(
    column: str, written: str, meant: str
) -> None:
    found = error(**{column: written})

    assert (found.column, found.value, found.fix) == (column, written, meant)


@pytest.mark.parametrize(
    ("column", "written"), [("team", "zzz"), ("campaigns", "q4"), ("owner_email", "xy@corp.example")]
)
def test_a_name_like_none_is_answered_with_what_to_do(column: str, written: str) -> None:
    assert "import that" in error(**{column: written}).fix


def test_an_owner_is_found_in_any_case() -> None:
    assert item(owner_email="Ada@Corp.Example").owner == "p1"


def test_entries_of_a_list_lose_their_spaces_and_are_kept_once_in_their_order() -> None:
    assert item(tags=" b ; a;; b ;").tags == ("b", "a")


@pytest.mark.parametrize("good", ["WEB-1", "v1.29", "a", "2026_q1", "x" * 64])
def test_a_key_is_letters_digits_dots_dashes_and_underscores(good: str) -> None:
    assert item(key=good).key == good


@pytest.mark.parametrize(
    ("bad", "fix"),
    [("WEB 1", "WEB-1"), ("-x", "x"), ("a;b", "a-b"), ("x" * 65, "x" * 64), ("é", "write a key like WEB-12")],
)
def test_any_other_key_is_an_error_with_a_key_like_it_as_the_fix(bad: str, fix: str) -> None:
    assert error(key=bad).fix == fix


def test_a_key_that_comes_twice_names_its_first_row() -> None:
    parsed = items(ITEM, {**ITEM, "key": "WEB-2"}, ITEM)

    [found] = parsed.errors
    assert (found.row, found.column, found.value) == (4, "key", "WEB-1")
    assert found.reason == "row 2 already has the key WEB-1"


def test_a_key_that_comes_twice_is_noticed_even_if_its_first_row_is_bad() -> None:
    assert [found.row for found in items({**ITEM, "status": "?"}, ITEM).errors] == [2, 3]


@pytest.mark.parametrize(
    ("written", "fix"),
    [
        ("31/12/2026", "2026-12-31"),
        ("12/31/2026", "2026-12-31"),
        ("31.12.2026", "2026-12-31"),
        ("4.3.2026", "2026-03-04"),
        ("5/5/2026", "2026-05-05"),
        ("2026/12/31", "2026-12-31"),
        ("2026-1-5", "2026-01-05"),
        ("20261231", "2026-12-31"),
        ("2026-12-31T00:00:00Z", "2026-12-31"),
        ("2026-12-31 09:00", "2026-12-31"),
        ("31 Dec 2026", "2026-12-31"),
        ("31-Dec-2026", "2026-12-31"),
        ("December 31st, 2026", "2026-12-31"),
        ("46387", "2026-12-31"),
        ("2027-02-30", "2027-02-28"),
        ("2026-31-12", "2026-12-31"),
        ("03/04/2026", "2026-04-03 or 2026-03-04"),
        ("31/12/26", "write the day as YYYY-MM-DD, for example 2026-12-31"),
        ("99/99/2026", "write the day as YYYY-MM-DD, for example 2026-12-31"),
        ("0000-01-01", "write the day as YYYY-MM-DD, for example 2026-12-31"),
        ("end of May", "write the day as YYYY-MM-DD, for example 2026-12-31"),
    ],
)
def test_a_day_not_in_iso_8601_is_an_error_with_the_day_it_means_as_the_fix(written: str, fix: str) -> None:
    found = error(due=written)

    assert (found.column, found.value, found.fix) == ("due", written, fix)


def test_a_day_that_does_not_exist_says_why() -> None:
    assert error(due="2027-02-30").reason == "2027-02-30 does not exist: February 2027 has 28 days"


def test_a_start_after_the_due_day_is_the_owners_business() -> None:
    """Trackers hold such items while work is being moved; refusing the file would keep the rest from everybody."""
    parsed = items(ITEM | {"start": "2026-05-01", "due": "2026-04-01"})

    assert not parsed.errors


def test_a_start_on_the_due_day_is_fine() -> None:
    assert item(start="2026-05-01", due="2026-05-01").due == date(2026, 5, 1)


@pytest.mark.parametrize("good", ["https://corp.example", "http://corp.example:8080/a?b=c#d", "HTTPS://corp.example/ü"])
def test_web_addresses_are_kept(good: str) -> None:
    assert item(url=good).url == good


@pytest.mark.parametrize(
    "bad", ["javascript:alert(1)", "ftp://corp.example", "https://", "https://a b", "http:/x", "//x.example"]
)
def test_other_addresses_are_errors(bad: str) -> None:
    assert error(url=bad).column == "url"


def test_a_web_address_without_its_scheme_is_proposed_with_it() -> None:
    assert error(url="www.corp.example/x").fix == "https://www.corp.example/x"


@pytest.mark.parametrize(("column", "most"), [("title", 500), ("summary", 5_000), ("tags", 200)])
def test_a_text_that_is_too_long_says_how_long_it_is(column: str, most: int) -> None:
    assert getattr(item(**{column: "x" * most}), column)
    assert error(**{column: "x" * (most + 1)}).reason == f"{most + 1:,} characters long; at most {most:,} are kept"


def test_a_long_value_is_cut_in_the_report() -> None:
    assert len(error(title="x" * 100_000).value) == 200


def test_a_control_character_is_an_error_that_says_where() -> None:
    found = error(title="Check\x07out")

    assert found.reason == "holds the control character U+0007 at position 6"
    assert found.fix == "Check out"
    assert "\x07" not in found.value


def test_a_title_is_one_line() -> None:
    assert error(title="Check\nout").reason == "holds a line break at position 6"


def test_a_summary_may_have_lines() -> None:
    assert item(summary="one\r\n\r\ntwo\rthree\t!").summary == "one\n\ntwo\nthree\t!"


def test_text_is_stripped_and_put_into_composed_form() -> None:
    """A name typed on a Mac and one typed on Windows must be one name."""
    assert item(title="\u00a0 Cafe\u0301 ").title == "Café"


def test_signs_joined_without_a_width_are_kept() -> None:
    assert item(title="👩‍💻 launch").title == "👩‍💻 launch"


def test_cells_beyond_the_header_are_an_error_of_their_row() -> None:
    parsed = items({**ITEM, "": "or later"})

    [found] = parsed.errors
    assert (found.row, found.value) == (2, "or later")
    assert found.reason == "this row has more cells than the header"


def test_a_file_full_of_unknown_names_is_answered_in_time() -> None:
    """Proposals stop after a while; the errors do not."""
    rows = ({**ITEM, "key": f"K{n}", "team": f"web{n}", "owner_email": f"ada{n}@corp.example"} for n in range(2_000))

    assert len(items(*rows).errors) == 4_000


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)


@given(
    rows=st.lists(
        st.fixed_dictionaries(dict.fromkeys((*ITEM, "due", "campaigns", "owner_email", "url", "tags"), words))
    )
)
def test_any_text_in_any_cell_is_read_or_named_by_its_row(rows: list[dict[str, str]]) -> None:
    parsed = parse_items(
        table(ITEM | dict.fromkeys(("due", "campaigns", "owner_email", "url", "tags"), ""), *rows), KNOWN
    )

    assert set(parsed.numbers) | {found.row for found in parsed.errors} == set(range(2, len(rows) + 3))
    assert not set(parsed.numbers) & {found.row for found in parsed.errors}
    assert all(found.reason and found.fix for found in parsed.errors)


@pytest.mark.proof
def test_a_file_in_which_nearly_everything_is_wrong_is_refused_as_a_whole() -> None:
    """The words of millions of errors would fill the memory of a server."""
    with pytest.raises(BadInput, match="More than 100,000 cells of this file are wrong"):
        items(*[ITEM | {"key": f"WEB-{number}", "status": "wrong", "due": "soon"} for number in range(60_000)])
