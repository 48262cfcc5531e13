"""The private replies and the last action of each person since the start of the page.

Kept in memory and bounded; messages in rooms are in the store. A restart and `me forget` clear it.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from integrations.ports.cards import Card
from integrations.ports.inbound import Attachment
from integrations.web.read_model import Checkpoint

MAX_CONVERSATIONS = 500
MAX_EXCHANGES = 30
MAX_FILES = 30
MAX_FILE = 5_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Exchange:
    """An action and its private reply. `only_you` marks it in a room with other people."""

    typed: str
    card: Card
    at: datetime
    only_you: bool = False
    file: str = ""
    file_name: str = ""


@dataclass(frozen=True, slots=True)
class LastAction:
    """A person's last action, and the state before it."""

    typed: str
    mark: Checkpoint
    facts: Mapping[str, Any] = field(default_factory=dict)
    exit: int = 0


class SessionHistory:
    """Bounded: the least recently used conversation is dropped first."""

    def __init__(self) -> None:
        self._exchanges: OrderedDict[tuple[str, str], deque[Exchange]] = OrderedDict()
        self._last_actions: OrderedDict[str, LastAction] = OrderedDict()
        self._files: OrderedDict[str, Attachment] = OrderedDict()

    def add(self, email: str, conversation: str, exchange: Exchange) -> None:
        self._exchanges.setdefault((email, conversation), deque(maxlen=MAX_EXCHANGES)).append(exchange)
        self._exchanges.move_to_end((email, conversation))
        while len(self._exchanges) > MAX_CONVERSATIONS:
            self._exchanges.popitem(last=False)

    def exchanges(self, email: str, conversation: str) -> Sequence[Exchange]:
        return tuple(self._exchanges.get((email, conversation), ()))

    def record_action(self, email: str, act: LastAction) -> None:
        self._last_actions[email] = act
        self._last_actions.move_to_end(email)
        while len(self._last_actions) > MAX_CONVERSATIONS:
            self._last_actions.popitem(last=False)

    def last_action(self, email: str) -> LastAction | None:
        return self._last_actions.get(email)

    def keep_file(self, token: str, file: Attachment) -> bool:
        """Keep *file* for download under *token*; False if it is too large."""
        if len(file.content) > MAX_FILE:
            return False
        self._files[token] = file
        while len(self._files) > MAX_FILES:
            self._files.popitem(last=False)
        return True

    def file(self, token: str) -> Attachment | None:
        return self._files.get(token)

    def forget(self, email: str) -> None:
        """Delete everything of that person."""
        self._last_actions.pop(email, None)
        for key in [key for key in self._exchanges if key[0] == email]:
            del self._exchanges[key]
