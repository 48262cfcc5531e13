"""How many commands a person or a conversation may send in a minute. Counted in memory, before anything is read.

The sender and the conversation each have a bucket of tokens, which is filled up a minute after its first token was
taken. The wait that a refusal names is therefore exact.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from integrations.ports.cards import Card, text
from integrations.ports.inbound import Account, CommandText, InboundEvent, Reply

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

REFILL_S = 60.0
CONVERSATION_FACTOR = 5  # a conversation may send as many commands as five people
MAX_BUCKETS = 10_000  # of senders, and of conversations; and how many accounts are remembered with their person

_Key = tuple[str, ...]


@dataclass(slots=True)
class _Bucket:
    """Tokens taken, and commands refused, since `opened_at`."""

    opened_at: float
    taken: int = 0
    refused: int = 0

    def is_full(self, now: float) -> bool:
        """Whether no token is missing: a minute has passed."""
        return now >= self.opened_at + REFILL_S


class _Buckets(dict[_Key, _Bucket]):
    """Buckets in the order in which they were opened, at most *most* of them."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def at(self, key: _Key, now: float) -> _Bucket:
        bucket = self.get(key)
        if bucket is None or bucket.is_full(now):
            self.pop(key, None)
            self._evict(now)
            bucket = self[key] = _Bucket(now)
        return bucket

    def _evict(self, now: float) -> None:
        """Forget full buckets, and the oldest one if there are still too many."""
        while self:
            oldest = next(iter(self))
            if len(self) < self._most and not self[oldest].is_full(now):
                return
            del self[oldest]


class CommandRateLimiter:
    """Counts commands by person and by conversation. *per_minute* is for one person; 0 turns it off.

    Nothing of a refused command is stored. Handshake's replicas count separately.
    """

    def __init__(
        self, per_minute: int, monotonic: Callable[[], float] = time.monotonic, *, max_buckets: int = MAX_BUCKETS
    ) -> None:
        self._per_minute = per_minute
        self._monotonic = monotonic
        self._max_buckets = max_buckets
        self._senders = _Buckets(max_buckets)
        self._conversations = _Buckets(max_buckets)
        self._persons: dict[_Key, _Key] = {}  # by account

    def refusal(self, event: InboundEvent) -> Reply | None:
        """The refusal of *event* if it is one too many; otherwise count it and return None."""
        if not self._per_minute or event.counted or (isinstance(event, CommandText) and event.operator):
            return None
        now = self._monotonic()
        account, where = _account_key(event.account), event.conversation
        sender = self._senders.at(self._persons.get(account, account), now)
        if sender.taken >= self._per_minute:
            return _refuse(event, sender, sender, now, f"You sent {_commands(self._per_minute)} in a minute.")
        if not where.direct:
            most = self._per_minute * CONVERSATION_FACTOR
            conversation = self._conversations.at((where.platform, where.workspace, where.id), now)
            if conversation.taken >= most:
                return _refuse(event, conversation, sender, now, f"People here sent {_commands(most)} in a minute.")
            conversation.taken += 1
        sender.taken += 1
        return None

    def recognise(self, account: Account, person_id: str) -> None:
        """Count the commands of *account* together with those of the person's other accounts, from this minute on."""
        key, person = _account_key(account), ("person", person_id)
        if not self._per_minute or self._persons.get(key) == person:
            return
        if len(self._persons) >= self._max_buckets:
            del self._persons[next(iter(self._persons))]
        self._persons[key] = person
        if (own := self._senders.pop(key, None)) is None:
            return
        shared = self._senders.setdefault(person, own)
        if shared is not own:
            shared.taken += own.taken
            shared.refused += own.refused


def _refuse(event: InboundEvent, empty: _Bucket, sender: _Bucket, now: float, what_happened: str) -> Reply:
    if not empty.refused:  # one line a minute, however many commands are refused
        account = "" if "@" in event.account.external_id else event.account.external_id  # an e-mail is not logged
        log.warning(
            "too many commands", action="dispatch.rate_limited", platform=event.account.platform, account=account
        )
    told_already = sender.refused > 0
    empty.refused += 1
    if sender is not empty:
        sender.refused += 1
    wait_s = max(1, math.ceil(empty.opened_at + REFILL_S - now))
    words = f"{what_happened} Try again in {wait_s} second{'' if wait_s == 1 else 's'}."
    facts = {"error": words, "retry_after": wait_s}
    return Reply(Card("Too many commands", (text(words),)), facts=facts, exit=1, repeats_refusal=told_already)


def _commands(number: int) -> str:
    return f"{number:,} command{'' if number == 1 else 's'}"


def _account_key(account: Account) -> _Key:
    return ("account", account.platform, account.workspace, account.external_id)
