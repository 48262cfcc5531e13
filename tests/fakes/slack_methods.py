"""The methods of the fake Slack's Web API."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from slack_sdk.models.views import View

from tests.fakes.slack import BOT, FakeChannel, FakeSlack, Json, SlackError, Workspace, slack_user
from tests.render import platform_checks

Method = Callable[[FakeSlack, Workspace, Json], Json]


def call_method(slack: FakeSlack, method: str, token: str, arguments: Json) -> Json:
    """The answer of *method*. Raises SlackError."""
    if method in _WITHOUT_TOKEN:
        return _WITHOUT_TOKEN[method](slack, slack.acme, arguments)
    return _METHODS[method](slack, slack.workspace_of(token), arguments)


def _accepted(slack: FakeSlack, arguments: Json) -> Json:
    """The message, if Slack accepts it."""
    try:
        platform_checks.check_slack_message(arguments)
        metadata = arguments.get("metadata") or {}
        assert len(json.dumps(metadata)) < 8_000
    except AssertionError as reason:
        slack.write("violation", why=str(reason), message=arguments)
        raise SlackError("invalid_blocks") from None
    return {key: arguments[key] for key in ("text", "blocks", "metadata", "thread_ts") if arguments.get(key)}


def _room(workspace: Workspace, arguments: Json, *, writing: bool = True) -> FakeChannel:
    room = workspace.room(str(arguments.get("channel") or ""))
    if writing and room.is_archived:
        raise SlackError("is_archived")
    if not room.bot_in_it:
        raise SlackError("channel_not_found" if room.is_private else "not_in_channel")
    return room


def _message(room: FakeChannel, ts: str) -> Json:
    message = next((message for message in room.messages if message["ts"] == ts), None)
    if message is None:
        raise SlackError("message_not_found")
    return message


def _tag(message: Json) -> str:
    return str((message.get("metadata") or {}).get("event_payload", {}).get("delivery", ""))


def auth_test(_slack: FakeSlack, workspace: Workspace, _arguments: Json) -> Json:
    return {
        "url": workspace.url,
        "team": workspace.name,
        "team_id": workspace.id,
        "enterprise_id": workspace.enterprise or None,
        "user_id": BOT,
        "bot_id": "B0BOT",
        "user": "handshake",
        "is_enterprise_install": False,
    }


def post(slack: FakeSlack, workspace: Workspace, arguments: Json) -> Json:
    room = _room(workspace, arguments)
    message = _accepted(slack, arguments) | {"ts": slack.new_ts(), "user": BOT, "bot_id": "B0BOT", "type": "message"}
    room.messages.append(message)
    slack.write(
        "post",
        team=workspace.id,
        channel=room.id,
        ts=message["ts"],
        tag=_tag(message),
        text=message["text"],
        thread=message.get("thread_ts", ""),
        blocks=message["blocks"],
    )
    return {"channel": room.id, "ts": message["ts"], "message": message}


def post_ephemeral(slack: FakeSlack, workspace: Workspace, arguments: Json) -> Json:
    room = _room(workspace, arguments)
    if arguments["user"] not in room.members:
        raise SlackError("user_not_in_channel")
    message = _accepted(slack, arguments)
    thread = arguments.get("thread_ts")
    active = not thread or any(message.get("thread_ts") == thread for message in room.messages)
    # Slack accepts such a message in a thread without replies, and shows it to nobody.
    slack.write(
        "ephemeral" if active else "unseen", team=workspace.id, channel=room.id, user=arguments["user"], **message
    )
    return {"message_ts": slack.new_ts()}


def update(slack: FakeSlack, workspace: Workspace, arguments: Json) -> Json:
    room = _room(workspace, arguments)
    message = _message(room, arguments["ts"])
    message |= {"metadata": None} | _accepted(slack, arguments)
    slack.write("update", team=workspace.id, channel=room.id, ts=message["ts"], tag=_tag(message), text=message["text"])
    return {"channel": room.id, "ts": message["ts"]}


def delete(slack: FakeSlack, workspace: Workspace, arguments: Json) -> Json:
    room = _room(workspace, arguments)
    room.messages.remove(_message(room, arguments["ts"]))
    slack.write("delete", team=workspace.id, channel=room.id, ts=arguments["ts"])
    return {"channel": room.id, "ts": arguments["ts"]}


def _page(messages: list[Json], arguments: Json) -> Json:
    limit, start = int(arguments.get("limit") or 100), int(arguments.get("cursor") or 0)
    end = start + min(limit, 200)
    cursor = str(end) if end < len(messages) else ""
    return {"messages": messages[start:end], "response_metadata": {"next_cursor": cursor}}


def history(_slack: FakeSlack, workspace: Workspace, arguments: Json) -> Json:
    """Newest first, without the replies of threads; metadata only when requested."""
    room = _room(workspace, arguments, writing=False)
    oldest = float(arguments.get("oldest") or 0)
    messages = [
        message for message in reversed(room.messages) if float(message["ts"]) > oldest and not message.get("thread_ts")
    ]
    with_metadata = arguments.get("include_all_metadata") in (True, "true", "1")
    shown = [
        message if with_metadata else {k: v for k, v in message.items() if k != "metadata"} for message in messages
    ]
    return _page(shown, arguments)


def replies(_slack: FakeSlack, workspace: Workspace, arguments: Json) -> Json:
    room = _room(workspace, arguments, writing=False)
    messages = [message for message in room.messages if arguments["ts"] in (message["ts"], message.get("thread_ts"))]
    if not messages:
        raise SlackError("thread_not_found")
    return _page(messages, arguments)


def conversations_info(_slack: FakeSlack, workspace: Workspace, arguments: Json) -> Json:
    room = _room(workspace, arguments, writing=False)
    names = ("id", "name", "is_private", "is_archived", "is_ext_shared", "is_im")
    return {"channel": {name: getattr(room, name) for name in names} | {"is_member": room.bot_in_it}}


def members(_slack: FakeSlack, workspace: Workspace, arguments: Json) -> Json:
    room = _room(workspace, arguments, writing=False)
    users = [*room.members, *([BOT] if room.bot_in_it else [])]
    limit, start = int(arguments.get("limit") or 100), int(arguments.get("cursor") or 0)
    cursor = str(start + limit) if start + limit < len(users) else ""
    return {"members": users[start : start + limit], "response_metadata": {"next_cursor": cursor}}


def open_direct(_slack: FakeSlack, workspace: Workspace, arguments: Json) -> Json:
    return {"channel": {"id": workspace.direct(str(arguments["users"])).id}}


def users_info(_slack: FakeSlack, workspace: Workspace, arguments: Json) -> Json:
    if arguments.get("user") in workspace.users:
        return {"user": workspace.users[arguments["user"]]}
    if workspace.accepts_any_channel:
        return {"user": slack_user(str(arguments["user"]))}
    raise SlackError("user_not_found")


def users_list(_slack: FakeSlack, workspace: Workspace, arguments: Json) -> Json:
    users = list(workspace.users.values())
    limit, start = int(arguments.get("limit") or 100), int(arguments.get("cursor") or 0)
    cursor = str(start + limit) if start + limit < len(users) else ""
    return {"members": users[start : start + limit], "response_metadata": {"next_cursor": cursor}}


def lookup(_slack: FakeSlack, workspace: Workspace, arguments: Json) -> Json:
    for user in workspace.users.values():
        if user["profile"].get("email") == arguments["email"]:
            return {"user": user}
    raise SlackError("users_not_found")


def _view(slack: FakeSlack, view: Any) -> Json:
    shown = json.loads(view) if isinstance(view, str) else view
    try:
        if shown["type"] == "modal":
            platform_checks.check_slack_view(shown)
        else:
            assert 1 <= len(View(**shown).to_dict()["blocks"]) <= 100
            platform_checks.check_slack_blocks(shown["blocks"])
    except AssertionError as reason:
        slack.write("violation", why=str(reason), view=shown)
        raise SlackError("invalid_arguments") from None
    return dict(shown)


def views_open(slack: FakeSlack, workspace: Workspace, arguments: Json) -> Json:
    if str(arguments["trigger_id"]).startswith("expired"):
        raise SlackError("expired_trigger_id")
    view = _view(slack, arguments["view"])
    slack.write("view", team=workspace.id, view=view, trigger=arguments["trigger_id"])
    return {"view": view | {"id": slack.new_id("V")}}


def views_publish(slack: FakeSlack, workspace: Workspace, arguments: Json) -> Json:
    view = _view(slack, arguments["view"])
    workspace.homes[arguments["user_id"]] = view
    slack.write("home", team=workspace.id, user=arguments["user_id"], view=view)
    return {"view": view}


def upload_url(slack: FakeSlack, _workspace: Workspace, arguments: Json) -> Json:
    if not arguments.get("filename") or not int(arguments.get("length") or 0):
        raise SlackError("invalid_arguments")
    if len(str(arguments.get("alt_txt") or "")) > 1_000:
        raise SlackError("alt_txt_too_large")
    file = slack.new_id("F")
    slack.alts[file] = str(arguments.get("alt_txt") or "")
    return {"upload_url": f"{slack.address}/upload/{file}", "file_id": file}


def complete_upload(slack: FakeSlack, workspace: Workspace, arguments: Json) -> Json:
    files = json.loads(arguments["files"])
    room = workspace.room(str(arguments["channel_id"]))
    for file in files:
        if file["id"] not in slack.files:
            raise SlackError("file_not_found")
        entry = {"name": file["title"], "size": len(slack.files[file["id"]]), "alt": slack.alts.get(file["id"], "")}
        slack.write("file", team=workspace.id, channel=room.id, **entry)
    return {"files": files}


def oauth(slack: FakeSlack, _workspace: Workspace, arguments: Json) -> Json:
    if arguments.get("code") not in slack.codes:
        raise SlackError("invalid_code")
    return slack.codes.pop(arguments["code"])


def revoke(slack: FakeSlack, workspace: Workspace, _arguments: Json) -> Json:
    workspace.revoked = True
    slack.write("revoked", team=workspace.id)
    return {"revoked": True}


def connections_open(slack: FakeSlack, _workspace: Workspace, _arguments: Json) -> Json:
    return {"url": f"{slack.address.replace('http', 'ws', 1)}/socket?ticket={slack.new_id('t')}"}


_METHODS: dict[str, Method] = {
    "auth.test": auth_test,
    "auth.revoke": revoke,
    "chat.postMessage": post,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "chat.delete": delete,
    "conversations.history": history,
    "conversations.replies": replies,
    "conversations.info": conversations_info,
    "conversations.members": members,
    "conversations.open": open_direct,
    "users.info": users_info,
    "users.list": users_list,
    "users.lookupByEmail": lookup,
    "views.open": views_open,
    "views.publish": views_publish,
    "files.getUploadURLExternal": upload_url,
    "files.completeUploadExternal": complete_upload,
}
_WITHOUT_TOKEN: dict[str, Method] = {"oauth.v2.access": oauth, "apps.connections.open": connections_open}
