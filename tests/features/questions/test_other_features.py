"""Dinners, tours, readers, thanks and open questions answer for themselves; small talk is greeted back."""

from __future__ import annotations

import pytest

from handlers.catalogue import FEATURES
from handlers.context import Request
from handlers.grammar import Arguments, find_command
from handlers.questions.rules.people_named import people_in
from handlers.questions.rules.understanding import NotUnderstood, OtherFeature, SmallTalk, Topic, Understanding
from handlers.questions.rules.who_is import term_in, who_is
from handlers.questions.workflow.beyond_roadmap import AskedWords, answer_beyond_roadmap
from handlers.questions.workflow.other_features import commands_of
from handlers.questions.workflow.pipeline import ParsedQuestion, answer_parsed, save
from integrations.plain.render import card_text
from integrations.ports.cards import Button, Buttons
from integrations.ports.inbound import Reply
from storage import people, places, revisions
from storage.directory import directory
from storage.questions import ModelUsage
from storage.store import Store
from storage.values.company import Directory, Permission, Person
from tests.app import ChatApp, item, text_of

ANA, BO, VERA, ROOT, ZORA = (f"{name}@example.com" for name in ("ana", "bo", "vera", "root", "zora"))
ROOM, PARTNERS = "#launch", "#partners"


@pytest.fixture
async def company(sqlite_store: Store) -> ChatApp:
    """Nothing is published yet. Zora does not want to be named publicly."""
    app = ChatApp(sqlite_store, FEATURES)
    await app.add_teams()
    await app.add_person(ANA, "seo", Permission.CONTRIBUTOR)
    await app.add_person(BO, "web", role="Marketing technologist")
    await app.add_person(VERA, "web")
    await app.add_person(ROOT, "web", Permission.ADMIN)
    await app.add_person(ZORA, "web", named_publicly=False)
    return app


@pytest.fixture
async def app(company: ChatApp) -> ChatApp:
    await company.publish(
        item("WEB-12", "Consent banner", owner="p_bo"),
        item("SEO-1", "Secret merger", team="seo", owner="p_bo", visible_to=("seo",)),
    )
    async with company.store.transaction() as session:
        for room, external in ((ROOM, False), (PARTNERS, True)):
            place = await places.ensure(session, "console", "", room, name=room)
            members = [await people.with_email(session, email) for email in (ANA, BO)]
            ids = [person.id for person in members if person]
            await places.set_members(session, place.id, ids, known=True, external=external)
    return company


async def ask(app: ChatApp, email: str, words: str, read_as: Understanding, *, room: str = "") -> Reply:
    """The reply to *words*, read as *read_as*."""
    async with app.store.reading() as session:
        names = await directory(session)
        newest = await revisions.latest(session)
        place = await places.find(session, "console", "", room) if room else None
    person = names.by_email[email]
    request = Request(
        args=Arguments("ask", raw=words), person=person, account=app.account_of(email),
        where=app.conversation_of(email, room), place=place, now=app.now, audience=person.audience, private=not room,
    )  # fmt: skip
    reply = await answer_beyond_roadmap(app.ctx, request, AskedWords(words, names, newest, read_as))
    if reply is not None:
        return reply
    assert newest is not None
    async with app.store.reading() as session:
        made = await answer_parsed(session, request, ParsedQuestion(words, names, newest, (), read_as))
    return await save(app.ctx, request, words, made, ModelUsage())


async def about(app: ChatApp, email: str, topic: Topic, words: str, *, room: str = "") -> Reply:
    return await ask(app, email, words, OtherFeature(topic), room=room)


def labels_of(reply: Reply) -> list[str]:
    rows = [block.buttons for block in reply.card.blocks if isinstance(block, Buttons)]
    return [button.label for row in rows for button in row if isinstance(button, Button)]


@pytest.mark.parametrize("topic", ["dinner", "tour", "reading", "thanks", "questions"])
async def test_every_topic_is_answered_without_items(app: ChatApp, topic: Topic) -> None:
    reply = await about(app, VERA, topic, "what about it?")

    assert (reply.facts["outcome"], reply.facts["items"], reply.exit) == ("answered", [], 0)
    assert reply.facts["revision"] == 1
    assert "Ask a person" not in labels_of(reply)
    assert "Reference" not in text_of(reply)


