"""Parsing of activities, rosters and stored references, and the allowed hosts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from integrations.teams.config import TeamsConfig
from integrations.teams.conversations import TeamsConversation, from_text, guess_sort, to_text
from integrations.teams.identity import as_account, profile_from
from integrations.teams.markup import readable_text
from integrations.teams.parsing import parse_activity, with_mentions

TENANT = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
MIA = {
    "id": "29:mia",
    "aadObjectId": "00000000-0000-4000-8000-000000000001",
    "name": "Mia",
    "email": "mia@example.com",
    "userPrincipalName": "mia@example.com",
    "tenantId": TENANT,
    "userRole": "user",
}
JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=5),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
PARTS = [
    "type",
    "id",
    "channelId",
    "serviceUrl",
    "conversation",
    "channelData",
    "from",
    "recipient",
    "text",
    "entities",
    "attachments",
    "value",
    "name",
    "action",
    "replyToId",
    "membersAdded",
    "membersRemoved",
]


@given(some.dictionaries(some.sampled_from(PARTS), JSON, max_size=len(PARTS)))
def test_whatever_comes_in_is_read_without_a_fault(data: dict[str, Any]) -> None:
    """Activities are parsed before they are authenticated."""
    said = parse_activity(data)

    assert said.kind == (data["type"] if isinstance(data.get("type"), str) else "")


@pytest.mark.parametrize(
    ("more", "kind", "email"),
    [
        ({}, "member", "mia@example.com"),
        ({"tenantId": TENANT.upper()}, "member", "mia@example.com"),
        ({"email": None}, "member", "mia@example.com"),
        ({"email": "", "userPrincipalName": "mia"}, "member", ""),
        ({"userRole": "guest"}, "guest", ""),
        ({"userRole": "anonymous"}, "guest", ""),
        ({"tenantId": TENANT.replace("a", "b")}, "guest", ""),
        ({"userPrincipalName": "mia_example.com#EXT#@other.example"}, "guest", ""),
        ({"id": "28:some-bot"}, "bot", ""),
    ],
)
def test_an_address_counts_for_full_members_of_the_tenant_alone(more: dict[str, object], kind: str, email: str) -> None:
    found = profile_from(MIA | more, TENANT)

    assert (found.kind, found.email) == (kind, email)


def test_somebody_goes_by_the_id_that_is_linked() -> None:
    found = profile_from(MIA, TENANT)
    object_id = MIA["aadObjectId"]

    assert as_account(found, frozenset()).external_id == "29:mia"
    assert as_account(found, frozenset({object_id})).external_id == object_id
    assert as_account(found, frozenset({object_id, "29:mia"})).external_id == "29:mia"


def test_our_name_is_taken_out_wherever_it_stands_and_others_stay() -> None:
    said = parse_activity(
        {
            "type": "message",
            "text": "ask <at>Handshake</at> what <at>Bo</at> owns",
            "recipient": {"id": "28:us"},
            "entities": [
                {"type": "mention", "text": "<at>Handshake</at>", "mentioned": {"id": "28:us"}},
                {"type": "mention", "text": "<at>Bo</at>", "mentioned": {"id": "29:bo", "name": "Bo"}},
            ],
        }
    )

    assert said.text.split() == ["ask", "what", "<at>Bo</at>", "owns"]
    assert [each.account for each in said.mentions] == ["29:bo"]


def test_two_people_of_one_name_are_two_people() -> None:
    """Both mentions are the same words; which is whose is their order."""
    text = "kudos <at>Alex</at> and <at>Alex</at>, also <at>Alex</at> and <at>Bo</at>"
    named = [("<at>Alex</at>", "a@x"), ("<at>Alex</at>", "b@x"), ("<at>Bo</at>", "bo@x")]

    assert with_mentions(text, named) == "kudos a@x and b@x, also b@x and bo@x"


def test_a_text_that_came_as_html_alone_is_read() -> None:
    files = [{"contentType": "text/html", "content": "<p>what is blocked</p>"}]

    assert parse_activity({"text": "", "attachments": files}).text == "<p>what is blocked</p>"
    assert parse_activity({"text": "what is blocked", "attachments": files}).text == "what is blocked"


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("what is blocked", "what is blocked"),
        ("<p>what is&nbsp;blocked</p>", "what is blocked"),
        ("<div><div>item WEB-1</div></div>", "item WEB-1"),
        ("<b>item</b> <i>WEB-1</i>", "item WEB-1"),
        ("<strong>item</strong> <em>WEB-1</em> <u>now</u>", "item WEB-1 now"),
        ("<s>old</s> item <code>WEB-1</code>", "old item WEB-1"),
        ("<pre><code>item WEB-1</code></pre>", "item WEB-1"),
        ("kudos @bo for<br>the launch<br/>and more", "kudos @bo for\nthe launch\nand more"),
        ("one\r\ntwo", "one\ntwo"),
        ("<blockquote>what is blocked</blockquote>", "what is blocked"),
        (
            '<blockquote itemscope itemtype="http://schema.skype.com/Reply" itemid="1"><strong>Bo</strong>'
            '<p itemprop="preview">old</p></blockquote><p>what is blocked</p>',
            "what is blocked",
        ),
        ('item <a href="https://acme.example/browse/WEB-1" title="x">WEB-1</a>', "item WEB-1"),
        (
            'item <a href="https://acme.example/browse/WEB-1"><b>the banner</b></a>',
            "item https://acme.example/browse/WEB-1",
        ),
        ('me <a href="mailto:bo@example.com">bo@example.com</a>', "me bo@example.com"),
        ('<emoji id="rocket" alt="🚀" title="Rocket"></emoji> what is blocked', "🚀 what is blocked"),
        ('what <img alt="image" src="https://x/y.png" width="3"> is', "what is"),
        ('what <img alt="😀" itemtype="http://schema.skype.com/Emoji"> is', "what 😀 is"),
        ('<attachment id="1"></attachment> current', "current"),
        ("R&amp;D &lt;core&gt; &quot;x&quot; &#39;y&#39;", "R&D <core> \"x\" 'y'"),
        ("a < b and <id> stays", "a < b and <id> stays"),
        ("**item** _WEB-1_ ~~old~~ `x`", "item WEB-1 old x"),
        ("> what is blocked", "what is blocked"),
        ("spring_launch, https://example.org/_a_/x", "spring_launch, https://example.org/_a_/x"),
        ("[WEB-1](https://acme.example/browse/WEB-1)", "WEB-1"),
        ("<ul><li>one</li><li>two</li></ul>", "one\n\ntwo"),
        ("&amp;lt;", "&lt;"),
    ],
)
def test_words_read_as_they_were_typed(sent: str, meant: str) -> None:
    assert readable_text(sent) == meant


@given(some.text(alphabet='<>/&;abptihrefl=" \n*_~`[]()'))
def test_no_words_are_too_odd(sent: str) -> None:
    readable_text(sent)


def test_a_thread_is_told_apart_from_its_channel() -> None:
    said = parse_activity({"conversation": {"id": "19:x@thread.tacv2;messageid=17", "conversationType": "channel"}})

    assert (said.conversation, said.thread, said.sort) == ("19:x@thread.tacv2", "17", "channel")


def test_a_reference_of_a_later_version_is_still_read() -> None:
    kept = to_text(TeamsConversation("a:1", "personal", "https://smba.trafficmanager.net/emea", account="29:mia"))

    assert from_text(kept.replace('{"', '{"news": 1, "', 1)).account == "29:mia"


@pytest.mark.parametrize(
    ("conversation", "sort"),
    [("19:x@thread.tacv2", "channel"), ("19:x@thread.v2", "groupChat"), ("a:1xyz", "personal")],
)
def test_what_never_spoke_to_us_is_known_by_its_id(conversation: str, sort: str) -> None:
    assert guess_sort(conversation) == sort


@pytest.mark.parametrize(
    ("url", "ours"),
    [
        ("https://smba.trafficmanager.net/emea/", True),
        ("https://smba.infra.gov.teams.microsoft.us/gcch", True),
        ("https://extra.example/x", True),
        ("https://127.0.0.1:8443/", False),
        ("http://localhost:56150/_connector", False),
        ("", False),
    ],
)
def test_in_earnest_no_host_of_this_machine_is_a_way_back(url: str, *, ours: bool) -> None:
    config = TeamsConfig("app", "password", TENANT, service_hosts=frozenset({"extra.example"}))

    assert config.is_service_url(url) is ours


def test_files_lie_in_sharepoint() -> None:
    config = TeamsConfig("app", "password", TENANT)

    assert config.is_file_host("https://contoso-my.sharepoint.com/personal/x?tempauth=1")
    assert not config.is_file_host("https://sharepoint.com.evil.example/")
    assert not config.is_file_host("https://evil.example\\@contoso.sharepoint.com/")
    assert not config.is_file_host("https://evil.example\n.sharepoint.com/")
    assert not config.is_file_host("http://contoso.sharepoint.com/")
    assert not config.is_file_host("https://127.0.0.1/")
