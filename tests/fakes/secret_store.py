"""A vendor's notebook in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping


class MemorySecretStore:
    """A Notebook of the ports that forgets everything at the end of the test."""

    def __init__(self) -> None:
        self.pages: dict[str, dict[str, str]] = defaultdict(dict)

    async def save(self, kind: str, key: str, text: str) -> None:
        self.pages[kind][key] = text

    async def find(self, kind: str, key: str) -> str | None:
        return self.pages[kind].get(key)

    async def delete(self, kind: str, key: str) -> None:
        self.pages[kind].pop(key, None)

    async def all_of(self, kind: str) -> Mapping[str, str]:
        return dict(self.pages[kind])
