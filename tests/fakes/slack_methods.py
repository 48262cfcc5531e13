"""What the fake Slack does when a method of its Web API is called."""

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


def _taken(slack: FakeSlack, said: Json) -> Json:
    """The message, if Slack takes it."""
    try:
        platform_checks.check_slack_message(said)
        metadata = said.get("metadata") or {}
        assert len(json.dumps(metadata)) < 8_000
    except AssertionError as wrong:
        slack.write("violation", why=str(wrong), message=said)
        raise SlackError("invalid_blocks") from None
    return {key: said[key] for key in ("text", "blocks", "metadata", "thread_ts") if said.get(key)}


def _room(workspace: Workspace, said: Json, *, writing: bool = True) -> FakeChannel:
    room = workspace.room(str(said.get("channel") or ""))
    if writing and room.is_archived:
        raise SlackError("is_archived")
    if not room.bot_in_it:
        raise SlackError("channel_not_found" if room.is_private else "not_in_channel")
    return room


def _message(room: FakeChannel, ts: str) -> Json:
    found = next((each for each in room.messages if each["ts"] == ts), None)
    if found is None:
        raise SlackError("message_not_found")
    return found


def _tag(message: Json) -> str:
    return str((message.get("metadata") or {}).get("event_payload", {}).get("delivery", ""))


def auth_test(_slack: FakeSlack, workspace: Workspace, _said: Json) -> Json:
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


def post(slack: FakeSlack, workspace: Workspace, said: Json) -> Json:
    room = _room(workspace, said)
    message = _taken(slack, said) | {"ts": slack.new_ts(), "user": BOT, "bot_id": "B0BOT", "type": "message"}
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


def post_ephemeral(slack: FakeSlack, workspace: Workspace, said: Json) -> Json:
    room = _room(workspace, said)
    if said["user"] not in room.members:
        raise SlackError("user_not_in_channel")
    message = _taken(slack, said)
    thread = said.get("thread_ts")
    active = not thread or any(each.get("thread_ts") == thread for each in room.messages)
    # In a thread nobody answered in, such a message is accepted and shown to nobody.
    slack.write("ephemeral" if active else "unseen", team=workspace.id, channel=room.id, user=said["user"], **message)
    return {"message_ts": slack.new_ts()}


def update(slack: FakeSlack, workspace: Workspace, said: Json) -> Json:
    room = _room(workspace, said)
    message = _message(room, said["ts"])
    message |= {"metadata": None} | _taken(slack, said)
    slack.write("update", team=workspace.id, channel=room.id, ts=message["ts"], tag=_tag(message), text=message["text"])
    return {"channel": room.id, "ts": message["ts"]}


def delete(slack: FakeSlack, workspace: Workspace, said: Json) -> Json:
    room = _room(workspace, said)
    room.messages.remove(_message(room, said["ts"]))
    slack.write("delete", team=workspace.id, channel=room.id, ts=said["ts"])
    return {"channel": room.id, "ts": said["ts"]}


def _page(found: list[Json], said: Json) -> Json:
    limit, start = int(said.get("limit") or 100), int(said.get("cursor") or 0)
    end = start + min(limit, 200)
    cursor = str(end) if end < len(found) else ""
    return {"messages": found[start:end], "response_metadata": {"next_cursor": cursor}}


def history(_slack: FakeSlack, workspace: Workspace, said: Json) -> Json:
    """The newest first; answers in threads are not part of it. Metadata only for who asks."""
    room = _room(workspace, said, writing=False)
    oldest = float(said.get("oldest") or 0)
    found = [each for each in reversed(room.messages) if float(each["ts"]) > oldest and not each.get("thread_ts")]
    with_metadata = said.get("include_all_metadata") in (True, "true", "1")
    shown = [each if with_metadata else {k: v for k, v in each.items() if k != "metadata"} for each in found]
    return _page(shown, said)


def replies(_slack: FakeSlack, workspace: Workspace, said: Json) -> Json:
    room = _room(workspace, said, writing=False)
    found = [each for each in room.messages if said["ts"] in (each["ts"], each.get("thread_ts"))]
    if not found:
        raise SlackError("thread_not_found")
    return _page(found, said)