@pytest.mark.parametrize("topic", ["dinner", "tour", "reading", "thanks", "questions"])
async def test_every_topic_is_answered_before_anything_is_published(company: ChatApp, topic: Topic) -> None:
    assert (await about(company, VERA, topic, "what about it?")).facts["outcome"] == "answered"


def test_every_route_leads_to_a_command_that_only_reads(company: ChatApp) -> None:
    commands = list(commands_of(company.ctx).values())
    routes = [route for feature in FEATURES for route in feature.answers]
    matches = [find_command(route.say, commands) for route in routes]

    assert {route.topic for route in routes} == {"dinner", "tour", "reading", "thanks", "questions"}
    assert all(match is not None and not match[0].writes for match in matches)


async def test_without_a_dinner_only_people_who_may_plan_one_are_invited_to(app: ChatApp) -> None:
    reader = await about(app, VERA, "dinner", "when is the next dinner?")
    admin = await about(app, ROOT, "dinner", "who sits at my table?")

    assert "No dinner is planned yet" in text_of(reader)
    assert labels_of(reader) == []
    assert labels_of(admin) == ["Plan one"]


async def test_the_next_dinner_is_the_dinner_card(app: ChatApp) -> None:
    await app.say(ROOT, 'dinner plan 2027-Q1 --dates "2027-02-09"')

    reply = await about(app, VERA, "dinner", "when is the dinner in Q1?")
    table = await about(app, VERA, "dinner", "who sits at my table?")

    assert reply.facts["dinner"] == "2027-Q1"
    assert "Guests get their tables on the day" in text_of(table)
    assert labels_of(table) == []


async def test_a_tour_partner_is_answered_by_tours(app: ChatApp) -> None:
    reply = await about(app, VERA, "tour", "who is my tour partner?")

    assert reply.facts["tours"] == []
    assert labels_of(reply) == ["Join"]


async def test_who_has_read_a_version_is_its_coverage_and_a_viewer_gets_numbers(app: ChatApp) -> None:
    await app.publish(item("WEB-12", "Consent banner, again", owner="p_bo"))

    viewer = await about(app, VERA, "reading", "who has read R1?")
    admin = await about(app, ROOT, "reading", "who is behind?")
    own = await about(app, VERA, "reading", "have I read it?")

    assert viewer.facts["revision"] == 1
    assert [sorted(team) for team in viewer.facts["teams"] if team["team"] == "seo"] == [
        ["acknowledged", "behind_count", "people", "team"]
    ]
    assert admin.facts["revision"] == 2
    assert [team["behind"] for team in admin.facts["teams"] if team["team"] == "seo"] == [[ANA]]
    assert own.facts["acknowledged"] is False


async def test_thanks_are_listed_to_those_who_may_know_of_them(app: ChatApp) -> None:
    made = await app.say(ANA, "kudos Bo for the night shift")

    private = await about(app, VERA, "thanks", "was Bo thanked?")
    giver = await about(app, ANA, "thanks", "was Bo thanked?")
    own = await about(app, BO, "thanks", "was I thanked?")
    await app.press(BO, "kudos show", str(made.facts["kudos"]))
    public = await about(app, VERA, "thanks", "was bo thanked?")
    other = await about(app, VERA, "thanks", "was Root thanked?")

    assert private.facts["kudos"] == other.facts["kudos"] == []
    assert "the night shift" in text_of(giver)
    assert "the night shift" in text_of(own)
    assert "Ana thanked Bo for the night shift" in text_of(public)


async def test_a_room_hears_nothing_of_thanks_to_somebody_who_is_not_named_publicly(app: ChatApp) -> None:
    made = await app.say(ANA, "kudos Zora for the night shift")
    await app.press(ZORA, "kudos show", str(made.facts["kudos"]))

    reply = await about(app, VERA, "thanks", "was Zora thanked?", room=ROOM)

    assert reply.facts["kudos"] == []


async def test_what_i_was_asked_and_what_i_asked_are_two_lists(app: ChatApp) -> None:
    question = (await app.say(VERA, "who owns WEB-12?")).facts["question"]
    await app.say(VERA, f"handoff {question} @bo")

    asked = await about(app, BO, "questions", "what was I asked?")
    mine = await about(app, VERA, "questions", "what did I ask?")

    assert [row["question"] for row in asked.facts["questions"]] == [question]
    assert [row["question"] for row in mine.facts["questions"]] == [question]


