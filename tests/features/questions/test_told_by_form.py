"""Some messages are no question about the roadmap by their form alone; what may be one is left to the reader."""

from __future__ import annotations

import pytest

from handlers.questions.rules.told_by_form import told_by_form
from handlers.questions.rules.understanding import NotUnderstood, OtherFeature, Requested, SmallTalk, Topic


@pytest.mark.parametrize(
    "words",
    [
        "hi",
        "Hello there!",
        "hey 👋",
        "thanks!",
        "Thank you very much.",
        "good morning, team",
        "what can you do?",
        "ok great, thanks",
    ],
)
def test_small_talk(words: str) -> None:
    assert isinstance(told_by_form(words), SmallTalk)


@pytest.mark.parametrize(
    ("words", "topic"),
    [
        ("when is the next dinner?", "dinner"),
        ("Hi, who sits at my table?", "dinner"),
        ("who hosts the dinner in Q1?", "dinner"),
        ("who is my tour partner", "tour"),
        ("when does my tour end?", "tour"),
        ("who has read R42?", "reading"),
        ("who hasn’t read the current version", "reading"),
        ("who is behind?", "reading"),
        ("who is still behind on the roadmap", "reading"),
        ("was Ben thanked?", "thanks"),
        ("who was thanked this month", "thanks"),
        ("what was I asked?", "questions"),
        ("which questions are waiting for me", "questions"),
    ],
)
def test_what_only_another_feature_can_answer(words: str, topic: Topic) -> None:
    assert told_by_form(words) == OtherFeature(topic)


@pytest.mark.parametrize(
    "words",
    [
        "mark WEB-12 as done",
        "Could you move WEB-12 to 20 January, please?",
        "move it to 20 January",
        "please assign WEB-12 to Bo",
        "close WEB-12",
        "postpone it by two weeks",
        "I want IT to build a landing page for Spring Launch",
        "we need somebody to design a banner",
        "build us a dashboard",
        "send me a summary every Monday",
        "remind me about WEB-12",
        "plan a dinner",
        "thank Bo for the night shift",
        "sign me up for the tours",
    ],
)
def test_requests(words: str) -> None:
    assert told_by_form(words) == Requested(words)


@pytest.mark.parametrize(
    "words",
    [
        "hi, what is blocked?",
        "Drop-dead list: milestones due this quarter.",
        "close this quarter what is open?",
        "thanks, and what is IT working on for Spring Launch?",
        "who owns the dinner invitation page?",
        "when is the dinner invitation due",
        "who is behind schedule on Spring Launch",
        "who is behind on the consent banner",
        "has the consent banner shipped?",
        "what is marked as done",
        "update on WEB-12",
        "what moved to January",
        "which items were moved by two weeks",
        "what do we need to build for Spring Launch?",
        "what does Marketing need from IT",
        "is it done?",
        "what changed since Friday",
        "who read the brief for WEB-12 and owns it",
        "what was asked of IT",
        "give me everything due this week",
        "tell me when WEB-12 is due",
        "let me know when the banner is due",
        "show me what needs to be done to close Spring Launch",
    ],
)
def test_what_may_be_a_question_is_left_alone(words: str) -> None:
    assert told_by_form(words) is None


def test_a_term_is_not_understood_until_there_is_a_glossary() -> None:
    assert told_by_form("what does CDP mean?") == NotUnderstood(
        "there is no glossary yet, so I cannot say what “CDP” means"
    )


def test_an_item_can_be_named_by_its_title() -> None:
    assert told_by_form("mark the consent banner as done", names_item=True) == Requested(
        "mark the consent banner as done"
    )
    assert told_by_form("when is the consent banner due", names_item=True) is None
