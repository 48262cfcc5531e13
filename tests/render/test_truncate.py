"""Truncation: the longest part is cut first, and the text says how much is missing."""

from __future__ import annotations

import json
import re
import unicodedata
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.plain import render as plain
from integrations.plain.text import clean, clip, head, safe_url, spans_text, units
from integrations.plain.truncate import CardLimits, truncate_card, truncate_spans
from integrations.ports.cards import Bold, Card, Fields, Link, Table, Text, context, text
from integrations.slack import render as slack
from integrations.teams import render as teams
from integrations.web import render as console
from tests.hypothesis_profiles import example_count
from tests.render.gallery import EXAMPLES

quick = settings(max_examples=example_count(60), derandomize=True, deadline=None, database=None)
LONG = ("long-text", "one-long-word", "long-table", "long-cells", "many-blocks", "many-long-blocks", "many-options")
long_cards = pytest.mark.parametrize("name", LONG)


def slack_words(name: str) -> str:
    return json.dumps(slack.message(dict(EXAMPLES)[name])["blocks"], ensure_ascii=False)


def teams_words(name: str) -> str:
    return json.dumps(teams.card(dict(EXAMPLES)[name])["body"], ensure_ascii=False)


@long_cards
def test_a_cut_is_said_in_words(name: str) -> None:
    assert re.search(r"… and \d+ more \w+", slack_words(name))
    assert re.search(r"… and \d+ more \w+", teams_words(name)) or name in ("many-blocks", "many-options")


@pytest.mark.parametrize("name", ["long-table", "many-blocks", "many-long-blocks"])
def test_buttons_and_footer_survive_every_cut(name: str) -> None:
    """People act with the buttons."""
    for words in (slack_words(name), teams_words(name)):
        assert "Press 0" in words
        assert "press 1" in words
        assert "End." in words


def test_rows_shown_and_rows_missing_add_up() -> None:
    words = slack_words("long-table")

    shown = words.count("IT-")
    said = re.search(r"… and (\d+) more rows", words)
    assert said
    assert shown + int(said[1]) == 300 + 5


def test_characters_shown_and_characters_missing_add_up() -> None:
    cut = truncate_spans(("x" * 500, Bold("y" * 500)), 300)

    said = re.search(r"… and (\d+) more characters", spans_text(cut))
    assert said
    assert spans_text(cut).count("x") + int(said[1]) == 1_000


def test_the_longest_part_gives_way_first() -> None:
    card = Card("Title", (text("short"), text("long " * 500), text("short as well")))

    cut = truncate_card(card, CardLimits(100, 10, 10), lambda candidate: units(plain.card_text(candidate)) < 500)

    assert cut.blocks[0] == card.blocks[0]
    assert cut.blocks[2] == card.blocks[2]
    assert cut.blocks[1] != card.blocks[1]


def test_a_card_with_room_is_not_touched() -> None:
    card = Card("Title", (text("words"), Table(("A",), ((("1",),),)), context("end")))

    assert truncate_card(card, CardLimits(100, 10, 10), lambda _: True) == card


def test_a_link_is_told_whole_or_not_at_all() -> None:
    cut = truncate_spans(("x" * 300, Link("the words", "https://example.com/")), 306)

    assert all(isinstance(span, str) for span in cut)


@quick
@given(st.text(max_size=200), st.integers(0, 120))
def test_a_head_fits_and_is_a_head(words: str, limit: int) -> None:
    start = head(words, limit)

    assert words.startswith(start)
    assert units(start) <= limit


@pytest.mark.parametrize("whole", ["e\u0301", "👍🏽", "👩‍👩‍👧‍👦", "ก็"])
def test_no_accent_and_no_emoji_is_torn_apart(whole: str) -> None:
    for limit in range(3, 60):
        rest = ("ab" + whole * 20)[len(head("ab" + whole * 20, limit)) :]
        assert not rest or unicodedata.category(rest[0]) not in ("Mn", "Me", "Sk")
        assert not rest.startswith("\N{ZERO WIDTH JOINER}")


@quick
@given(st.text(min_size=1, max_size=400), st.integers(2, 300))
def test_a_clip_fits(words: str, limit: int) -> None:
    assert units(clip(words, limit)) <= limit


@quick
@given(st.text(alphabet=st.characters(), max_size=50))
def test_clean_words_stay_clean(words: str) -> None:
    assert clean(clean(words)) == clean(words)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//example.com",
        "http://",
        "http://[",
        "https://a b",
        "https://a\n",
        "mailto:a@b.c",
        "",
    ],
)
def test_only_web_addresses_are_followed(url: str) -> None:
    assert safe_url(url) == ""


def test_an_address_may_hold_other_scripts() -> None:
    assert safe_url("https://example.com/שלום?q=é") == "https://example.com/%D7%A9%D7%9C%D7%95%D7%9D?q=%C3%A9"


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "words", ["\n" * 20_000, " " * 20_000, "<" * 20_000, "*" * 20_000, "a\n" * 10_000, "\u0301" * 20_000]
)
def test_no_text_takes_long_to_render(words: str) -> None:
    """Otherwise a long enough name could block the bot."""
    card = Card(words, (text(words, Bold(words)), Fields(((words, (words,)),)), Table((words,), (((words,),),))))

    for render in (slack.message, teams.card, console.card_html, plain.card_text):
        started = process_time()
        render(card)
        assert process_time() - started < 3


def test_a_text_of_many_sections_keeps_every_word() -> None:
    words = " ".join(f"word{n}" for n in range(900))

    blocks = slack.message(Card("T", (Text((words, Bold("end"))),)))["blocks"]

    assert " ".join(block["text"]["text"] for block in blocks[1:]).replace("*", " ").split() == [
        *words.split()[:-1],
        "word899",
        "end",
    ]
