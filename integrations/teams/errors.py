"""What an answer of the Bot Connector means for whoever asked. One table, a page for each line.

Unavailable   did not happen, or may have (`uncertain`); worth another try
Rejected      never will
"""

from __future__ import annotations

from datetime import timedelta

from integrations.ports.errors import Paused, Rejected, Unavailable

CONNECTOR = "Microsoft Teams"

# All lines but the last: what each status means and whether to repeat it is said in
# https://learn.microsoft.com/microsoftteams/platform/bots/build-conversational-capability#status-codes-from-bot-conversational-apis
# 429, 412, 502, 504: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit
# 401: a secret that expired needs a person, so there is no hurry.
PAUSE_AFTER_REFUSED_TOKEN = timedelta(minutes=5)
NOT_DONE = frozenset({412})
MAYBE_DONE = frozenset({408, 500, 502, 503, 504})
# Blocked, uninstalled, no member, or no such conversation:
# https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages
CLOSING = frozenset({403, 404})


class Throttled(Unavailable):
    """Too many requests at once. Without `retry_after` the caller decides how long to wait."""


def error_for(
    status: int, code: str = "", *, retry_after: timedelta | None = None, about_message: bool = False
) -> Unavailable | Rejected:
    """The error of an answer with that *status* and the Connector's own *code*.

    *about_message* says that one message was asked for: a 404 then leaves the conversation open.
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


def retry_after_of(header: str | None) -> timedelta | None:
    """`Retry-After` in seconds; a date, which nobody sends, counts as absent."""
    return timedelta(seconds=min(int(header), 3_600)) if header and header.isdecimal() else None
