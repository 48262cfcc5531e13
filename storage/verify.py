"""Check that the history was not altered: recompute the hash chain, replay it, and compare the result with the items.

The first row that does not match is named. Later rows are not checked, because they depend on it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from storage import hash_chain
from storage.hash_chain import change_from
from storage.revisions import CHANGE, REVISION, finishing_day, revision_from
from storage.roadmap import (
    ITEM,
    ITEM_CAMPAIGN,
    CampaignRow,
    CampaignVersionRow,
    campaign_from,
    item_from_row,
    split_list,
)
from storage.store import Session, streamed, table_of
from storage.values.roadmap import CAMPAIGN_FIELDS, Change, ChangeKind, as_text, field_values


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of `verify`. `problem` is "" when everything matches; otherwise it names the first row that does not."""

    revisions: int
    changes: int
    head: str
    head_name: str
    problem: str = ""


class Altered(Exception):
    """The text names the row, and what is wrong with it."""


@dataclass(slots=True)
class _Version:
    """One version of an item or campaign, as it must be stored according to the replay."""

    first: int
    state: dict[str, str]
    finished: date | None = None
    last: int | None = None


@dataclass(slots=True)
class _Replay:
    versions: dict[tuple[str, str], list[_Version]] = field(default_factory=dict)
    changes: int = 0

    def apply(self, number: int, day: date, change: Change) -> None:
        versions = self.versions.setdefault((change.entity_type, change.key), [])
        now = versions[-1] if versions and versions[-1].last is None else None
        starts = {} if now is None else now.state
        if (now is None) != (change.kind is ChangeKind.ADDED):
            raise Altered(
                f"R{number} says {change.entity_type} {change.key} was {change.kind}, which does not follow from R1 on"
            )
        if change.kind is not ChangeKind.ADDED and any(starts.get(f) != old for f, old in change.old().items()):
            raise Altered(f"R{number} changes {change.entity_type} {change.key} from a state it was not in")
        if now is not None:
            now.last = number
        if change.kind is not ChangeKind.REMOVED:
            earlier = now or self._version_before_rename(number, change)
            finished = (
                finishing_day(change, earlier.finished if earlier else None, day)
                if change.entity_type == "item"
                else None
            )
            versions.append(_Version(number, {**starts, **change.new()}, finished))
        self.changes += 1

    def _version_before_rename(self, number: int, change: Change) -> _Version | None:
        """The version that the revision ended under the old key. Raises Altered if it ended none."""
        if not change.formerly:
            return None
        versions = self.versions.get((change.entity_type, change.formerly), [])
        if not versions or versions[-1].last != number:
            raise Altered(f"R{number} says item {change.key} was {change.formerly}, which it did not rename")
        return versions[-1]


async def verify(session: Session, head: str = "") -> Verdict:
    """Check the whole store. *head* is the beginning of a hash that an operator kept: it must be in the chain."""
    replay = _Replay()
    hashes: dict[int, str] = {}
    try:
        await _check_chain(session, replay, hashes)
        await _check_items(session, replay)
        await _check_campaigns(session, replay)
        _check_head(head, hashes)
        problem = ""
    except Altered as altered:
        problem = str(altered)
    newest = max(hashes, default=0)
    return Verdict(len(hashes), replay.changes, hashes.get(newest, ""), f"R{newest}" if newest else "", problem)


async def _check_chain(session: Session, replay: _Replay, hashes: dict[int, str]) -> None:
    previous = hash_chain.NO_HASH
    for row in (await session.execute(select(REVISION).order_by(REVISION.c.number))).all():
        rows = (
            await session.execute(select(CHANGE).where(CHANGE.c.revision == row.number).order_by(CHANGE.c.seq))
        ).all()
        if row.state != "published":
            if rows or row.hash:
                raise Altered(f"R{row.number} is marked {row.state}, but it was published")
            continue
        _check_revision(row, rows, previous)
        for change in rows:
            replay.apply(
                row.number,
                row.published_at.date(),
                change_from(change.entity_type, change.key, change.kind, change.body),
            )
        previous = hashes[row.number] = row.hash
    stray = (await session.execute(select(CHANGE.c.revision).where(CHANGE.c.revision.not_in(hashes or [0])))).first()
    if stray:
        raise Altered(f"R{stray.revision} has changes, but the revision itself is gone")


