"""Renders a Block Kit message as HTML that looks like Slack, from the blocks that would be sent there. Pure.

Block types that our Slack renderer does not produce appear by name, so that nothing is missing unnoticed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import unescape
from typing import Any

from integrations.plain.text import safe_url
from integrations.web.html import escape, tag, void_tag

Json = Mapping[str, Any]

# The mrkdwn that our renderer produces: code, bold, and <target|label> for links, mentions and dates.
_MARKS = re.compile(r"`(?P<code>[^`\n]+)`|\*(?P<bold>[^*\n]+)\*|<(?P<target>[^<>|\s]+[^<>|]*)(?:\|(?P<words>[^<>]*))?>")


def block_kit_html(blocks: Iterable[Json]) -> str:
    """A message of *blocks* as an `article`."""
    return tag("article", "".join(map(_block, blocks)), class_="card as-slack")


def _block(block: Json) -> str:
    match block:
        case {"type": "header", "text": {"text": str(words)}}:
            return tag("h3", escape(words), dir="auto")
        case {"type": "section"}:
            return _section(block)
        case {"type": "divider"}:
            return "<hr>"
        case {"type": "image", "image_url": str(url), "alt_text": str(alt)}:
            return void_tag("img", src=safe_url(url), alt=alt)
        case {"type": "context", "elements": list(elements)}:
            return tag("p", "<br>".join(_text(element) for element in elements), class_="context", dir="auto")
        case {"type": "actions", "elements": list(elements)}:
            return tag("ul", "".join(tag("li", _element(element)) for element in elements), class_="actions")
        case _:
            return tag("p", escape(f"({block.get('type', 'something')})"))


def _section(block: Json) -> str:
    words = tag("p", _text(block["text"]), dir="auto") if "text" in block else ""
    fields: Sequence[Json] = block.get("fields", ())
    pairs = "".join(tag("li", _text(field), dir="auto") for field in fields)
    accessory = block.get("accessory")
    menu = _menu(accessory, words) if accessory else words
    return menu + (tag("ul", pairs, class_="side-by-side") if pairs else "")


def _text(text: Json) -> str:
    words = str(text["text"])
    return _mrkdwn(words) if text.get("type") == "mrkdwn" else _lines(escape(words))


def _mrkdwn(words: str) -> str:
    """mrkdwn as HTML. Text is unescaped only where it is escaped again."""
    html, at = "", 0
    for mark in _MARKS.finditer(words):
        html += _lines(escape(unescape(words[at : mark.start()]))) + _marked(mark)
        at = mark.end()
    return html + _lines(escape(unescape(words[at:])))


def _marked(mark: re.Match[str]) -> str:
    if mark["code"]:
        return tag("code", escape(unescape(mark["code"])))
    if mark["bold"]:
        return tag("strong", escape(unescape(mark["bold"])))
    target, words = unescape(mark["target"]), unescape(mark["words"] or mark["target"])
    address = safe_url(target)
    if address:
        return tag("a", escape(words), href=address, rel="noopener noreferrer")
    if target.startswith("!date^"):
        return tag("time", escape(words))
    return tag("span", escape(words if mark["words"] else target), class_="mention")


def _lines(html: str) -> str:
    return html.replace("\n", "<br>")


def _element(element: Json) -> str:
    label = escape(str(element["text"]["text"]))
    if "url" in element:
        return tag("a", label, href=safe_url(str(element["url"])), rel="noopener noreferrer", class_="button")
    action, value = _action(element), str(element.get("value", ""))
    style = str(element.get("style", "default"))
    return tag("button", label, type="button", data_action=action, data_value=value, class_=style)


def _action(element: Json) -> str:
    """The action without the `#` and number that make Slack's ids unique."""
    return re.sub(r"#\d+$", "", str(element["action_id"]))


def _menu(element: Json, words: str) -> str:
    options = "".join(
        tag("option", escape(str(option["text"]["text"])), value=str(option["value"])) for option in element["options"]
    )
    action = _action(element)
    select = tag("select", options, data_menu=action, aria_label=str(element["placeholder"]["text"]))
    choose = tag("button", "Choose", type="button", data_action=action, data_from="menu")
    return tag("div", words + select + choose, class_="menu")
