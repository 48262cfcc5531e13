"""Every platform shows all the text of a small card."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest

from integrations.plain import render as plain
from integrations.plain.text import one_line
from integrations.ports.cards import Bold, Button, Card, Image, Link, LinkButton, Mention, Menu, Option, When
from integrations.slack import render as slack
from integrations.teams import render as teams
from integrations.web import render as console
from tests.render import platform_checks
from tests.render.gallery import EXAMPLES

_SMALL = (
    "roadmap",
    "answer",
    "everything",
    "title-only",
    "right-to-left",
    "zero-width",
    "control",
    "lone-surrogates",
    "many-fields",
)
small = pytest.mark.parametrize(
    "card",
    [card for name, card in EXAMPLES if name in _SMALL or name.startswith("hostile")],
    ids=[name for name, _ in EXAMPLES if name in _SMALL or name.startswith("hostile")],
)


def said_in(value: object) -> Iterator[str]:
    """Every text that must be shown. Platforms render mentions with an id and dates themselves."""
    match value:
        case str():
            yield value
        case Bold(text) | Link(text):
            yield text
        case Mention(name, account):
            yield from [] if account else [name]
        case When():
            return
        case Image(alt=alt):
            yield alt
        case Button(label=label, words=words):
            yield from (label, words)
        case LinkButton(label=label) | Option(label=label):
            yield label
        case Menu(label=label, options=options, words=words):
            yield label
            yield from (option.label for option in options)
            yield from [words] if options else []
        case tuple():
            for each in value:
                yield from said_in(each)
        case _ if is_dataclass(value):
            for field in fields(value):
                yield from said_in(getattr(value, field.name))


def calm(words: str) -> str:
    """*words* without what renderers may change: white space, vertical bars in links, backticks in commands."""
    return one_line(words).replace("\N{WORD JOINER}", "").replace("¦", "|").replace("`", "'")


def missing(card: Card, shown: str) -> list[str]:
    found = calm(shown)
    return [words for words in said_in(card) if calm(words) not in found]


def slack_shows(value: object) -> Iterator[str]:
    match value:
        case {"type": "mrkdwn", "text": str(text)}:
            yield html.unescape(re.sub(r"<[^<>|]*\|([^<>]*)>", r"\1", text)).replace("*", "")
            yield html.unescape(re.sub(r"<[^<>|]*\|([^<>]*)>", r"\1", text))
        case dict():
            yield from [value["alt_text"]] if "alt_text" in value else []
            yield from [value["text"]] if isinstance(value.get("text"), str) else []
            for each in value.values():
                yield from slack_shows(each)
        case list():
            for each in value:
                yield from slack_shows(each)


def teams_shows(value: object) -> Iterator[str]:
    match value:
        case {"type": "TextBlock", "text": str(text)}:
            yield unmarked(text)
        case {"title": str(title), "value": str(text)}:
            yield from (unmarked(title), title, unmarked(text))
        case dict():
            yield from (each for key, each in value.items() if key in ("text", "title", "label", "altText"))
            for each in value.values():
                yield from teams_shows(each)
        case list():
            for each in value:
                yield from teams_shows(each)


def unmarked(text: str) -> str:
    """The text that Teams shows for its Markdown."""
    return html.unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text))


@small
def test_plain_text_says_everything(card: Card) -> None:
    assert not missing(card, plain.card_text(card))


@small
def test_slack_shows_everything(card: Card) -> None:
    assert not missing(card, " ".join(slack_shows(slack.message(card)["blocks"])))


@small
def test_what_slack_reads_aloud_says_everything(card: Card) -> None:
    assert not missing(card, html.unescape(slack.message(card)["text"]))


@small
def test_teams_shows_everything(card: Card) -> None:
    assert not missing(card, " ".join(teams_shows(teams.card(card)["body"])))


@small
def test_the_web_page_shows_everything(card: Card) -> None:
    page = platform_checks.check_html(console.card_html(card))

    assert not missing(card, "".join(page.words) + " ".join(value for name, value in page.attributes if name == "alt"))
