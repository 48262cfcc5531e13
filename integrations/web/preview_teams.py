"""Renders an Adaptive Card as HTML that looks like Teams, from the card that would be sent there. Pure.

Element types that our Teams renderer does not produce appear by name, so that nothing is missing unnoticed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import unescape
from typing import Any

from integrations.plain.text import safe_url
from integrations.web.html import escape, tag, void_tag

Json = Mapping[str, Any]

# The Markdown that our renderer produces: backslash escapes, bold, links, mentions and dates.
_MARKS = re.compile(
    r"\\(?P<literal>[^\w\s])|\*\*(?P<bold>(?:\\.|[^*\\])+)\*\*|\[(?P<words>(?:\\.|[^\]\\])*)\]\((?P<url>[^)\s]*)\)"
    r"|<at>(?P<person>[^<>]*)</at>"
    r"|\{\{DATE\((?P<day>\d{4}-\d\d-\d\d)T[\d:]+Z,SHORT\)\}\}|\{\{TIME\([\d-]{10}T(?P<time>\d\d:\d\d):\d\dZ\)\}\}"
)


def adaptive_card_html(card: Json) -> str:
    """*card* as an `article`."""
    return tag("article", "".join(map(_element, card["body"])), class_="card as-teams")


def _element(element: Json) -> str:
    line = "<hr>" if element.get("separator") else ""
    return line + _content(element)


def _content(element: Json) -> str:
    small = "context" if element.get("isSubtle") else None
    match element:
        case {"type": "TextBlock", "style": "heading", "text": str(words)}:
            return tag("h3", _markdown(words), dir="auto")
        case {"type": "TextBlock", "text": str(words)}:
            return tag("p", _markdown(words), class_=small, dir="auto")
        case {"type": "RichTextBlock", "inlines": list(runs)}:
            subtle = "context" if any(run.get("isSubtle") for run in runs) else None
            return tag("p", "".join(map(_run, runs)), class_=subtle, dir="auto")
        case {"type": "FactSet", "facts": list(facts)}:
            return tag("dl", "".join(map(_fact, facts)))
        case {"type": "Table"}:
            return _table(element)
        case {"type": "Image", "url": str(url), "altText": str(alt)}:
            return void_tag("img", src=safe_url(url), alt=alt)
        case {"type": "Input.ChoiceSet"}:
            return _choice(element)
        case {"type": "ActionSet", "actions": list(actions)}:
            return tag("ul", "".join(tag("li", _action(action)) for action in actions), class_="actions")
        case _:
            return tag("p", escape(f"({element.get('type', 'something')})"))


def _markdown(words: str) -> str:
    """Markdown as HTML. Text is unescaped only where it is escaped again."""
    html, at = "", 0
    for mark in _MARKS.finditer(words):
        html += _plain(words[at : mark.start()]) + _marked(mark)
        at = mark.end()
    return html + _plain(words[at:])


def _marked(mark: re.Match[str]) -> str:
    address = safe_url(unescape(mark["url"] or ""))
    if mark["literal"]:
        return _plain(mark["literal"])
    if mark["bold"]:
        return tag("strong", _plain(_bare(mark["bold"])))
    if address:
        return tag("a", _plain(_bare(mark["words"])), href=address, rel="noopener noreferrer")
    if mark["person"]:
        return tag("span", _plain(f"@{mark['person']}"), class_="mention")
    if mark["day"] or mark["time"]:
        return escape(mark["day"] or f"{mark['time']} UTC")
    return _plain(mark.group())


def _bare(words: str) -> str:
    return re.sub(r"\\([^\w\s])", r"\1", words)


def _plain(words: str) -> str:
    return escape(unescape(words)).replace("\n\n", "<br>").replace("\n", "<br>")


def _run(run: Json) -> str:
    words = escape(str(run["text"])).replace("\n", "<br>")
    address = safe_url(str(run.get("selectAction", {}).get("url", "")))
    if address:
        return tag("a", words, href=address, rel="noopener noreferrer")
    return tag("strong", words) if run.get("weight") == "Bolder" else words


def _fact(fact: Json) -> str:
    return tag("dt", _markdown(str(fact["title"])), dir="auto") + tag("dd", _markdown(str(fact["value"])), dir="auto")


def _table(table: Json) -> str:
    rows = list(table["rows"])
    head = tag("thead", _row(rows.pop(0), "th")) if table.get("firstRowAsHeader") and rows else ""
    return tag("table", head + tag("tbody", "".join(_row(row, "td") for row in rows)))


def _row(row: Json, cell: str) -> str:
    scope = "col" if cell == "th" else None
    return tag("tr", "".join(tag(cell, _items(item["items"]), scope=scope, dir="auto") for item in row["cells"]))


def _items(items: Iterable[Json]) -> str:
    return "<br>".join(
        "".join(map(_run, item["inlines"])) if "inlines" in item else _markdown(str(item.get("text", "")))
        for item in items
    )


def _choice(element: Json) -> str:
    """The choice; its button is in the following ActionSet."""
    options = "".join(
        tag("option", escape(choice["title"]), value=str(choice["value"])) for choice in element["choices"]
    )
    select = tag("select", options, data_pick=str(element["id"]))
    return tag("div", tag("label", escape(str(element["label"])) + " " + select), class_="menu")


def _action(action: Json) -> str:
    label = escape(str(action["title"]))
    if action["type"] == "Action.OpenUrl":
        return tag("a", label, href=safe_url(str(action["url"])), rel="noopener noreferrer", class_="button")
    data: Json = action["data"]
    style = {"positive": "primary", "destructive": "danger"}.get(str(action.get("style")), "default")
    if "pick" in data:
        return tag(
            "button", label, type="button", data_action=str(data["action"]), data_from=str(data["pick"]), class_=style
        )
    attributes = {"data_action": str(data["action"]), "data_value": str(data.get("value", ""))}
    return tag("button", label, type="button", class_=style, **attributes)
