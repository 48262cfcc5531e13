"""HTML put together from parts: every text and attribute goes through `escape`. Pure."""

from __future__ import annotations

import html

from integrations.plain.text import clean


def escape(text: str) -> str:
    """User text as a browser shows it literally, in an element as well as in an attribute."""
    return html.escape(clean(text), quote=True)


def tag(name: str, content: str, /, **attributes: str | bool | None) -> str:
    """An element around *content*, which is HTML already."""
    return f"<{name}{_attributes(attributes)}>{content}</{name}>"


def void_tag(name: str, /, **attributes: str | bool | None) -> str:
    """An element that holds nothing and needs no end."""
    return f"<{name}{_attributes(attributes)}>"


def _attributes(attributes: dict[str, str | bool | None]) -> str:
    """`class_` and `data_action` become `class` and `data-action`; False and None are left out."""
    found = ""
    for name, value in attributes.items():
        known = name.rstrip("_").replace("_", "-")
        if isinstance(value, str):
            found += f' {known}="{escape(value)}"'
        elif value:
            found += f" {known}"
    return found
