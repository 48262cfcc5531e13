"""Fetches files that people drop into a conversation, with the bot's token."""

from __future__ import annotations

from collections.abc import Sequence

from integrations.ports.errors import Rejected
from integrations.ports.inbound import MAX_FILE_NAME, Attachment
from integrations.slack.client import NOT_IN_SLACK, SlackClient
from integrations.slack.installations import Installation
from integrations.slack.markup import Json

MAX_FILE = 5_000_000  # bytes
MAX_FILES = 3


class SlackFileError(Exception):
    """The file is not accepted. The text is shown to the person: why, and what to do instead."""


class SlackFiles:
    def __init__(self, client: SlackClient) -> None:
        self._client = client

    async def fetch(self, installation: Installation, files: Sequence[Json]) -> tuple[Attachment, ...]:
        """The content of *files*. Raises SlackFileError, and Unavailable when Slack does not deliver them."""
        return tuple([await self._fetch_one(installation, file) for file in files[:MAX_FILES]])

    async def _fetch_one(self, installation: Installation, file: Json) -> Attachment:
        if file.get("file_access") == "check_file_info":  # in a shared channel the event only contains the id
            file = (await self._client.call(installation.token, "files.info", file=file["id"]))["file"]
        name = str(file.get("name") or "file")[:MAX_FILE_NAME]
        if int(file.get("size") or 0) > MAX_FILE:
            raise _too_large(name)
        address = str(file.get("url_private_download") or file.get("url_private") or "")
        try:
            content = await self._client.download(installation.token, address, MAX_FILE)
        except Rejected as refused:
            if refused.reason == NOT_IN_SLACK:
                raise SlackFileError(
                    f"{name} does not lie in Slack. Download it, and drop the file itself here."
                ) from None
            raise SlackFileError(
                f"Slack does not let me read {name}. An admin can grant the scope files:read."
            ) from None
        if content is None:
            raise _too_large(name)
        return Attachment(name, content)


def _too_large(name: str) -> SlackFileError:
    return SlackFileError(f"{name} is larger than 5 MB. Import it in a terminal: handshake import roadmap {name}")
