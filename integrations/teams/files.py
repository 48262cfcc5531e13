"""Files dropped into the chat with us.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4
"""

from __future__ import annotations

import asyncio

import httpx

from integrations.ports.cards import Card, text
from integrations.ports.inbound import Attachment
from integrations.teams.config import TeamsConfig
from integrations.teams.heard import DroppedFile

MAX_FILE = 5_000_000  # bytes: a roadmap of 20,000 rows
FETCH_TIMEOUT_S = 8.0


class TeamsFileError(Exception):
    """The file cannot be had. `card` says why to whoever dropped it."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(why)
        self.card = Card("That file did not arrive", (text(f"{name or 'The file'} {why} Nothing was changed."),))


class TeamsFiles:
    """Fetches them. Their address opens them by itself, so no token of ours goes there."""

    def __init__(self, config: TeamsConfig, http: httpx.AsyncClient) -> None:
        self._config = config
        self._http = http

    async def fetch(self, dropped: DroppedFile) -> Attachment:
        """The file with its content. Raises NoFile."""
        if not self._config.is_file_host(dropped.url):
            raise TeamsFileError(dropped.name, "lies somewhere I do not fetch files from.")
        try:
            async with asyncio.timeout(FETCH_TIMEOUT_S):
                content = await self._content(dropped)
        except (httpx.HTTPError, TimeoutError):
            raise TeamsFileError(dropped.name, "could not be fetched from Teams. Drop it here once more.") from None
        return Attachment(dropped.name or "file.csv", content)

    async def _content(self, dropped: DroppedFile) -> bytes:
        content = bytearray()
        # A redirect would lead away from the host that was looked at.
        async with self._http.stream("GET", dropped.url, follow_redirects=False) as answer:
            if answer.status_code != 200:
                raise TeamsFileError(dropped.name, "could not be fetched from Teams. Drop it here once more.")
            async for chunk in answer.aiter_bytes():
                content += chunk
                if len(content) > MAX_FILE:
                    raise TeamsFileError(
                        dropped.name, "is larger than 5 MB. In a terminal: handshake import roadmap FILE"
                    )
        return bytes(content)
