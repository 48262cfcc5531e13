"""Authentication at /api/messages, our own token, and the checks of doctor."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from structlog.testing import capture_logs

from bot.commands import doctor
from bot.settings import WrongSettings, check_platforms, load
from integrations.ports.clock import FixedClock
from integrations.ports.errors import Unavailable
from integrations.ports.inbound import Account, ConversationRef
from integrations.ports.platform import AdapterContext
from integrations.teams.adapter import TeamsAdapter
from integrations.teams.auth import SigningKeys
from integrations.teams.config import TeamsConfig
from integrations.teams.conversations import TeamsConversation, TeamsConversations
from integrations.teams.health import findings
from integrations.teams.tokens import AccessTokens
from tests.fakes.state import MemorySecretStore
from tests.fakes.teams_connector import SECRET
from tests.fakes.teams_process import APP, TENANT, TeamsSimulator, simulator_environment
from tests.teams.harness import TeamsHarness, teams_harness

Json = dict[str, Any]


@pytest.fixture
async def http(simulator: TeamsSimulator) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as client:
        yield client


class ManualTimer:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


BAD_TOKENS: dict[str, Json] = {
    "signed by somebody else": {"forged": "yes"},
    "signed with a key nobody announced": {"kid": "invented"},
    "expired": {"exp": "1700000000"},
    "without an end": {"exp": "-"},
    "for another app": {"aud": APP.replace("1", "9")},
    "for nobody": {"aud": "-"},
    "issued by somebody else": {"iss": "https://sts.windows.net/somebody"},
    "for another service address": {"serviceurl": "https://smba.trafficmanager.net/emea"},
    "for no service address": {"serviceurl": "-"},
}


async def test_a_token_with_anything_wrong_is_refused_once_in_the_log(
    teams: TeamsHarness, simulator: TeamsSimulator, subtests: pytest.Subtests
) -> None:
    for what, claims in BAD_TOKENS.items():
        with subtests.test(what):
            token = await teams.mint(**claims)
            with capture_logs() as logs:
                answer = await teams.send(simulator.message_activity("mia", "a secret plan"), header=f"Bearer {token}")

            assert (answer.status_code, answer.json()) == (401, {"error": "refused"})
            (line,) = logs
            assert (line["action"], line["status"]) == ("teams.refused", 401)
            assert token not in str(line)
            assert "a secret plan" not in str(line)


async def test_without_a_token_nobody_gets_in(
    teams: TeamsHarness, simulator: TeamsSimulator, subtests: pytest.Subtests
) -> None:
    for header in (None, "Basic dTpw", "Bearer", "Bearer not.a.token", "Bearer \xff"):
        with subtests.test(header):
            headers = {} if header is None else {b"Authorization": header.encode("latin-1")}

            answer = await teams.http.post(
                teams.address, json=simulator.message_activity("mia", "roadmap"), headers=headers
            )

            assert answer.status_code == 401


async def test_a_token_without_our_signature_algorithm_is_refused(
    teams: TeamsHarness, simulator: TeamsSimulator
) -> None:
    """A token with the algorithm "none", or signed with a shared secret."""
    import jwt

    claims = {
        "aud": APP,
        "iss": "https://api.simulator.test",
        "exp": int(time.time()) + 60,
        "serviceurl": simulator.base,
    }
    kid = jwt.get_unverified_header(await teams.mint())["kid"]
    for forged in (
        jwt.encode(claims, "", algorithm="none", headers={"kid": kid}),
        jwt.encode(claims, "x" * 64, algorithm="HS256", headers={"kid": kid}),
    ):
        answer = await teams.send(simulator.message_activity("mia", "roadmap"), header=f"Bearer {forged}")
        assert answer.status_code == 401


async def test_a_key_that_does_not_speak_for_teams_is_refused(simulator: TeamsSimulator, sqlite_address: str) -> None:
    simulator.control("set", {"endorsements": ["webchat"]})
    async with teams_harness(simulator, sqlite_address) as teams:
        answer = await teams.send(simulator.message_activity("mia", "roadmap"))

    assert answer.status_code == 401


ELSEWHERE: dict[str, Json] = {
    "another tenant": {"channelData": {"tenant": {"id": TENANT.replace("a", "b")}}},
    "no tenant": {"channelData": {}, "conversation": {"id": "a:29:mia", "conversationType": "personal"}},
    "another channel": {"channelId": "webchat"},
}


async def test_a_good_token_from_elsewhere_is_forbidden(
    teams: TeamsHarness, simulator: TeamsSimulator, subtests: pytest.Subtests
) -> None:
    simulator.control("set", {"endorsements": []})
    for what, more in ELSEWHERE.items():
        with subtests.test(what):
            answer = await teams.send(simulator.message_activity("mia", "roadmap") | more)

            assert answer.status_code == 403


FOREIGN = (
    "https://smba.trafficmanager.net.evil.example/emea",
    "https://evil.example/smba.trafficmanager.net",
    "http://smba.trafficmanager.net/emea",
    "https://user@evil.example",
    "https://[::1",
)


async def test_a_way_back_that_is_not_microsoft_s_is_forbidden(
    teams: TeamsHarness, simulator: TeamsSimulator, subtests: pytest.Subtests
) -> None:
    """Otherwise our own token would be sent there."""
    for url in FOREIGN:
        with subtests.test(url):
            token = await teams.mint(serviceurl=url)

            answer = await teams.send(
                simulator.message_activity("mia", "roadmap", serviceUrl=url), header=f"Bearer {token}"
            )

            assert answer.status_code == 403


NO_ACTIVITIES = (
    (b"", 400),
    (b"no json", 400),
    (b"[]", 400),
    (b'"text"', 400),
    (b"{}", 400),
    (b"[" * 100_000, 400),
    (b'{"type":"message","from":[1],"conversation":"x","channelData":3}', 401),
    (b'{"a":"' + b"x" * 300_000 + b'"}', 413),
)


async def test_what_is_no_activity_is_told_so(teams: TeamsHarness, subtests: pytest.Subtests) -> None:
    for body, status in NO_ACTIVITIES:
        with subtests.test(repr(body[:30])):
            headers = {"Content-Type": "application/json", "Authorization": f"Bearer {await teams.mint()}"}
            answer = await teams.http.post(teams.address, content=body, headers=headers)

            assert answer.status_code == status


async def test_an_activity_of_a_strange_shape_from_microsoft_is_told_so(
    teams: TeamsHarness, simulator: TeamsSimulator
) -> None:
    answer = await teams.send(
        simulator.message_activity("mia", "roadmap", membersAdded="everybody", timestamp={"a": 1})
    )

    assert answer.status_code == 400


async def test_new_keys_are_found_when_they_are_first_used(simulator: TeamsSimulator, http: httpx.AsyncClient) -> None:
    """Otherwise a key rotation would lock Microsoft out for a day."""
    watch = ManualTimer()
    keys = SigningKeys(http, f"{simulator.base}/v1/.well-known/openidconfiguration", clock=watch)
    await keys.issuer()
    simulator.control("rotate", {})
    fresh = simulator.http.get(f"{simulator.base}/v1/keys").json()["keys"][0]["kid"]

    assert await keys.find(fresh) is None
    watch.now += 61
    assert await keys.find(fresh) is not None


async def test_invented_keys_cause_no_storm(teams: TeamsHarness, simulator: TeamsSimulator) -> None:
    await teams.send_and_wait(simulator.message_activity("mia", "help"), "a:29:mia")
    before = simulator.counts()["keys"]
    tokens = [await teams.mint(kid=f"invented-{number}") for number in range(20)]

    answers = await asyncio.gather(
        *(teams.send(simulator.message_activity("mia", "x"), header=f"Bearer {each}") for each in tokens)
    )

    assert {each.status_code for each in answers} == {401}
    assert simulator.counts()["keys"] - before <= 1


async def test_without_any_key_it_is_our_fault_not_the_caller_s(sqlite_address: str, simulator: TeamsSimulator) -> None:
    with simulator_environment(simulator, TEAMS_OPENID_METADATA_URL=f"{simulator.base}/nothing-here"):
        async with teams_harness(simulator, sqlite_address) as teams:
            answer = await teams.send(simulator.message_activity("mia", "roadmap"))

    assert answer.status_code == 503


def _config(simulator: TeamsSimulator, **more: Any) -> TeamsConfig:
    return TeamsConfig(
        app_id=APP,
        app_password=more.pop("app_password", SECRET),
        tenant_id=TENANT,
        openid_metadata_url=f"{simulator.base}/v1/.well-known/openidconfiguration",
        authority_url=simulator.base,
        **more,
    )


@pytest.fixture
def tokens(simulator: TeamsSimulator, http: httpx.AsyncClient) -> AccessTokens:
    config = _config(simulator)
    return AccessTokens(config, SigningKeys(http, config.openid_metadata_url))


async def test_one_token_serves_everybody(tokens: AccessTokens, simulator: TeamsSimulator) -> None:
    got = await asyncio.gather(*(tokens.get() for _ in range(20)))

    assert len(set(got)) == 1
    assert (simulator.counts()["token"], simulator.counts()["discovery"]) == (1, 1)


async def test_a_slow_token_endpoint_does_not_hold_up_anything_else(
    tokens: AccessTokens, simulator: TeamsSimulator
) -> None:
    simulator.control("set", {"token_delay_s": 0.6})
    loop, longest = asyncio.get_running_loop(), 0.0
    getting = asyncio.create_task(tokens.get())
    while not getting.done():
        before = loop.time()
        await asyncio.sleep(0)
        longest = max(longest, loop.time() - before)

    assert await getting
    assert longest < 0.3


async def test_a_refused_token_is_replaced_and_then_it_is_somebody_s_turn(
    tokens: AccessTokens, simulator: TeamsSimulator
) -> None:
    old = await tokens.get()
    tokens.forget(old)
    new = await tokens.get()
    simulator.control("set", {"token_error": "invalid_client"})
    tokens.forget(new)

    assert new != old
    with capture_logs() as logs, pytest.raises(Unavailable) as refused:
        await tokens.get()
    assert refused.value.retry_after is not None
    assert not refused.value.uncertain
    assert [line["code"] for line in logs] == ["invalid_client"]
    assert SECRET not in str(logs)


async def test_half_configured_teams_stops_the_start(simulator: TeamsSimulator, tmp_path: Path) -> None:
    with (
        simulator_environment(simulator, TEAMS_APP_PASSWORD=""),
        pytest.raises(WrongSettings, match="TEAMS_APP_PASSWORD"),
    ):
        check_platforms(load(database_url=f"sqlite:///{tmp_path}/x.db"))


async def test_talking_without_a_token_is_refused_where_the_internet_gets_in(simulator: TeamsSimulator) -> None:
    with (
        simulator_environment(simulator, TEAMS_ALLOW_ANONYMOUS="1"),
        pytest.raises(WrongSettings, match="TEAMS_ALLOW_ANONYMOUS"),
    ):
        check_platforms(load(public_url="https://handshake.example.com"))


async def test_a_local_test_client_may_talk_without_a_token(simulator: TeamsSimulator, sqlite_address: str) -> None:
    with simulator_environment(simulator, TEAMS_ALLOW_ANONYMOUS="1"):
        async with teams_harness(simulator, sqlite_address) as teams:
            answer = await teams.send(simulator.message_activity("mia", "roadmap"), header=None)

    assert answer.status_code == 202


async def _findings(teams: TeamsHarness, capsys: pytest.CaptureFixture[str]) -> dict[str, tuple[bool | None, str]]:
    """The results of doctor for Teams, by check."""
    await doctor.run(teams.app.settings, as_json=True)
    told = json.loads(capsys.readouterr().out.splitlines()[-1])["findings"]
    return {each["what"]: (each["ok"], f"{each['said']} {each['todo']}") for each in told if "teams" in each["what"]}


async def test_doctor_finds_nothing_to_do_where_all_is_well(
    teams: TeamsHarness, capsys: pytest.CaptureFixture[str]
) -> None:
    found = await _findings(teams, capsys)

    assert [ok for ok, _ in found.values()] == [None, True, True, True]


async def test_doctor_names_the_secret_that_has_expired(
    teams: TeamsHarness, simulator: TeamsSimulator, capsys: pytest.CaptureFixture[str]
) -> None:
    simulator.control("set", {"token_error": "invalid_client"})

    ok, told = (await _findings(teams, capsys))["teams token"]

    assert not ok
    assert "TEAMS_APP_PASSWORD" in told


async def test_doctor_names_a_room_that_follows_and_cannot_be_reached(
    teams: TeamsHarness, room: str, capsys: pytest.CaptureFixture[str]
) -> None:
    await teams.chat_app.subscribe_room("teams", room)

    ok, told = (await _findings(teams, capsys))["teams rooms"]

    assert not ok
    assert room in told


class _NothingFollowed:
    """No conversation is subscribed."""

    async def subscribed_conversations(self, _platform: str) -> tuple[()]:
        return ()


async def test_doctor_names_the_address_of_the_keys_where_a_token_is_wanting_for_them(
    simulator: TeamsSimulator, http: httpx.AsyncClient
) -> None:
    secret_store, clock = MemorySecretStore(), FixedClock(datetime(2026, 1, 1, tzinfo=UTC))
    context = AdapterContext(None, None, secret_store, None, _NothingFollowed(), None, clock, "https://h.example.com")  # type: ignore[arg-type]
    config = replace(_config(simulator), openid_metadata_url="nonsense")

    found = {each.what: each for each in await findings(config, context, TeamsConversations(secret_store), http)}

    assert "TEAMS_OPENID_METADATA_URL" in found["teams token"].fix
    assert "TEAMS_AUTHORITY_URL" not in found["teams token"].fix


async def test_doctor_names_a_clock_that_is_wrong(simulator: TeamsSimulator, http: httpx.AsyncClient) -> None:
    """If the clock is minutes off, every token is refused."""
    secret_store, clock = MemorySecretStore(), FixedClock(datetime(2020, 1, 1, tzinfo=UTC))
    late = AdapterContext(None, None, secret_store, None, _NothingFollowed(), None, clock, "https://h.example.com")  # type: ignore[arg-type]

    found = {
        each.what: each for each in await findings(_config(simulator), late, TeamsConversations(secret_store), http)
    }

    assert found["teams keys"].ok is False
    assert "set the clock" in found["teams keys"].fix
    assert found["teams address"].detail.endswith("https://h.example.com/api/messages")


async def test_after_a_start_rooms_are_looked_at_together_and_those_out_of_reach_count_as_unknown(
    simulator: TeamsSimulator,
) -> None:
    """Notices wait for it."""
    following, secret_store = _FollowedRooms("19:lost@thread.tacv2"), MemorySecretStore()
    for number in range(8):
        room = f"19:slow{number}@thread.tacv2"
        simulator.set_members(room, simulator.member("mia"))
        await TeamsConversations(secret_store).save(TeamsConversation(room, "channel", simulator.base))
        following.known[room] = None
    simulator.set_faults({"on": "members", "together": 8, "times": 8})
    unused: Any = None
    context = AdapterContext(
        unused,
        unused,
        secret_store,
        cast(Any, following),
        cast(Any, following),
        unused,
        FixedClock(datetime(2026, 1, 1, tzinfo=UTC)),
    )
    adapter = TeamsAdapter(_config(simulator), context)

    async with asyncio.timeout(60), adapter.connected(), adapter.serving():
        await adapter.ready.wait()

    assert following.known.pop("19:lost@thread.tacv2") is False
    assert set(following.known.values()) == {True}


class _FollowedRooms:
    """Subscribed conversations, and whether their members are known. No account is linked."""

    def __init__(self, *rooms: str) -> None:
        self.known: dict[str, bool | None] = dict.fromkeys(rooms)

    async def subscribed_conversations(self, platform: str) -> list[ConversationRef]:
        return [ConversationRef(platform, each) for each in self.known]

    async def sync(self, where: ConversationRef, members: Sequence[Account] | None, *, external: bool) -> None:
        self.known[where.id] = members is not None

    async def linked(self, *_accounts: object) -> frozenset[str]:
        return frozenset()
