"""From `field=value` words to an edit. Pure: the same checks as for a row of an imported file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from handlers.errors import BadInput
from handlers.shared.rules.dates import parse_day
from handlers.shared.rules.names import NoSuchName
from handlers.shared.rules.people_lists import find_one_person
from handlers.shared.rules.phrases import join_names
from handlers.shared.rules.rows import cells
from handlers.shared.rules.rows.company import parse_campaigns
from handlers.shared.rules.rows.items import parse_items
from handlers.shared.rules.rows.parsed import InvalidCell, Parsed, RowError
from storage.values.company import Campaign, Directory
from storage.values.roadmap import Item, as_text, field_values, item_from_values

# What people type -> the column of the file, whose checks then apply.
ITEM_COLUMNS = {
    "title": "title", "team": "team", "campaigns": "campaigns", "campaign": "campaigns", "status": "status",
    "start": "start", "due": "due", "owner": "owner_email", "owner_email": "owner_email", "summary": "summary",
    "url": "url", "kind": "kind", "visible_to": "visible_to", "tags": "tags",
}  # fmt: skip
CAMPAIGN_COLUMNS = {
    "owner": "owner_email", "owner_email": "owner_email", "it_partner": "it_partner_email",
    "it_partner_email": "it_partner_email", "start": "start", "end": "end", "status": "status",
}  # fmt: skip
_DAYS = frozenset({"due", "start", "end"})
_PEOPLE = frozenset({"owner_email", "it_partner_email"})
_FIELD = {"owner_email": "owner", "it_partner_email": "it_partner"}


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Sheet:
    columns: tuple[str, ...]
    rows: tuple[_Row, ...]


def _one_row(cells: Mapping[str, str]) -> _Sheet:
    return _Sheet(tuple(cells), (_Row(1, cells),))


def columns_of(typed: Mapping[str, str], words: Mapping[str, str]) -> dict[str, str]:
    """Arguments with column names as keys. Raises BadInput, which lists the valid ones."""
    unknown = [word for word in typed if word not in words]
    if unknown:
        quoted = join_names([f"“{word}”" for word in unknown])
        raise BadInput(f"{quoted} cannot be set. What can: {', '.join(words)}.")
    if not typed:
        raise BadInput(f"Say what should change, as field=value. Fields: {', '.join(words)}.")
    return {words[word]: value for word, value in typed.items()}


def parse_item_edit(item: Item, typed: Mapping[str, str], names: Directory, today: date) -> dict[str, str]:
    """The fields of *item* that *typed* changes, as text. Raises BadInput for values that an import would refuse."""
    values = _cells_of(typed, ITEM_COLUMNS, names, today, {"due": item.due, "start": item.start})
    required = {"key": item.key, "title": item.title, "team": item.team, "status": str(item.status)}
    parsed = parse_items(_one_row({**required, **values}), names)
    return _fields_of(parsed, values)


def parse_key(typed: str) -> str:
    """The key that *typed* is. Raises BadInput."""
    try:
        return cells.key(typed)
    except InvalidCell as invalid:
        [problem] = invalid.problems
        raise BadInput(f"“{typed}” cannot be a key: {problem.reason}. Try: {problem.fix}.") from None


def item_with(item: Item, fields: Mapping[str, str]) -> Item:
    """*item* with *fields* (from `item_edit`) applied."""
    return item_from_values(fields.get("key", item.key), {**field_values(item), **fields}, item.finished_on)


def parse_new_item(key: str, typed: Mapping[str, str], names: Directory, today: date, team: str) -> Item:
    """The item that *typed* describes, of *team* unless it names another. Raises BadInput."""
    values = _cells_of(typed, ITEM_COLUMNS, names, today, {})
    if "title" not in values:
        raise BadInput("A new item needs a title.", f'item add {key} title="What it is"')
    parsed = parse_items(_one_row({"key": key, "team": team, "status": "planned", **values}), names)
    _fields_of(parsed, values)
    return parsed.rows[0]


def parse_campaign_edit(campaign: Campaign, typed: Mapping[str, str], names: Directory, today: date) -> dict[str, str]:
    """The fields of *campaign* that *typed* changes, as text. Raises BadInput."""
    values = _cells_of(typed, CAMPAIGN_COLUMNS, names, today, {"start": campaign.start, "end": campaign.end})
    required = {"key": campaign.key, "name": campaign.name}
    dates = {"start": as_text(campaign.start), "end": as_text(campaign.end)}  # each may conflict with the other
    parsed = parse_campaigns(_one_row({**required, **dates, **values}), names)
    return _fields_of(parsed, values)


def campaign_with(campaign: Campaign, fields: Mapping[str, str]) -> Campaign:
    """*campaign* with *fields* (from `campaign_edit`) applied."""
    state = field_values(campaign) | dict(fields)
    start, end = (date.fromisoformat(state[name]) if state[name] else None for name in ("start", "end"))
    return replace(
        campaign, owner=state["owner"], it_partner=state["it_partner"], start=start, end=end, status=state["status"]
    )


def _cells_of(
    typed: Mapping[str, str], words: Mapping[str, str], names: Directory, today: date, bases: Mapping[str, date | None]
) -> dict[str, str]:
    values, problems = columns_of(typed, words), []
    for column, value in values.items():
        try:
            if column in _DAYS and value:
                values[column] = parse_day(value, today=today, base=bases.get(column)).isoformat()
            if column in _PEOPLE:
                values[column] = _email(value, names)
        except BadInput as problem:
            problems.append(problem)
    if problems:  # all of them at once
        try_words = [words for problem in problems for words in problem.try_words]
        raise BadInput(" ".join(problem.text for problem in problems), *try_words)
    return values


def _email(typed: str, names: Directory) -> str:
    """The e-mail of the person called exactly *typed*; else *typed*, which the row check refuses. Raises BadInput."""
    if not typed:
        return ""
    try:
        return find_one_person(names, [typed]).email
    except NoSuchName as unknown:
        if len(unknown.candidates) > 1:
            raise BadInput(unknown.text) from None
        return typed


def _fields_of(parsed: Parsed[Item] | Parsed[Campaign], values: Mapping[str, str]) -> dict[str, str]:
    if parsed.errors:
        raise BadInput(" ".join(_sentence(error) for error in parsed.errors))
    state = field_values(parsed.rows[0])
    return {_FIELD.get(column, column): state[_FIELD.get(column, column)] for column in values}


def _sentence(error: RowError) -> str:
    fix = f" Try: {error.fix}." if error.fix else ""
    return f"{error.column}: {error.reason.rstrip('.')}.{fix}"