def conversations_info(_slack: FakeSlack, workspace: Workspace, said: Json) -> Json:
    room = _room(workspace, said, writing=False)
    names = ("id", "name", "is_private", "is_archived", "is_ext_shared", "is_im")
    return {"channel": {name: getattr(room, name) for name in names} | {"is_member": room.bot_in_it}}


def members(_slack: FakeSlack, workspace: Workspace, said: Json) -> Json:
    room = _room(workspace, said, writing=False)
    everybody = [*room.members, *([BOT] if room.bot_in_it else [])]
    limit, start = int(said.get("limit") or 100), int(said.get("cursor") or 0)
    cursor = str(start + limit) if start + limit < len(everybody) else ""
    return {"members": everybody[start : start + limit], "response_metadata": {"next_cursor": cursor}}


def open_direct(_slack: FakeSlack, workspace: Workspace, said: Json) -> Json:
    return {"channel": {"id": workspace.direct(str(said["users"])).id}}


def users_info(_slack: FakeSlack, workspace: Workspace, said: Json) -> Json:
    if said.get("user") in workspace.users:
        return {"user": workspace.users[said["user"]]}
    if workspace.accepts_any_channel:
        return {"user": slack_user(str(said["user"]))}
    raise SlackError("user_not_found")


def users_list(_slack: FakeSlack, workspace: Workspace, said: Json) -> Json:
    everybody = list(workspace.users.values())
    limit, start = int(said.get("limit") or 100), int(said.get("cursor") or 0)
    cursor = str(start + limit) if start + limit < len(everybody) else ""
    return {"members": everybody[start : start + limit], "response_metadata": {"next_cursor": cursor}}


def lookup(_slack: FakeSlack, workspace: Workspace, said: Json) -> Json:
    for user in workspace.users.values():
        if user["profile"].get("email") == said["email"]:
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
    except AssertionError as wrong:
        slack.write("violation", why=str(wrong), view=shown)
        raise SlackError("invalid_arguments") from None
    return dict(shown)


def views_open(slack: FakeSlack, workspace: Workspace, said: Json) -> Json:
    if str(said["trigger_id"]).startswith("expired"):
        raise SlackError("expired_trigger_id")
    view = _view(slack, said["view"])
    slack.write("view", team=workspace.id, view=view, trigger=said["trigger_id"])
    return {"view": view | {"id": slack.new_id("V")}}


def views_publish(slack: FakeSlack, workspace: Workspace, said: Json) -> Json:
    view = _view(slack, said["view"])
    workspace.homes[said["user_id"]] = view
    slack.write("home", team=workspace.id, user=said["user_id"], view=view)
    return {"view": view}


def upload_url(slack: FakeSlack, _workspace: Workspace, said: Json) -> Json:
    if not said.get("filename") or not int(said.get("length") or 0):
        raise SlackError("invalid_arguments")
    if len(str(said.get("alt_txt") or "")) > 1_000:
        raise SlackError("alt_txt_too_large")
    file = slack.new_id("F")
    slack.alts[file] = str(said.get("alt_txt") or "")
    return {"upload_url": f"{slack.address}/upload/{file}", "file_id": file}


def complete_upload(slack: FakeSlack, workspace: Workspace, said: Json) -> Json:
    files = json.loads(said["files"])
    room = workspace.room(str(said["channel_id"]))
    for each in files:
        if each["id"] not in slack.files:
            raise SlackError("file_not_found")
        told = {"name": each["title"], "size": len(slack.files[each["id"]]), "alt": slack.alts.get(each["id"], "")}
        slack.write("file", team=workspace.id, channel=room.id, **told)
    return {"files": files}


def oauth(slack: FakeSlack, _workspace: Workspace, said: Json) -> Json:
    if said.get("code") not in slack.codes:
        raise SlackError("invalid_code")
    return slack.codes.pop(said["code"])


def revoke(slack: FakeSlack, workspace: Workspace, _said: Json) -> Json:
    workspace.revoked = True
    slack.write("revoked", team=workspace.id)
    return {"revoked": True}


def connections_open(slack: FakeSlack, _workspace: Workspace, _said: Json) -> Json:
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
