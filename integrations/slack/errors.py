"""What Slack's errors mean to us: the one table, each line with the page it comes from.

gone      nothing will ever arrive in that place again
refused   this one call is no use, ever; the place is fine
paused    the workspace has to be put right by somebody; what waits is kept
busy      come back later; nothing was done
unclear   it may have been done all the same

What is not listed is taken for `busy`: an error in an answer means that nothing was done.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal

import aiohttp
from slack_sdk.errors import SlackApiError

from integrations.ports.errors import Paused, Rejected, Unavailable

Meaning = Literal["gone", "refused", "paused", "busy", "unclear"]

NAME = "Slack"
PAUSE = timedelta(minutes=10)  # somebody reinstalls the app or grants a scope: minutes, not seconds

# https://docs.slack.dev/reference/methods/chat.postMessage#errors
# https://docs.slack.dev/reference/methods/conversations.open#errors (the three about people)
_GONE = (
    "channel_not_found",
    "is_archived",
    "not_in_channel",
    "restricted_action",
    "user_not_found",
    "user_disabled",
    "cannot_dm_bot",
)
_REFUSED = (
    # https://docs.slack.dev/reference/methods/chat.update#errors
    "message_not_found",
    "cant_update_message",
    "edit_window_closed",
    # https://docs.slack.dev/reference/methods/chat.delete#errors
    "cant_delete_message",
    # https://docs.slack.dev/reference/methods/chat.postMessage#errors: what we built is wrong, and stays so
    "msg_too_long",
    "msg_blocks_too_long",
    "invalid_blocks",
    "invalid_blocks_format",
    "invalid_arguments",
    "invalid_metadata_format",
    "metadata_too_large",
    "no_text",
    "thread_not_found",
    # https://docs.slack.dev/reference/methods/chat.postEphemeral#errors
    "user_not_in_channel",
    # https://docs.slack.dev/reference/methods/views.open#errors
    "expired_trigger_id",
    "exchanged_trigger_id",
    "invalid_trigger_id",
    "not_enabled",
    # https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
    "expired_url",
    "used_url",
    # https://docs.slack.dev/reference/methods/users.lookupByEmail#errors
    "users_not_found",
)
_PAUSED = (
    # https://docs.slack.dev/reference/methods/auth.test#errors
    "token_revoked",
    "token_expired",
    "invalid_auth",
    "account_inactive",
    "not_authed",
    # https://docs.slack.dev/reference/methods/chat.postMessage#errors
    "missing_scope",
    "no_permission",
    "team_access_not_granted",
    "ekm_access_denied",
)
# https://docs.slack.dev/apis/web-api/rate-limits
_BUSY = ("ratelimited", "rate_limited", "message_limit_exceeded")
# https://docs.slack.dev/reference/methods/chat.postMessage#errors: "some aspect of the operation may have succeeded"
_UNCLEAR = ("fatal_error", "internal_error", "service_unavailable", "request_timeout")

MEANINGS: Mapping[str, Meaning] = {
    **dict.fromkeys(_GONE, "gone"),
    **dict.fromkeys(_REFUSED, "refused"),
    **dict.fromkeys(_PAUSED, "paused"),
    **dict.fromkeys(_BUSY, "busy"),
    **dict.fromkeys(_UNCLEAR, "unclear"),
}


def translate_error(error: Exception) -> Unavailable | Rejected:
    """*error* of the SDK or of the line to Slack, as one of the house's two."""
    match error:
        case SlackApiError():
            return _api_error(error)
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError() | aiohttp.InvalidURL():
            return Unavailable(NAME)  # no connection was made, so nothing was asked
        case _:
            return Unavailable(NAME, uncertain=True)


def _api_error(error: SlackApiError) -> Unavailable | Rejected:
    response = error.response
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    if status == 429:
        return Unavailable(NAME, retry_after=_retry_after(getattr(response, "headers", {})))
    reason = reason_of(error)
    # Whatever a broken server says, it may have done what it was asked to.
    if not reason or status >= 500:
        return Unavailable(NAME, uncertain=True)
    return error_for(reason, getattr(response, "headers", {}))


def error_for(reason: str, headers: Mapping[str, Any]) -> Unavailable | Rejected:
    """The error word *reason* as one of the house's two."""
    match MEANINGS.get(reason, "busy"):
        case "gone":
            return Rejected(reason, closes_place=True)
        case "refused":
            return Rejected(reason)
        case "paused":
            return Paused(NAME, reason, retry_after=PAUSE)
        case "unclear":
            return Unavailable(NAME, uncertain=True)
        case _:
            known = reason in _BUSY or None
            return Unavailable(NAME, retry_after=known and _retry_after(headers))


def reason_of(error: SlackApiError) -> str:
    """The error word in Slack's answer, "" when there is none."""
    data = getattr(error.response, "data", None)
    return str(data.get("error", "")) if isinstance(data, dict) else ""


def _retry_after(headers: Mapping[str, Any]) -> timedelta:
    found = next((str(value) for name, value in headers.items() if name.lower() == "retry-after"), "")
    return timedelta(seconds=int(found) if found.isdecimal() else 30)
