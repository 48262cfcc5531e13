"""The client of the Teams simulator in another process."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, cast

import httpx
import trustme

from tests.fakes.fake_process import ROOT
from tests.fakes.teams_connector import SECRET

APP = "11111111-2222-4333-8444-555555555555"
TENANT = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
Json = dict[str, Any]

_numbers = count(1)


class TeamsSimulator:
    """The process of the simulator; it runs inside the `with` block."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "connector.jsonl"
        authority = trustme.CA()
        self.ca = folder / "ca.pem"
        authority.cert_pem.write_to_path(str(self.ca))
        own = authority.issue_cert("127.0.0.1")
        self._certificate, self._key = folder / "own.pem", folder / "own.key"
        own.private_key_pem.write_to_path(str(self._key))
        for at, part in enumerate(own.cert_chain_pems):
            part.write_to_path(str(self._certificate), append=at > 0)
        self.port = 0

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "tests.fakes.teams_connector", self.log, self._certificate, self._key]
        self._process = subprocess.Popen([*map(str, command)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self.port = int(cast(IO[str], self._process.stdout).readline())
        self.http = httpx.Client(verify=ssl.create_default_context(cafile=str(self.ca)), timeout=60, trust_env=False)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.http.close()
        with self._process:
            self._process.terminate()

    @property
    def base(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a process that uses the simulator instead of Microsoft."""
        return {
            "SSL_CERT_FILE": str(self.ca),
            "REQUESTS_CA_BUNDLE": str(self.ca),
            "TEAMS_APP_ID": APP,
            "TEAMS_APP_PASSWORD": SECRET,
            "TEAMS_TENANT_ID": TENANT,
            "TEAMS_OPENID_METADATA_URL": f"{self.base}/v1/.well-known/openidconfiguration",
            "TEAMS_AUTHORITY_URL": self.base,
        }

    def control(self, what: str, value: object = None) -> None:
        self.http.post(f"{self.base}/sim/{what}", json=value).raise_for_status()

    def reset(self) -> None:
        self.control("reset", {})

    def set_faults(self, *faults: Mapping[str, object]) -> None:
        """Faults: on (post, update, delete, create, members), room, times, status, code, retry_after, cut, delay_s, together.

        `together` holds requests until there are that many of them.
        """
        self.control("faults", faults)

    def set_members(self, room: str, *members: Mapping[str, object]) -> None:
        self.control("members", {room: members})

    def mint(self, **claims: object) -> str:
        """A token as the channel sends it, with the given claims replaced."""
        parameters = {"aud": APP, "serviceurl": self.base} | {key: str(value) for key, value in claims.items()}
        return self.http.get(f"{self.base}/sim/mint", params=parameters).raise_for_status().text

    def counts(self) -> dict[str, int]:
        return cast(dict[str, int], self.http.get(f"{self.base}/sim/counts").json())

    def wait_for(self, times: int, *, did: str = "post", room: str = "") -> None:
        """Wait until that many calls of that kind were carried out, in that room or anywhere."""
        parameters = {"did": did, "room": room, "times": str(times)}
        self.http.get(f"{self.base}/sim/until", params=parameters).raise_for_status()

    def entries(self, did: str = "post", room: str = "") -> Sequence[Json]:
        """What was carried out, in order, by its own log."""
        lines = self.log.read_text(encoding="utf-8").splitlines(keepends=True)
        whole = [json.loads(line) for line in lines if line.endswith("\n")]
        return [line for line in whole if line["did"] == did and room in ("", line["room"])]

    def member(self, name: str, **more: object) -> Json:
        """A full member of the tenant, called *name*, with the e-mail of that name."""
        return {
            "id": f"29:{name}",
            "name": name.title(),
            "aadObjectId": object_id(name),
            "email": f"{name}@example.com",
            "userPrincipalName": f"{name}@example.com",
            "tenantId": TENANT,
            "userRole": "user",
        } | more

    def activity(self, kind: str, who: str, room: str = "", **more: object) -> Json:
        """An activity of *who* in *room*, a channel's id, or in the direct chat with the bot."""
        place: Json = {"id": room, "conversationType": "channel", "tenantId": TENANT, "isGroup": True}
        extra: Json = {"tenant": {"id": TENANT}, "team": {"id": "19:team@thread.tacv2"}, "channel": {"id": room}}
        if not room:
            place = {"id": f"a:29:{who}", "conversationType": "personal", "tenantId": TENANT}
            extra = {"tenant": {"id": TENANT}}
        return {
            "type": kind,
            "id": f"act-{os.getpid()}-{next(_numbers)}",
            "channelId": "msteams",
            "serviceUrl": self.base,
            "from": {"id": f"29:{who}", "name": who.title(), "aadObjectId": object_id(who)},
            "recipient": {"id": f"28:{APP}", "name": "Handshake"},
            "conversation": place,
            "channelData": extra,
        } | more

    def message_activity(self, name: str, words: str, room: str = "", **more: Any) -> Json:
        """A message of *name*: in the direct chat with the bot, or in a channel with a mention of it."""
        if not room:
            return self.activity("message", name, text=words, **more)
        mention = {
            "type": "mention",
            "text": "<at>Handshake</at>",
            "mentioned": {"id": f"28:{APP}", "name": "Handshake"},
        }
        message: Json = {
            "text": f"<at>Handshake</at> {words}",
            "entities": [mention],
            "conversation": self._thread(room),
        }
        return self.activity("message", name, room, **(message | more))

    def _thread(self, room: str) -> Json:
        root = f"{room};messageid=root-{next(_numbers)}"
        return {"id": root, "conversationType": "channel", "tenantId": TENANT, "isGroup": True}

    def press_activity(self, name: str, data: Mapping[str, object], room: str = "", **more: Any) -> Json:
        """*name* presses a button whose card carries *data*."""
        action = {"type": "Action.Execute", "verb": data.get("action", ""), "data": data}
        value = {"action": action, "trigger": "manual"}
        return self.activity("invoke", name, room, name="adaptiveCard/action", value=value, **more)


def object_id(name: str) -> str:
    """The Entra object id of the person of that name."""
    return f"00000000-0000-4000-8000-{name.encode().hex():0<12.12}"


@contextmanager
def simulator_environment(simulator: TeamsSimulator, **more: str) -> Iterator[None]:
    """Give this process the environment of the simulator inside the block."""
    changes = simulator.environment | more
    before = {key: os.environ.get(key) for key in changes}
    os.environ |= changes
    try:
        yield
    finally:
        for key, value in before.items():
            if value is None:
                os.environ.pop(key, None)
            else:
                os.environ[key] = value
