"""Files in personal chats: fetching what people drop, and offering files that a person accepts or declines.

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

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

MAX_FILE = 5_000_000  # bytes: a roadmap of 20,000 rows
MAX_FILES = 3  # of one message
FETCH_TIMEOUT_S = 8.0


class TeamsFileError(Exception):
    """The file cannot be fetched. `card` tells the person why."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(why)
        self.card = Card("That file did not arrive", (text(f"{name or 'The file'} {why} Nothing was changed."),))


class TeamsFiles:
    """Fetches dropped files. Their URLs are pre-authorized, so our token is not sent."""

    def __init__(self, config: TeamsConfig, http: httpx.AsyncClient) -> None:
        self._config = config
        self._http = http

    async def fetch(self, dropped: DroppedFile) -> Attachment:
        """The file with its content. Raises TeamsFileError."""
        if not self._config.is_file_host(dropped.url):
            raise TeamsFileError(dropped.name, "lies somewhere I do not fetch files from.")
        try:
            async with asyncio.timeout(FETCH_TIMEOUT_S):
                content = await self._content(dropped)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError):
            raise TeamsFileError(dropped.name, "could not be fetched from Teams. Drop it here once more.") from None
        return Attachment(dropped.name or "file.csv", content)

    async def _content(self, dropped: DroppedFile) -> bytes:
        content = bytearray()
        # A redirect would lead to a host that was not checked.
        headers = {"accept-encoding": "identity"}  # a compressed file could unpack to any size
        async with self._http.stream("GET", dropped.url, headers=headers, follow_redirects=False) as answer:
            if answer.status_code != 200:
                raise TeamsFileError(dropped.name, "could not be fetched from Teams. Drop it here once more.")
            async for chunk in answer.aiter_bytes():
                content += chunk
                if len(content) > MAX_FILE:
                    raise TeamsFileError(
                        dropped.name, "is larger than 5 MB. In a terminal: handshake import roadmap FILE"
                    )
        return bytes(content)


FILE_CONSENT_TYPE = "application/vnd.microsoft.teams.card.file.consent"
FILE_INFO_TYPE = "application/vnd.microsoft.teams.card.file.info"
UPLOAD_TIMEOUT_S = 30.0
OFFER_LIFETIME = timedelta(days=1)
_FILE = "file"


class FileUploadFailed(Exception):
    """The offered file was not uploaded. The text is shown to the person."""


class FileConsent:
    """Offers files and uploads them on consent. Offered files are stored encrypted until answered."""

    def __init__(self, config: TeamsConfig, http: httpx.AsyncClient, secret_store: SecretStore, clock: Clock) -> None:
        self._config = config
        self._http = http
        self._secret_store = secret_store
        self._clock = clock

    async def offer(self, key: str, file: Attachment) -> Json:
        """The attachment that asks to save *file* to the person's OneDrive. The same *key* replaces the offer."""
        kept = {
            "name": file.name,
            "at": self._clock.now().isoformat(),
            "content": base64.b64encode(file.content).decode(),
        }
        await self._secret_store.save(_FILE, key, json.dumps(kept))
        offer = {"offer": key}
        content = {
            "description": f"{file.alt} Put into your OneDrive, so that you can open it.".strip(),
            "sizeInBytes": len(file.content),
            "acceptContext": offer,
            "declineContext": offer,
        }
        return {"contentType": FILE_CONSENT_TYPE, "name": file.name, "content": content}

    async def accepted(self, activity: TeamsActivity) -> Json:
        """Upload the offered file and return the attachment that opens it. Raises FileUploadFailed."""
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
        """Delete offers that nobody answered within `OFFER_LIFETIME`."""
        for key, stored in (await self._secret_store.all_of(_FILE)).items():
            if self._clock.now() - datetime.fromisoformat(json.loads(stored)["at"]) > OFFER_LIFETIME:
                await self._secret_store.delete(_FILE, key)

    async def _upload(self, url: str, content: bytes) -> None:
        if not self._config.is_file_host(url):
            raise FileUploadFailed("Teams named a place for it that I do not put files into.")
        last = max(0, len(content) - 1)
        headers = {"Content-Type": "application/octet-stream", "Content-Range": f"bytes 0-{last}/{len(content)}"}
        try:
            # The URL is pre-authorized, so our token is not sent.
            answer = await self._http.put(
                url, content=content, headers=headers, timeout=UPLOAD_TIMEOUT_S, follow_redirects=False
            )
            answer.raise_for_status()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            log.warning("file not uploaded", action="teams.not_uploaded", reason=type(error).__name__)
            raise FileUploadFailed("Your drive did not take it. Press Accept once more, or ask me again.") from None


def _offer_key(activity: TeamsActivity) -> str:
    context: Any = activity.value.get("context")
    return str(context.get("offer") or "") if isinstance(context, dict) else ""
