"""The outcome of a failed attempt, for every kind of failure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as some

from bot.delivery.retry_policy import Defer, Failed, Outcome, Retry, RetryPolicy, Sent, after_failure
from integrations.ports.errors import Rejected, Unavailable
from storage.values.deliveries import Delivery, DeliveryKind, DeliveryState, Notice
from storage.values.places import Place
from tests.delivery.harness import NOW

PATIENCE = RetryPolicy()
CLAIMED = Delivery(
    id=7,
    notice=Notice("n", "card"),
    place=Place(1, "fake", "", "#hall"),
    kind=DeliveryKind.POST,
    state=DeliveryState.SENDING,
    attempts=1,
    due_at=NOW,
    sending_at=NOW,
)

pauses = some.none() | some.timedeltas(timedelta(0), timedelta(hours=2))
failures = some.one_of(
    some.builds(
        lambda pause, uncertain: Unavailable("fake", retry_after=pause, uncertain=uncertain), pauses, some.booleans()
    ),
    some.builds(lambda closes: Rejected("no", closes_place=closes), some.booleans()),
    some.just(ValueError("a mistake of ours")),
)
tries = some.integers(1, 20)
jitters = some.floats(0, 1)


def outcome(error: Exception, tried: int, jitter: float, *, uncertain: bool, last_look: bool) -> Outcome:
    return after_failure(
        replace(CLAIMED, attempts=tried),
        error,
        attempts=tried,
        uncertain=uncertain,
        can_find=last_look,
        now=NOW,
        retry_policy=PATIENCE,
        jitter=jitter,
    )


@given(failures, tries, jitters, some.booleans(), some.booleans())
def test_a_failed_try_is_never_taken_for_a_success_or_for_none(
    error: Exception, tried: int, jitter: float, uncertain: bool, last_look: bool
) -> None:
    found = outcome(error, tried, jitter, uncertain=uncertain, last_look=last_look)

    assert not isinstance(found, Sent | Defer)


@given(failures, tries, jitters)
def test_an_uncertain_delivery_is_not_sent_again_before_its_request_has_ended(
    error: Exception, tried: int, jitter: float
) -> None:
    found = outcome(error, tried, jitter, uncertain=True, last_look=True)

    if isinstance(found, Retry) and getattr(error, "uncertain", True):
        assert found.uncertain
        assert found.due_at >= PATIENCE.settled_at(CLAIMED)


@given(tries, jitters)
def test_an_uncertain_delivery_is_searched_for_before_it_is_given_up(tried: int, jitter: float) -> None:
    cut = Unavailable("fake", uncertain=True)

    assert isinstance(outcome(cut, tried, jitter, uncertain=True, last_look=True), Retry)


@given(tries, jitters)
def test_a_platform_that_is_down_gets_eight_attempts_and_a_bug_of_ours_three(tried: int, jitter: float) -> None:
    down = outcome(Unavailable("fake"), tried, jitter, uncertain=False, last_look=False)
    fault = outcome(ValueError(), tried, jitter, uncertain=False, last_look=False)

    assert isinstance(down, Failed) == (tried >= 8)
    assert isinstance(fault, Failed) == (tried >= 3)


@given(tries, jitters, some.timedeltas(timedelta(0), timedelta(hours=2)))
def test_a_retry_after_is_kept_to_the_second_and_counts_no_attempt(tried: int, jitter: float, pause: timedelta) -> None:
    found = outcome(Unavailable("fake", retry_after=pause), tried, jitter, uncertain=False, last_look=False)

    assert isinstance(found, Retry)
    assert (found.due_at, found.attempts) == (NOW + max(pause, timedelta(seconds=1)), tried - 1)


@given(tries, jitters)
def test_every_pause_is_between_a_second_and_ten_minutes(tried: int, jitter: float) -> None:
    assert timedelta(seconds=1) <= PATIENCE.backoff(tried, jitter) <= timedelta(minutes=10)
