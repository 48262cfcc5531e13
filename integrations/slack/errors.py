"""Which of our errors each Slack error becomes: one table, with the page for each group.

gone      the conversation can never be posted to again
refused   this call will never succeed; the conversation is fine
paused    a person has to fix the workspace; deliveries are kept
busy      not done; try later
unclear   may have been done

Unlisted codes count as `busy`: an error code in a response means that nothing was done.
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
PAUSE = timedelta(minutes=10)  # reinstalling the app or granting a scope takes a person minutes

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
    # https://docs.slack.dev/reference/methods/chat.postMessage#errors: the message we built is invalid
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
    """An error of the SDK or of the connection as one of ours."""
    match error:
        case SlackApiError():
            return _api_error(error)
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError() | aiohttp.InvalidURL():
            return Unavailable(NAME)  # not connected, so nothing was sent
        case _:
            return Unavailable(NAME, uncertain=True)


def _api_error(error: SlackApiError) -> Unavailable | Rejected:
    response = error.response
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    if status == 429:
        return Unavailable(NAME, retry_after=_retry_after(getattr(response, "headers", {})))
    reason = reason_of(error)
    # A failing server may have done it anyway.
    if not reason or status >= 500:
        return Unavailable(NAME, uncertain=True)
    return error_for(reason, getattr(response, "headers", {}))


def error_for(reason: str, headers: Mapping[str, Any]) -> Unavailable | Rejected:
    """Slack's error code *reason* as one of our errors."""
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
            return Unavailable(NAME, retry_after=_retry_after(headers) if reason in _BUSY else None)


def reason_of(error: SlackApiError) -> str:
    """The error code in Slack's response, "" if there is none."""
    data = getattr(error.response, "data", None)
    return str(data.get("error", "")) if isinstance(data, dict) else ""


def _retry_after(headers: Mapping[str, Any]) -> timedelta:
    seconds = next((str(value) for name, value in headers.items() if name.lower() == "retry-after"), "")
    return timedelta(seconds=int(seconds) if seconds.isdecimal() else 30)
