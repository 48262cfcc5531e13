"""Parsing of Slack's payloads and text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.slack.markup import mentioned_users, readable_text
from integrations.slack.payloads import answers, kind_of, read_private_metadata

NAMES = {"U0BO": "bo@example.com", "C2": "design"}


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("<@U0US> current", "current"),
        ("handoff Q17 <@U0BO|bo>", "handoff Q17 bo@example.com"),
        ("handoff Q17 <@U0BO>", "handoff Q17 bo@example.com"),
        ("kudos <@U0STRANGER|eve>", "kudos @eve"),
        ("kudos <@U0STRANGER>", "kudos <@U0STRANGER>"),
        ("in <#C1|roadmap>", "in #roadmap"),
        ("item <https://acme.atlassian.net/browse/WEB-1|WEB-1>", "item WEB-1"),
        ("in <#C1|> there", "in there"),
        ("in <#C1>", "in"),
        ("in <#C2>", "in #design"),
        ("in <#C2|>", "in #design"),
        ("kudos <@U0BO><@U0BO> &amp; <@U0BO>", "kudos bo@example.com bo@example.com & bo@example.com"),
        ("ping <!subteam^S1>", "ping @user-group"),
        ("ping <!channel>", "ping @channel"),
        ("due <!date^1790000000^{date}>", "due 21 Sep 2026"),
        (":rocket: what is blocked :eyes:", "what is blocked"),
        ("is :WEB-1: due", "is :WEB-1: due"),
        ("thanks:tada:", "thanks:tada:"),
        ("ok :+1::skin-tone-2: :100: :male-technologist:", "ok"),
        ("at 10:30:15 in campaign:spring:x", "at 10:30:15 in campaign:spring:x"),
        ("`item WEB-1`", "item WEB-1"),
        ("when is `WEB-1` due", "when is WEB-1 due"),
        ("```item WEB-1```", "item WEB-1"),
        ("```\nitem WEB-1\n```", "item WEB-1"),
        ("`spring_launch *x*`", "spring_launch *x*"),
        ("*item WEB-1*", "item WEB-1"),
        ("_what is *blocked*_ for ~summer~ spring", "what is blocked for summer spring"),
        ("*_~what~_*", "what"),
        ("**what** is blocked", "what is blocked"),
        ("item *<https://acme.example/browse/WEB_1_X|WEB_1_X>*", "item WEB_1_X"),
        ("see <https://example.org/_a_/*b*>", "see https://example.org/_a_/*b*"),
        ("spring_launch and my_own_key, 2*3*4, a * b * c", "spring_launch and my_own_key, 2*3*4, a * b * c"),
        ("*not closed, _neither", "*not closed, _neither"),
        ("&gt; what is blocked", "what is blocked"),
        ("&gt;&gt;&gt; what\nis blocked", "what\nis blocked"),
        ("&gt; one\n&gt; two", "one\ntwo"),
        ("• one\n    ◦ two", "one\ntwo"),
        ("a &gt; b", "a > b"),
        ("ping <!subteam^S1|@web>", "ping @web"),
        ("ping <!here>", "ping @here"),
        ("due <!date^1790000000^{date}|22 Sep 2026>", "due 22 Sep 2026"),
        ("me <mailto:ada@example.com|ada@example.com>", "me ada@example.com"),
        ("see <https://example.org/a?b=1&amp;c=2>", "see https://example.org/a?b=1&c=2"),
        ("see <http://example.org|example.org>", "see example.org"),
        ("see <https://evil.example|the roadmap>", "see https://evil.example"),
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("&amp;lt;", "&lt;"),
        ("<|x>", "x"),
        ("<>", "<>"),
    ],
)
def test_words_read_as_they_were_typed(sent: str, meant: str) -> None:
    assert readable_text(sent, NAMES, "U0US") == meant


@given(st.text(alphabet="<>@#!|^&;ltgamp U0B:/"))
def test_no_words_are_too_odd(sent: str) -> None:
    mentioned_users(sent)
    readable_text(sent, NAMES, "U0US")


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "event", "user", "id", "view", "actions", "command", "user_id", "callback_id"])
            | st.text(max_size=5),
            inner,
            max_size=5,
        )
    ),
    max_leaves=10,
)


@given(_json)
def test_no_payload_is_too_odd_to_be_told_from_a_sound_one(body: object) -> None:
    kind_of(body)


@given(st.text(max_size=50))
def test_what_travelled_with_a_form_may_be_anything(text: str) -> None:
    read_private_metadata({"private_metadata": text}, "T1")


def test_several_choices_are_one_answer() -> None:
    options = [{"value": "a"}, {"value": "b"}]
    state = {"values": {"f": {"f": {"type": "checkboxes", "selected_options": options}}, "g": {"g": {"value": None}}}}

    assert answers({"state": state}) == {"f": "a\nb", "g": ""}
