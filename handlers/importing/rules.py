"""What kind of file it is, and whose rows may stand in it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from handlers.rows import Parsed, RowError
from storage.values import Directory, Item


def kind_of(columns: Iterable[str]) -> str:
    """Which of the four files has these columns; "" when it is none of them."""
    names = {column.strip().casefold() for column in columns}
    if "side" in names:
        return "teams"
    if "email" in names:
        return "people"
    if {"key", "title"} <= names:
        return "roadmap"
    return "campaigns" if {"key", "name"} <= names else ""


def only_of_team(parsed: Parsed[Item], team: str, names: Directory) -> Parsed[Item]:
    """The same rows, where each one of another team is an error: contributors import rows of their own team."""
    mine = [(number, item) for number, item in zip(parsed.numbers, parsed.rows, strict=True) if item.team == team]
    kept = {number for number, _ in mine}
    own = names.team[team].name if team in names.team else "no team"
    errors = [
        RowError(number, "team", item.team, f"you can import rows of your own team ({own})", team or "ask an admin")
        for number, item in zip(parsed.numbers, parsed.rows, strict=True)
        if number not in kept
    ]
    return replace(
        parsed,
        rows=tuple(item for _, item in mine),
        numbers=tuple(number for number, _ in mine),
        errors=tuple(sorted((*parsed.errors, *errors), key=lambda error: error.row)),
    )
