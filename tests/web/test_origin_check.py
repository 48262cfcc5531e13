"""Requests of other origins, security headers, and hostile text and bodies."""

from __future__ import annotations

import json

import httpx
import pytest

from bot.server import MAX_BODY_BYTES
from tests.web.visitor import ADA, ADDRESS, Visitor, open_visitor

ROUTES = ("/", "/cards", "/people", "/happened", "/file/x", "/static/style.css", "/board", "/board.md", "/healthz")
SCRIPT = "<script>alert(3)</script>\"'><img src=x onerror=alert(4)>"


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "[::2]", "a@localhost", "10.0.0.1", ""]
)
async def test_a_name_that_only_leads_here_is_refused_everywhere(visitor: Visitor, host: str) -> None:
    for route in (*ROUTES, "/events"):
        answer = await visitor.browser.get(route, headers={"host": host})
        assert answer.status_code == 421, route


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://localhost:8080", "http://localhost:9090"])
async def test_another_page_may_neither_act_nor_listen(visitor: Visitor, origin: str) -> None:
    said = {"do": "say", "as": ADA, "words": "help"}

    for answer in (
        await visitor.browser.post("/act", json=said, headers={"origin": origin}),
        await visitor.browser.get("/events", headers={"origin": origin}),
    ):
        assert answer.status_code == 403


async def test_what_changes_something_must_say_where_it_comes_from(visitor: Visitor) -> None:
    bare = httpx.ASGITransport(visitor.demo.page)
    async with httpx.AsyncClient(transport=bare, base_url=ADDRESS) as stranger:
        answer = await stranger.post("/act", json={"do": "say", "words": "help"})

    assert answer.status_code == 403


async def test_exposed_it_answers_to_addresses_but_not_to_names(sqlite_address: str) -> None:
    async with open_visitor(sqlite_address, expose=True) as visitor:
        for host, status in (("192.0.2.7:8080", 200), ("[2001:db8::1]:8080", 200), ("evil.example", 421)):
            answer = await visitor.browser.get("/people", headers={"host": host, "origin": f"http://{host}"})
            assert answer.status_code == status, host


async def test_no_page_lets_a_script_of_its_own_run(visitor: Visitor) -> None:
    for route in ROUTES:
        answer = await visitor.browser.get(route)
        policy = answer.headers["content-security-policy"]

        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        for inline in ("<script>", " onclick=", " style=", "<style"):
            assert inline not in answer.text, route


@pytest.mark.parametrize("look", ["console", "slack", "teams", "text"])
async def test_script_in_every_field_is_shown_as_text(visitor: Visitor, look: str) -> None:
    """Title, name and role contain a script already; this adds reason, room, words, file and search."""
    await visitor.say(f'item edit WEB-1 due=2027-03-10 --why "{SCRIPT}"')
    shown = [
        (await visitor.say(words, look=look))["entries"]
        for words in ("roadmap", "draft show", SCRIPT, f"item {SCRIPT}", "item WEB-1", "coverage")
    ]
    files = {"file": (f"{SCRIPT}.csv", b"key\n")}
    dropped = await visitor.browser.post("/drop", data={"as": ADA, "look": look}, files=files)
    pages = [
        await visitor.get_page(look=look),
        await visitor.get_page(f"#{SCRIPT[:8]}", look=look),
        (await visitor.browser.get("/people", params={"find": SCRIPT, "in": SCRIPT, "as": ADA})).text,
        (await visitor.browser.get("/", params={"as": SCRIPT})).text,
    ]

    for html in (*shown, dropped.json().get("entries", ""), dropped.json()["happened"], *pages):
        assert "<script>" not in html
        assert "<img src=x" not in html


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"say"',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"do":"fly"}',
        b'{"do":"say","words":7}',
        b'{"do":"say","words":{"a":1}}',
        b'{"do":"say","as":["x"],"words":"help"}',
        b'{"do":"press","action":null}',
        b'{"do":"send","form":"ask","answers":[]}',
        b'{"do":"send","form":"ask","answers":{"question":1}}',
    ],
)
async def test_garbage_is_refused_in_words(visitor: Visitor, body: bytes) -> None:
    answer = await visitor.browser.post("/act", content=body, headers={"content-type": "application/json"})

    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize(
    "act",
    [
        {"do": "press", "action": "no such thing", "value": "\x00\ud800"},
        {"do": "send", "form": "no such form", "answers": {"\ud800": "\x00"}},
        {"do": "say", "words": "\x00\x1b[31m\u202e" * 100},
        {"do": "say", "as": "nobody@example.com", "words": "current"},
        {"do": "say", "in": "#" + "x" * 60, "words": "subscribe roadmap"},
    ],
)
async def test_nonsense_in_the_right_shape_gets_an_answer(visitor: Visitor, act: dict[str, object]) -> None:
    body = json.dumps({"as": ADA, **act})

    answer = await visitor.browser.post("/act", content=body, headers={"content-type": "application/json"})

    assert answer.status_code == 200


async def test_what_is_too_large_is_refused(visitor: Visitor) -> None:
    words = b'{"do":"say","words":"' + b"x" * MAX_BODY_BYTES + b'"}'

    told = await visitor.browser.post("/act", content=words, headers={"content-type": "application/json"})
    dropped = await visitor.browser.post("/drop", files={"file": ("big.csv", b"x" * (MAX_BODY_BYTES + 1))})

    assert (told.status_code, dropped.status_code) == (413, 413)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_no_route_stumbles_over_another_method(visitor: Visitor, method: str) -> None:
    for route in (*ROUTES, "/act", "/drop", "/nowhere", "/static/../web.py", "/file/../../etc/passwd"):
        answer = await visitor.browser.request(method, route, content=b"\xff" * 100)
        assert answer.status_code < 500, route


@pytest.mark.parametrize("value", ["-1", "9" * 30, "x", "1;drop", "\x00", "１２"])
async def test_no_number_in_an_address_makes_it_stumble(visitor: Visitor, value: str) -> None:
    for name in ("before", "card", "tour", "look", "in", "as", "state", "theme"):
        for route in ("/", "/cards", "/people", "/happened"):
            answer = await visitor.browser.get(route, params={name: value})
            assert answer.status_code < 500, (route, name)
