"""A Slack in memory: workspaces, people, rooms, messages with metadata. It checks Slack's limits and fails on demand.

*on_call* gets everything that was carried out, in order; what Slack would refuse is refused.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatch
from itertools import count
from typing import Any, Literal

Json = dict[str, Any]
Kind = Literal["error", "ratelimited", "status", "cut_before", "cut_after", "delay", "delay_after", "held"]

TEAM = "T0ACME"
BOT = "U0BOT"
TOKEN = "xoxb-of-acme"
SCOPES = "commands,chat:write"


@dataclass
class Fault:
    """A fault of the next calls of *method*: so many times, or always with -1.

    *value* is the error code, the seconds of Retry-After, the status, or the seconds of a delay. A held call continues
    when `SlackServer.go_on` is set.
    """

    method: str
    kind: Kind
    value: str = ""
    times: int = 1
    channel: str = "*"


class SlackError(Exception):
    """Slack refuses; the text is its error code."""


@dataclass
class FakeChannel:
    id: str
    name: str = ""
    members: list[str] = field(default_factory=list)
    is_private: bool = False
    is_archived: bool = False
    is_ext_shared: bool = False
    is_im: bool = False
    bot_in_it: bool = True
    messages: list[Json] = field(default_factory=list)


def slack_user(user: str, email: str = "", **more: object) -> Json:
    """A user as `users.info` returns them."""
    name = str(more.pop("real_name", email.split("@")[0].replace(".", " ").title() or user))
    profile = {"real_name": name, "display_name": name, **({"email": email} if email else {})}
    flags = {"is_bot": False, "is_restricted": False, "is_ultra_restricted": False, "deleted": False}
    confirmed = {"is_email_confirmed": True} if email else {}
    return {
        "id": user,
        "team_id": TEAM,
        "name": name,
        "real_name": name,
        "profile": profile,
        **flags,
        **confirmed,
    } | more


@dataclass
class Workspace:
    """One workspace. *accepts_any_channel*: every channel id that begins with C exists with the bot in it, and every user exists."""

    id: str = TEAM
    name: str = "Acme"
    url: str = "https://acme.slack.com/"
    enterprise: str = ""
    token: str = TOKEN
    scopes: str = SCOPES
    revoked: bool = False
    accepts_any_channel: bool = False
    users: dict[str, Json] = field(default_factory=dict)
    rooms: dict[str, FakeChannel] = field(default_factory=dict)
    homes: dict[str, Json] = field(default_factory=dict)

    def room(self, channel: str) -> FakeChannel:
        if channel not in self.rooms and self.accepts_any_channel and channel.startswith("C"):
            self.rooms[channel] = FakeChannel(channel, channel.lower())
        try:
            return self.rooms[channel]
        except KeyError:
            raise SlackError("channel_not_found") from None

    def direct(self, user: str) -> FakeChannel:
        if user not in self.users and not self.accepts_any_channel:
            raise SlackError("user_not_found")
        channel = f"D{user[1:]}"
        return self.rooms.setdefault(channel, FakeChannel(channel, members=[user], is_im=True))


def _ignore(_line: Json) -> None:
    """Keep no log."""


class FakeSlack:
    """The methods of the Web API that Handshake calls, by name: `answer` carries one out."""

    def __init__(self, on_call: Callable[[Json], None] = _ignore, *, now: Callable[[], float] = time.time) -> None:
        self.workspaces: dict[str, Workspace] = {TEAM: Workspace()}
        self.faults: list[Fault] = []
        self.log: list[Json] = []
        self.codes: dict[str, Json] = {}  # what oauth.v2.access answers to a code
        self.files: dict[str, bytes] = {}
        self.alts: dict[str, str] = {}  # the alternative text of a file
        self.response_urls: dict[str, int] = {}  # response_url -> how often it was used
        self.address = ""  # where the server listens
        self._on_call = on_call
        self.now = now  # seconds since 1970
        self._ids = count(1)

    @property
    def acme(self) -> Workspace:
        return self.workspaces[TEAM]

    # For assertions.

    def entries(self, did: str) -> list[Json]:
        """What was carried out under that name, in order."""
        return [line for line in self.log if line["did"] == did]

    def posts_in(self, channel: str) -> list[Json]:
        return [line for line in self.log if line["did"] in ("post", "ephemeral") and line["channel"] == channel]

    def violations(self) -> list[Json]:
        """What was sent here although Slack would refuse it."""
        return self.entries("violation")

    def write(self, did: str, **what: object) -> Json:
        line = {"did": did, "at": self.now(), **what}
        self.log.append(line)
        self._on_call(line)
        return line

    # Faults.

    def fault(self, method: str, channel: str, *kinds: Kind) -> Fault | None:
        """The fault of this call, which uses it up by one."""
        for fault in self.faults:
            if (
                fault.times
                and fault.kind in kinds
                and fnmatch(method, fault.method)
                and fnmatch(channel, fault.channel)
            ):
                fault.times -= 1
                return fault
        return None

    # The Web API.

    def workspace_of(self, token: str) -> Workspace:
        workspace = next((workspace for workspace in self.workspaces.values() if workspace.token == token), None)
        if not token:
            raise SlackError("not_authed")
        if workspace is None:
            raise SlackError("invalid_auth")
        if workspace.revoked:
            raise SlackError("token_revoked")
        return workspace

    def new_id(self, prefix: str) -> str:
        return f"{prefix}{next(self._ids):06d}"

    def new_ts(self) -> str:
        """The `ts` of a new message: unique, with the current time."""
        return f"{int(self.now())}.{next(self._ids):06d}"