def _check_revision(row: Any, rows: Sequence[Any], previous: str) -> None:
    for place, change in enumerate(rows, start=1):
        where = f"R{row.number}, change {change.seq} ({change.entity_type} {change.key})"
        if change.seq != place:
            raise Altered(f"R{row.number}, change {place} is missing")
        if hash_chain.change_digest(change.entity_type, change.key, change.kind, change.body) != change.digest:
            raise Altered(f"{where} was altered")
        _check_readable(change, where)
    blanked = not row.reason_salt and not row.reason  # the reason was removed on request; its hash stays
    if not blanked and hash_chain.reason_digest(row.reason_salt, row.reason) != row.reason_hash:
        raise Altered(f"R{row.number}: its reason was altered")
    if row.previous_hash != previous:
        raise Altered(f"R{row.number} does not follow the revision before it: one is missing or was altered")
    if hash_chain.revision_hash(revision_from(row), row.reason_hash, [change.digest for change in rows]) != row.hash:
        raise Altered(f"R{row.number} itself was altered: its author, time, reason or the list of its changes")


def _check_readable(row: Any, where: str) -> None:
    try:
        change_from(row.entity_type, row.key, row.kind, row.body)
    except (ValueError, json.JSONDecodeError, LookupError):
        raise Altered(f"{where} cannot be read") from None


async def _check_items(session: Session, replay: _Replay) -> None:
    expected = {key: versions for (entity_type, key), versions in replay.versions.items() if entity_type == "item"}
    serving = await _serving(session)
    seen: dict[str, int] = {}
    async with aclosing(streamed(session, select(ITEM).order_by(ITEM.c.key, ITEM.c.from_revision))) as rows:
        async for row in rows:
            place = seen[row.key] = seen.get(row.key, 0) + 1
            versions = expected.get(row.key, [])
            if place > len(versions):
                raise Altered(f"item {row.key} has a version from R{row.from_revision} that no revision made")
            _check_item(row, versions[place - 1], serving)
    for key, versions in expected.items():
        if seen.get(key, 0) != len(versions):
            raise Altered(f"item {key}: a version is missing, there should be {len(versions)}")


async def _serving(session: Session) -> dict[int, frozenset[str]]:
    campaigns: dict[int, set[str]] = {}
    for row in await session.execute(select(ITEM_CAMPAIGN)):
        campaigns.setdefault(row.version_id, set()).add(row.campaign)
    return {version: frozenset(keys) for version, keys in campaigns.items()}


def _check_item(row: Any, version: _Version, serving: Mapping[int, frozenset[str]]) -> None:
    where = f"item {row.key} as of R{version.first}"
    if (row.from_revision, row.to_revision) != (version.first, version.last):
        raise Altered(f"{where}: it is stored as valid in other revisions than it was")
    try:
        stored = field_values(item_from_row(row))
    except ValueError as error:
        raise Altered(f"{where}: {error}") from None
    for name, value in version.state.items():
        if stored[name] != value:
            raise Altered(f"{where}: {name} is “{stored[name]}”, but the revisions say “{value}”")
    if row.finished_on != version.finished:
        raise Altered(f"{where}: its finishing day is “{as_text(row.finished_on)}”, not “{as_text(version.finished)}”")
    if row.folded != row.key.casefold() or serving.get(row.id, frozenset()) != frozenset(split_list(row.campaigns)):
        raise Altered(f"{where}: what it is found by does not fit it")


async def _check_campaigns(session: Session, replay: _Replay) -> None:
    expected = {key: versions for (entity_type, key), versions in replay.versions.items() if entity_type == "campaign"}
    then, now = table_of(CampaignVersionRow), table_of(CampaignRow)
    stored: dict[str, list[Any]] = {}
    for row in await session.execute(select(then).order_by(then.c.key, then.c.from_revision)):
        stored.setdefault(row.key, []).append(row)
    if stored.keys() != expected.keys():
        raise Altered(f"campaign {min(stored.keys() ^ expected.keys())}: its history does not fit the revisions")
    for key, versions in expected.items():
        stored_versions = [
            (r.from_revision, r.to_revision, [as_text(getattr(r, f)) for f in CAMPAIGN_FIELDS]) for r in stored[key]
        ]
        expected_versions = [(v.first, v.last, [v.state[f] for f in CAMPAIGN_FIELDS]) for v in versions]
        if stored_versions != expected_versions:
            raise Altered(f"campaign {key}: its history does not fit the revisions")
    for row in await session.execute(select(now).where(now.c.recorded.is_(True)).order_by(now.c.key)):
        if row.key not in expected or field_values(campaign_from(row)) != expected[row.key][-1].state:
            raise Altered(f"campaign {row.key}: its dates, owner or status are not what the revisions say")


def _check_head(head: str, hashes: Mapping[int, str]) -> None:
    prefix = head.strip().lower()
    if prefix and not any(digest.startswith(prefix) for digest in hashes.values()):
        raise Altered(f"no revision has a hash that begins with {prefix}: the history was rewritten or cut")
