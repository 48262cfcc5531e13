"""What was said to whom at the page since it started: answers to one person alone, and the act that came last.

Kept in memory and bounded; what stands in rooms is in the store. A restart forgets it, and so does `me forget`.
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
    """What somebody did and the answer that they alone got. `only_you` marks it in a room where others sit."""

    said: str
    card: Card
    at: datetime
    only_you: bool = False
    file: str = ""
    file_name: str = ""


@dataclass(frozen=True, slots=True)
class LastAction:
    """What somebody did last, and how far things were before."""

    said: str
    mark: Checkpoint
    facts: Mapping[str, Any] = field(default_factory=dict)
    exit: int = 0


class SessionHistory:
    """Bounded on every side: the conversation that was quiet longest is forgotten first."""

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
        """Hand *file* over under that token; False when it is too large to be kept."""
        if len(file.content) > MAX_FILE:
            return False
        self._files[token] = file
        while len(self._files) > MAX_FILES:
            self._files.popitem(last=False)
        return True

    def file(self, token: str) -> Attachment | None:
        return self._files.get(token)

    def forget(self, email: str) -> None:
        """Nothing of that person is kept any more."""
        self._last_actions.pop(email, None)
        for key in [each for each in self._exchanges if each[0] == email]:
            del self._exchanges[key]
