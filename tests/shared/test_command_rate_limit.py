"""How many commands a person and a conversation may send, and what a flood of them costs."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest
from structlog.testing import capture_logs

from handlers.catalogue import FEATURES
from handlers.dispatch import Dispatcher
from handlers.shared.command_rate_limit import CommandRateLimiter
from integrations.ports.inbound import (
    Account,
    ButtonPress,
    CommandText,
    ConversationRef,
    FormSubmission,
    InboundEvent,
    MessageText,
)
from storage.store import Store
from tests.app import ChatApp

ANA = Account("slack", "U1", "T1", "Ana")
BO = Account("slack", "U2", "T1", "Bo")
DIRECT = ConversationRef("slack", "D1", "T1", direct=True)
ROOM = ConversationRef("slack", "C1", "T1", "#web")


class SteadyTime:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def command(account: Account = ANA, where: ConversationRef = DIRECT) -> CommandText:
    return CommandText(account=account, conversation=where, words="current")


def taken(limiter: CommandRateLimiter, times: int, event: InboundEvent | None = None) -> int:
    """How many of *times* commands were not refused."""
    return sum(limiter.refusal(event or command()) is None for _ in range(times))


def test_the_sixty_first_command_of_a_minute_is_refused_with_the_time_to_wait() -> None:
    time = SteadyTime()
    limiter = CommandRateLimiter(60, time)
    assert taken(limiter, 30) == 30
    time.now_s += 48
    assert taken(limiter, 30) == 30

    refused = limiter.refusal(command())

    assert refused is not None
    assert (refused.exit, refused.facts["retry_after"]) == (1, 12)
    assert refused.facts["error"] == "You sent 60 commands in a minute. Try again in 12 seconds."
    time.now_s += 11
    assert taken(limiter, 1) == 0
    time.now_s += 1
    assert taken(limiter, 61) == 60


def test_somebody_else_is_not_affected() -> None:
    limiter = CommandRateLimiter(60, SteadyTime())
    taken(limiter, 100)

    assert taken(limiter, 100, command(BO)) == 60


def test_a_conversation_has_room_for_five_people() -> None:
    limiter = CommandRateLimiter(2, SteadyTime())
    people = [replace(ANA, external_id=f"U{number}") for number in range(6)]

    assert [taken(limiter, 3, command(person, ROOM)) for person in people] == [2, 2, 2, 2, 2, 0]
    refused = limiter.refusal(command(people[5], ROOM))
    assert refused is not None
    assert refused.facts["error"].startswith("People here sent 10 commands in a minute. Try again in 60 s")
    assert taken(limiter, 3, command(people[5])) == 2, "elsewhere they may go on"


@pytest.mark.parametrize(
    "event",
    [
        MessageText(account=ANA, conversation=DIRECT, text="what is blocked?"),
        ButtonPress(account=ANA, conversation=DIRECT, action="ack", value="1"),
        FormSubmission(account=ANA, conversation=DIRECT, form="kudos"),
    ],
    ids=lambda event: type(event).__name__,
)
def test_messages_buttons_and_forms_count_too(event: InboundEvent) -> None:
    assert taken(CommandRateLimiter(3, SteadyTime()), 10, event) == 3


def test_a_terminal_and_what_was_counted_before_are_not_limited() -> None:
    limiter = CommandRateLimiter(1, SteadyTime())

    assert taken(limiter, 10, replace(command(), operator="root")) == 10
    assert taken(limiter, 10, replace(command(), counted=True)) == 10
    assert taken(CommandRateLimiter(0, SteadyTime()), 1000) == 1000


def test_the_accounts_of_one_person_count_together() -> None:
    limiter = CommandRateLimiter(10, SteadyTime())
    teams = Account("teams", "29:x")
    taken(limiter, 4)
    limiter.recognise(ANA, "p_ana")
    limiter.recognise(teams, "p_ana")

    assert taken(limiter, 10, command(teams)) == 6
    assert taken(limiter, 10) == 0


def test_a_flood_is_told_and_logged_once_a_minute() -> None:
    time = SteadyTime()
    limiter = CommandRateLimiter(1, time)

    with capture_logs() as lines:
        replies = [limiter.refusal(command()) for _ in range(100)]
        time.now_s += 60
        replies += [limiter.refusal(command()) for _ in range(100)]

    assert [line["action"] for line in lines] == ["dispatch.rate_limited"] * 2
    assert sum(not reply.repeats_refusal for reply in replies if reply) == 2


def test_the_number_of_buckets_is_bounded() -> None:
    time, numbers = SteadyTime(), count()
    limiter = CommandRateLimiter(1, time, max_buckets=100)
    for number in range(1000):
        time.now_s += 0.001
        limiter.refusal(command(replace(ANA, external_id=f"U{next(numbers)}"), ROOM))
        limiter.recognise(replace(ANA, external_id=f"U{number}"), f"p_{number}")

    assert len(limiter._senders) == 100
    assert len(limiter._persons) == 100
    refused = limiter.refusal(command(BO, ROOM))
    assert refused, "however many accounts write, the conversation's own limit holds"
    time.now_s += 60
    limiter.refusal(command())
    assert len(limiter._senders) == 1, "full buckets are forgotten"


class UnusedStore:
    """A store that nobody may use."""

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"the store was used: {name}")


async def test_a_refused_stranger_costs_no_access_to_the_store(sqlite_store: Store) -> None:
    app = ChatApp(sqlite_store, FEATURES)
    limiter = CommandRateLimiter(2, SteadyTime())
    app.dispatch = Dispatcher(app.ctx, FEATURES, rate_limiter=limiter)
    strangers = [await app.dispatch(command()) for _ in range(2)]
    app.dispatch.ctx = replace(app.ctx, store=UnusedStore())  # type: ignore[arg-type]

    refused = [await app.dispatch(command()) for _ in range(100)]

    assert all("retry_after" not in reply.facts for reply in strangers)
    assert {(reply.exit, reply.facts["retry_after"]) for reply in refused} == {(1, 60)}


async def test_strangers_do_not_share_a_limit(sqlite_store: Store) -> None:
    """`help` answers strangers too; one of them must not use up what the others may ask."""
    app = ChatApp(sqlite_store, FEATURES)
    app.dispatch = Dispatcher(app.ctx, FEATURES, rate_limiter=CommandRateLimiter(2, SteadyTime()))

    replies = [await app.dispatch(replace(command(account), words="help")) for account in (ANA, ANA, ANA, BO)]

    assert ["retry_after" in reply.facts for reply in replies] == [False, False, True, False]


async def test_a_persons_two_accounts_share_the_limit_in_dispatch(sqlite_store: Store) -> None:
    app = ChatApp(sqlite_store, FEATURES)
    await app.add_teams()
    await app.add_person("ana@example.com", "web")
    await app.link("ana@example.com", "slack", "U1", "T1")
    app.dispatch = Dispatcher(app.ctx, FEATURES, rate_limiter=CommandRateLimiter(3, SteadyTime()))

    replies = [await app.dispatch(command()), await app.say("ana@example.com", "me")]
    replies += [await app.dispatch(command()), await app.say("ana@example.com", "me"), await app.dispatch(command())]

    assert ["retry_after" in reply.facts for reply in replies] == [False, False, False, True, True]