async def test_small_talk_is_greeted_back_and_never_handed_to_a_colleague(app: ChatApp) -> None:
    hello = await ask(app, ANA, "hi", SmallTalk())
    thanks = await ask(app, ANA, "thanks!", SmallTalk())

    assert hello.card.title == "Hello Ana"
    assert thanks.card.title == "You're welcome, Ana"
    assert hello.facts["outcome"] == "not_understood"
    assert "who owns SEO-1?" in text_of(hello)
    assert labels_of(hello) == ["What is new for me"]
    assert "Reference" not in text_of(hello)
    assert "question" not in hello.facts


async def test_a_greeting_says_what_this_person_can_do(app: ChatApp) -> None:
    reader, admin = await ask(app, VERA, "hi", SmallTalk()), await ask(app, ROOT, "what can you do?", SmallTalk())

    assert "Publish" not in text_of(reader)
    assert "Plan dinners" in text_of(admin)


async def test_a_greeting_works_before_anything_is_published(company: ChatApp) -> None:
    reply = await ask(company, VERA, "hi", SmallTalk())

    assert "No roadmap is published yet" in text_of(reply)
    assert reply.facts["revision"] is None


async def test_a_person_is_shown_with_what_they_own_as_far_as_the_reader_may_see(app: ChatApp) -> None:
    reply = await ask(app, VERA, "who is Bo?", NotUnderstood("x"))
    of_seo = await ask(app, ANA, "who is Bo?", NotUnderstood("x"))

    assert (reply.facts["outcome"], reply.facts["people"]) == ("answered", [BO])
    for part in ("Marketing technologist", "Web Platform", "IT", BO, "WEB-12"):
        assert part in text_of(reply)
    assert "SEO-1" not in text_of(reply)
    assert "SEO-1" in text_of(of_seo)


async def test_a_room_is_told_of_nobody_who_does_not_want_it_and_outsiders_of_nobody(app: ChatApp) -> None:
    assert "people" in (await ask(app, VERA, "who is Zora?", NotUnderstood("x"))).facts
    assert "people" not in (await ask(app, VERA, "who is Zora?", NotUnderstood("x"), room=ROOM)).facts
    assert "people" not in (await ask(app, VERA, "who is Bo?", NotUnderstood("x"), room=PARTNERS)).facts


async def test_a_term_has_no_glossary_yet_and_can_be_asked_of_a_person(app: ChatApp) -> None:
    reply = await app.say(VERA, "what does CDP mean?")

    assert reply.facts["outcome"] == "not_understood"
    assert "There is no glossary yet, so I cannot say what “CDP” means" in text_of(reply)
    assert labels_of(reply) == ["Ask a person"]


NAMES = Directory(
    people=(
        Person("p1", "bo.berg@example.com", "Bo Berg", "web", "Marketing Technologist"),
        Person("p2", "will@example.com", "Will Stone", "seo", "Copy lead"),
        Person("p3", "bo.lind@example.com", "Bo Lind", "seo", bridge=True),
    )
)


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("who is Bo Berg?", ["p1"]),
        ("who is bo", ["p1", "p3"]),
        ("Who's the bridge person?", ["p1", "p3"]),
        ("who is a marketing technologist?", ["p1"]),
        ("hi, how do I reach Will?", ["p2"]),
        ("tell me about the copy leads", ["p2"]),
        ("who is bo.lind@example.com", ["p3"]),
        ("who is Bo Berg working with", []),
        ("who is late", []),
        ("what does CDP mean", []),
    ],
)
def test_who_is_finds_people_by_name_and_role(words: str, ids: list[str]) -> None:
    asked = who_is(words, NAMES)

    assert [person.id for person in asked.people] == ids if asked else ids == []


def test_a_common_word_names_nobody_unless_it_is_written_as_a_name() -> None:
    assert people_in("will it be done", NAMES) == ()
    assert [person.id for person in people_in("was Will thanked", NAMES)] == ["p2"]


@pytest.mark.parametrize(
    ("words", "term"),
    [
        ("what does CDP mean?", "CDP"),
        ("what do “hard bounces” mean", "hard bounces"),
        ("define MQL", "MQL"),
        ("who owns it", ""),
    ],
)
def test_a_question_about_a_term_is_recognised(words: str, term: str) -> None:
    assert term_in(words) == term


async def test_a_card_for_each_platform_says_the_same(app: ChatApp) -> None:
    """What the buttons do can be typed, so a terminal loses nothing."""
    assert "catchup" in card_text((await ask(app, ANA, "hi", SmallTalk())).card)
