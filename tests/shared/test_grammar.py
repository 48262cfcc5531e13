"""The command parser: typographic quotes, spaces and line breaks of phones and Teams change nothing."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import grammar
from handlers.catalogue import FEATURES
from handlers.grammar import UsageError, find_command, normalise, parse_arguments, suggest_command
from handlers.questions.rules.tokens import clean

COMMANDS = [command for feature in FEATURES for command in feature.commands]


def understood(text: str) -> tuple[str, grammar.Arguments] | None:
    found = find_command(normalise(text), COMMANDS)
    return None if found is None else (found[0].words, parse_arguments(*found))


@pytest.mark.parametrize(
    "text",
    [
        'item edit WEB-12 due=+9d --why "vendor is late"',
        "ITEM EDIT WEB-12 due=+9d --why “vendor is late”",
        '<at>Handshake</at>&nbsp;item edit WEB-12 due=+9d --why="vendor is late"',
        "item  edit\tWEB-12 due=+9d —why „vendor is late“",
        'item edit WEB-12 due="+9d" --WHY "vendor is late"',
    ],
)
def test_typography_tags_and_case_do_not_matter(text: str) -> None:
    found = understood(text)

    assert found is not None
    words, taken = found
    assert words == "item edit"
    assert taken.positional == ("WEB-12",)
    assert taken.named == {"due": "+9d"}
    assert taken.flags == {"why": "vendor is late"}


@pytest.mark.parametrize(
    "text",
    [
        "item WEB-12.",
        "Item WEB-12, please",
        "ITEM WEB-12 thanks!",
        "please item WEB-12",
        "item WEB-12?",
        "`item WEB-12`",
        "item `WEB-12`",
        "/item WEB-12",
        "/handshake item WEB-12",
        "@Handshake item WEB-12",
        "Handshake: item WEB-12",
        "handshake item WEB-12",
        "@here item WEB-12",
        "ｉｔｅｍ ＷＥＢ－１２",
        "item\u3000WEB\u201112",
        "item\u00a0WEB–12",
        "\u200eitem \u2068WEB-12\u2069\u200b",
        "it\u200cem WEB-12\u2060",
        "item https://acme.atlassian.net/browse/WEB-12",
        "item https://acme.example/browse/WEB-12?focusedId=1#c.",
        "item https://linear.app/acme/issue/WEB-12/cookie-banner-2",
        "item WEB-12\n\nSent from my iPhone",
        "item “WEB-12”.",
    ],
)
def test_what_clients_and_habits_add_to_a_command_does_not_matter(text: str) -> None:
    assert understood(text) == ("item", grammar.Arguments("item", ("WEB-12",), raw=understood(text)[1].raw))  # type: ignore[index]


def test_a_question_mark_after_a_command_that_changes_something_is_a_question() -> None:
    assert understood("kudos?") is None
    assert suggest_command("kudos?", COMMANDS) is not None


@pytest.mark.parametrize("text", ["report quarter", "publsh", "aprove R43", "revret R3", "publish?", "me forgt"])
def test_a_command_that_deletes_or_publishes_is_never_suggested(text: str) -> None:
    assert suggest_command(text, COMMANDS) is None


def test_every_command_that_deletes_or_publishes_is_kept_out_of_suggestions() -> None:
    """A new command of that kind has to say so too."""
    final = re.compile(
        r"\b(publish|approve|reject|revert|discard|undo|cancel|forget|merge|end|unlink|drop|post|stop|off)\b"
    )

    assert [command.words for command in COMMANDS if command.writes and final.search(command.words) and not command.never_suggested] == [
        "tours approve", "post retry",
    ]  # fmt: skip


def test_sentences_keep_their_stops_and_courtesies() -> None:
    for text in ('publish "Vendor is late."', "kudos @bo for saying please.", "answer Q17 On Monday, thanks."):
        assert understood(text)[1].raw == text.partition(" ")[2]  # type: ignore[index]


def test_a_list_of_people_goes_on_to_the_next_option() -> None:
    """Quotes are not needed around several people, and a quarter or a key does not belong to them."""
    for text in (
        "dinner plan --host Ana Marsh Q1 --must @a, @b --cap 24",
        'dinner plan Q1 must="@a, @b" host=Ana Marsh',
    ):
        taken = understood(text)[1]  # type: ignore[index]

        given = {**taken.named, **taken.flags}
        assert taken.positional == ("Q1",)
        assert (given["host"], given["must"]) == ("Ana Marsh", "@a, @b")


def test_a_link_to_an_item_is_its_key_in_a_question_too() -> None:
    assert clean("when is https://acme.atlassian.net/browse/WEB-1 due?") == "when is WEB-1 due?"
    assert clean("(see https://github.com/acme/web/issues/12)") == "(see https://github.com/acme/web/issues/12)"
    assert clean("@here what is blocked") == "what is blocked"


def test_the_longest_command_wins() -> None:
    assert understood("item edit WEB-1 due=+1d") is not None
    assert [understood(text)[0] for text in ("item WEB-1", "draft show", "draft", "me link")] == [  # type: ignore[index]
        "item", "draft show", "draft", "me link",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["roadmap --colour red", "changes R1..R2 --now", "item edit WEB-1 due=+1d --why"])
def test_a_flag_that_is_not_known_or_lacks_its_value_is_named(text: str) -> None:
    with pytest.raises(UsageError, match="--"):
        understood(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("itme edit WEB-12", "item edit"),
        ("folow WEB-12", "follow"),
        ("subscibe roadmap", "subscribe"),
    ],
)
def test_a_near_miss_of_something_that_changes_is_recognised(text: str, meant: str) -> None:
    near = suggest_command(normalise(text), COMMANDS)

    assert near is not None
    assert near.words == meant


@pytest.mark.parametrize(
    "text",
    [
        "what's blocked for Spring Launch",
        "approved items for Spring Launch please",
        "who published the last revision",
        "x=1",
    ],
)
def test_a_question_is_no_near_miss(text: str) -> None:
    assert find_command(normalise(text), COMMANDS) is None
    assert suggest_command(normalise(text), COMMANDS) is None


@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    said = normalise(text)
    suggest_command(said, COMMANDS)
    for command in COMMANDS:
        with suppress(UsageError):
            parse_arguments(command, said)
