"""Files dropped into the chat with us.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4
"""

from __future__ import annotations

import asyncio
import base64
import json
from datetime import datetime, timedelta
from typing import Any

import httpx
import structlog

from integrations.ports.cards import Card, text
from integrations.ports.clock import Clock
from integrations.ports.inbound import Attachment
from integrations.ports.state import SecretStore
from integrations.teams.config import TeamsConfig
from integrations.teams.markup import Json
from integrations.teams.parsing import DroppedFile, TeamsActivity

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


log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

FILE_CONSENT_TYPE = "application/vnd.microsoft.teams.card.file.consent"
FILE_INFO_TYPE = "application/vnd.microsoft.teams.card.file.info"
UPLOAD_TIMEOUT_S = 30.0
OFFER_LIFETIME = timedelta(days=1)  # an offer that nobody answers
_FILE = "file"


class FileUploadFailed(Exception):
    """The file did not get there. The text is for whoever waits for it."""


class FileConsent:
    """Offers files and brings them; what is offered is kept sealed until it was answered."""

    def __init__(self, config: TeamsConfig, http: httpx.AsyncClient, secret_store: SecretStore, clock: Clock) -> None:
        self._config = config
        self._http = http
        self._secret_store = secret_store
        self._clock = clock

    async def offer(self, key: str, file: Attachment) -> Json:
        """The attachment that asks whether *file* may be put into the reader's drive. The same *key* is the same offer."""
        kept = {
            "name": file.name,
            "at": self._clock.now().isoformat(),
            "content": base64.b64encode(file.content).decode(),
        }
        await self._secret_store.save(_FILE, key, json.dumps(kept))
        mine = {"offer": key}
        content = {
            "description": f"{file.alt} Put into your OneDrive, so that you can open it.".strip(),
            "sizeInBytes": len(file.content),
            "acceptContext": mine,
            "declineContext": mine,
        }
        return {"contentType": FILE_CONSENT_TYPE, "name": file.name, "content": content}

    async def accepted(self, activity: TeamsActivity) -> Json:
        """Upload what was offered; gives the attachment that opens it. Raises NotHandedOver."""
        key, target = _offer_key(activity), activity.value.get("uploadInfo")
        text = await self._secret_store.find(_FILE, key) if key else None
        if text is None or not isinstance(target, dict):
            raise FileUploadFailed("That offer has expired. Ask me for the file once more.")
        kept = json.loads(text)
        await self._upload(str(target.get("uploadUrl") or ""), base64.b64decode(kept["content"]))
        await self._secret_store.delete(_FILE, key)
        content = {"uniqueId": target.get("uniqueId"), "fileType": target.get("fileType")}
        return {
            "contentType": FILE_INFO_TYPE,
            "contentUrl": target.get("contentUrl"),
            "name": kept["name"],
            "content": content,
        }

    async def declined(self, activity: TeamsActivity) -> None:
        if key := _offer_key(activity):
            await self._secret_store.delete(_FILE, key)

    async def forget_expired(self) -> None:
        """Offers that nobody answered in a day."""
        for key, text in (await self._secret_store.all_of(_FILE)).items():
            if self._clock.now() - datetime.fromisoformat(json.loads(text)["at"]) > OFFER_LIFETIME:
                await self._secret_store.delete(_FILE, key)

    async def _upload(self, url: str, content: bytes) -> None:
        if not self._config.is_file_host(url):
            raise FileUploadFailed("Teams named a place for it that I do not put files into.")
        last = max(0, len(content) - 1)
        headers = {"Content-Type": "application/octet-stream", "Content-Range": f"bytes 0-{last}/{len(content)}"}
        try:
            # The address carries its own permission; our token stays here.
            answer = await self._http.put(url, content=content, headers=headers, timeout=UPLOAD_TIMEOUT_S)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            log.warning("a file was not uploaded", action="teams.not_uploaded", reason=type(error).__name__)
            raise FileUploadFailed("Your drive did not take it. Press Accept once more, or ask me again.") from None


def _offer_key(activity: TeamsActivity) -> str:
    context: Any = activity.value.get("context")
    return str(context.get("offer") or "") if isinstance(context, dict) else ""
