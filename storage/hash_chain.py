"""The hash chain over published revisions. Pure: the same revision gives the same hash on every machine.

change -> canonical JSON -> digest                      one per changed item or campaign
revision = header + all digests + previous hash -> hash
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime

from storage.values.roadmap import (
    CAMPAIGN_FIELDS,
    ITEM_FIELDS,
    Change,
    ChangeKind,
    EntityType,
    Revision,
)

NO_HASH = ""

# Created once: `json.dumps` with options creates an encoder for each call, and a large import has many changes.
_as_json = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


def canonical_json(change: Change) -> str:
    """One change as the text that is stored and hashed. The empty side of an addition or removal is left out."""
    match change.kind:
        case ChangeKind.ADDED:
            body: dict[str, object] = {name: new for name, (_, new) in change.fields.items() if new}
        case ChangeKind.REMOVED:
            body = {name: old for name, (old, _) in change.fields.items() if old}
        case ChangeKind.CHANGED:
            body = {name: list(pair) for name, pair in change.fields.items()}
    return _as_json(body)


def change_digest(entity_type: str, key: str, kind: str, body: str) -> str:
    """The SHA-256 of one stored change, in hexadecimal."""
    return hashlib.sha256("\n".join((entity_type, key, kind, body)).encode()).hexdigest()


def bodies_and_digests(changes: Iterable[Change]) -> tuple[list[str], list[str]]:
    """The stored body of each change, and its digest."""
    given = tuple(changes)
    bodies = [canonical_json(change) for change in given]
    digests = [
        change_digest(change.entity_type, change.key, change.kind, body)
        for change, body in zip(given, bodies, strict=True)
    ]
    return bodies, digests


def reason_digest(salt: str, reason: str) -> str:
    """The hash of a reason. The chain contains only this, so it stays valid when the text is removed on request."""
    return hashlib.sha256(f"{salt}\n{reason}".encode()).hexdigest()


def _moment(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds") if at else ""


def revision_hash(revision: Revision, reason_hash: str, change_digests: Iterable[str]) -> str:
    """The hash of a published revision: its header, its reason, its changes in order, and the hash before it."""
    header = {
        "number": revision.number,
        "author": revision.author,
        "approver": revision.approver,
        "how": revision.how,
        "created_at": _moment(revision.created_at),
        "published_at": _moment(revision.published_at),
        "reason": reason_hash,
        "previous": revision.previous_hash,
    }
    running = hashlib.sha256(json.dumps(header, sort_keys=True, separators=(",", ":")).encode())
    for digest in change_digests:
        running.update(digest.encode())
    return running.hexdigest()


def change_from(entity_type: EntityType, key: str, kind: str, body: str) -> Change:
    """The change in a stored row; the inverse of `hash_chain.canonical_json`."""
    stored = json.loads(body)
    names = ITEM_FIELDS if entity_type == "item" else CAMPAIGN_FIELDS
    match ChangeKind(kind):
        case ChangeKind.ADDED:
            fields = {name: ("", stored.get(name, "")) for name in names}
        case ChangeKind.REMOVED:
            fields = {name: (stored.get(name, ""), "") for name in names}
        case ChangeKind.CHANGED:
            fields = {name: (pair[0], pair[1]) for name, pair in stored.items()}
    return Change(entity_type, key, ChangeKind(kind), fields)
