"""Which of our errors each HTTP status of the Bot Connector becomes: one table, with the page for each line.

Unavailable   not done, or maybe done (`uncertain`); try again
Rejected      will never succeed
"""

from __future__ import annotations

from datetime import timedelta

from integrations.ports.errors import Paused, Rejected, Unavailable

CONNECTOR = "Microsoft Teams"

# What each status means and whether to retry, for all but the last line:
# https://learn.microsoft.com/microsoftteams/platform/bots/build-conversational-capability#status-codes-from-bot-conversational-apis
# 429, 412, 502, 504: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit
# 401: an expired secret needs a person, so retrying soon is pointless.
PAUSE_AFTER_REFUSED_TOKEN = timedelta(minutes=5)
NOT_DONE = frozenset({412})
MAYBE_DONE = frozenset({408, 500, 502, 503, 504})
# Blocked, uninstalled, not a member, or no such conversation:
# https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages
CLOSING = frozenset({403, 404})


class Throttled(Unavailable):
    """Rate-limited (429). Without `retry_after` the caller chooses the backoff."""


def error_for(
    status: int, code: str = "", *, retry_after: timedelta | None = None, about_message: bool = False
) -> Unavailable | Rejected:
    """The error for that HTTP *status* and the Connector's error *code*.

    With *about_message* the request was about one message, so a 404 does not close the conversation.
    """
    reason = f"{status} {code}".strip()
    if status == 429:
        return Throttled(CONNECTOR, retry_after=retry_after)
    if status == 401:
        return Paused(CONNECTOR, reason, retry_after=PAUSE_AFTER_REFUSED_TOKEN)
    if status in NOT_DONE:
        return Unavailable(CONNECTOR)
    if status in MAYBE_DONE or status > 504:
        return Unavailable(CONNECTOR, uncertain=True, retry_after=retry_after)
    if status in CLOSING:
        return Rejected(reason, closes_place=not (about_message and status == 404))
    return Rejected(reason)


def is_refused_by_connector(reason: str) -> bool:
    """Whether that reason of a pause is the Connector's, and not that of Microsoft's token endpoint."""
    return reason.startswith("401")


def retry_after_of(header: str | None) -> timedelta | None:
    """`Retry-After` in seconds, at most an hour. A date is ignored; Teams does not send one."""
    return timedelta(seconds=min(int(header), 3_600)) if header and header.isdecimal() else None
