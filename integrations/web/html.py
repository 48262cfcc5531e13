"""Builds HTML from parts; every text and attribute is escaped. Pure."""

from __future__ import annotations

import html

from integrations.plain.text import clean


def escape(text: str) -> str:
    """Escape user text for an element or an attribute."""
    return html.escape(clean(text), quote=True)


def tag(name: str, content: str, /, **attributes: str | bool | None) -> str:
    """An element with *content*, which must be HTML."""
    return f"<{name}{_attributes(attributes)}>{content}</{name}>"


def void_tag(name: str, /, **attributes: str | bool | None) -> str:
    """A void element, without content or end tag."""
    return f"<{name}{_attributes(attributes)}>"


def _attributes(attributes: dict[str, str | bool | None]) -> str:
    """`class_` and `data_action` become `class` and `data-action`; False and None are left out."""
    html_attributes = ""
    for keyword, value in attributes.items():
        name = keyword.rstrip("_").replace("_", "-")
        if isinstance(value, str):
            html_attributes += f' {name}="{escape(value)}"'
        elif value:
            html_attributes += f" {name}"
    return html_attributes
