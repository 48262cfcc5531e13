"""A `response_url` lets whoever holds it speak for half an hour: it is sealed before it is written down anywhere."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from integrations.ports.clock import Clock
from integrations.ports.keeping import Cipher

# Five uses within 30 minutes; one minute is ours. https://docs.slack.dev/interactivity/handling-user-interaction
RESPONSE_URL_LIFETIME = timedelta(minutes=29)


class ResponseUrls:
    """Seals ways back to whoever asked, and opens them while they are good."""

    def __init__(self, cipher: Cipher, clock: Clock) -> None:
        self._cipher = cipher
        self._clock = clock

    def encrypt(self, url: str) -> str:
        """The `via` of an event that came with that response_url; "" without one."""
        if not url:
            return ""
        until = (self._clock.now() + RESPONSE_URL_LIFETIME).isoformat()
        return self._cipher.encrypt(json.dumps({"url": url, "until": until}))

    def decrypt(self, via: str) -> str:
        """The response_url in *via*, "" once it is too old."""
        if not via:
            return ""
        try:
            kept = json.loads(self._cipher.decrypt(via))
        except Exception:  # noqa: BLE001  (its key was taken out meanwhile; there are other ways to answer)
            return ""
        return str(kept["url"]) if self._clock.now() < datetime.fromisoformat(kept["until"]) else ""
