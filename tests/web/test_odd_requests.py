"""Requests to the console that are almost right: never our fault, never a traceback."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from tests.hypothesis_profiles import example_count
from tests.mutations import Mutations, mutations
from tests.web.visitor import ADA, Visitor

ACTIONS: tuple[Any, ...] = (
    {"do": "say", "as": ADA, "in": "me", "look": "slack", "words": "help", "event": "e1"},
    {"do": "say", "as": ADA, "in": "#spring", "words": "@Handshake current"},
    {"do": "press", "as": ADA, "in": "#spring", "action": "item", "value": "WEB-1", "label": "Show"},
    {"do": "send", "as": ADA, "in": "me", "form": "kudos", "value": "", "answers": {"to": "bo", "reason": "help"}},
)
PAGES = ("/", "/cards", "/people", "/happened", "/board", "/board.md", "/file/x", "/static/x")
ODD_TEXTS = ("", "\x00", "9" * 400, "-1", "\u0662", "#", "#\x00", "me", "x" * 5_000, "%ff", "[]", "\u202e")

some_on_one_page = settings(
    max_examples=example_count(300, sample=8), suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@some_on_one_page
@given(odd=mutations)
async def test_an_odd_action_is_nobodys_fault_but_the_browsers(
    visitor: Visitor, caplog: pytest.LogCaptureFixture, odd: Mutations
) -> None:
    with capture_logs() as lines:
        body = json.dumps(odd.of(ACTIONS))
        answer = await visitor.browser.post("/act", content=body, headers={"content-type": "application/json"})

    assert answer.status_code < 500, body[:2000]
    assert [line for line in lines if line.get("exc_info")] == [], body[:2000]


@some_on_one_page
@given(
    page=st.sampled_from(PAGES),
    query=st.dictionaries(
        st.sampled_from(["as", "in", "look", "tour", "card", "before", "find", "state"]), st.sampled_from(ODD_TEXTS)
    ),
)
async def test_an_odd_address_is_nobodys_fault_but_the_browsers(
    visitor: Visitor, page: str, query: dict[str, str]
) -> None:
    answer = await visitor.browser.get(page, params=query)

    assert answer.status_code < 500


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=", b"--\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name=file; filename="\x00\xff"\r\n\r\n1\r\n--x--',
        ),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=as\r\n\r\n\xff\r\n--x--"),
        ("application/x-www-form-urlencoded", b"file=x"),
    ],
)
async def test_an_odd_upload_is_nobodys_fault_but_the_browsers(
    visitor: Visitor, content_type: str, body: bytes
) -> None:
    answer = await visitor.browser.post("/drop", content=body, headers={"content-type": content_type})

    assert answer.status_code < 500
