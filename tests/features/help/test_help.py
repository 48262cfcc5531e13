"""Help: six buttons on the first screen, every command in a line, and one command in full."""

from __future__ import annotations

import pytest

from handlers import grammar
from handlers.context import AppContext, Request
from handlers.feature import Command, Feature
from handlers.help import FEATURE as HELP
from handlers.people import FEATURE as PEOPLE
from integrations.ports import inbound
from integrations.ports.cards import Button, Buttons, Card, text
from integrations.ports.inbound import Account, ConversationRef, Reply
from storage.store import Store
from storage.values.company import Permission
from tests.app import ChatApp, text_of

ADA = "ada@x.org"
ROOT = "root@x.org"


async def echo(_box: AppContext, asked: Request) -> Reply:
    """Replies with its arguments."""
    question = asked.args.named.get("question", asked.args.raw)
    return Reply(Card("Heard", (text(question),)), facts={"command": asked.args.command, "question": question})


def command(words: str, needs: Permission = Permission.VIEWER, *, changes: bool = False) -> Command:
    return Command(
        words=words,
        run=echo,
        usage=f"{words} [X]",
        does=f"Does {words}.",
        examples=(words,),
        needs=needs,
        takes=2,
        named=None,
        writes=changes,
    )


OTHERS = (
    Feature(
        name="roadmap",
        title="The roadmap",
        commands=(command("roadmap"), command("item"), command("item edit", Permission.CONTRIBUTOR, changes=True)),
    ),
    Feature(name="questions", title="Questions", commands=(command("ask"),)),
    Feature(name="versions", title="On which version", commands=(command("catchup"), command("coverage"))),
    PEOPLE,
)


@pytest.fixture
async def app(sqlite_store: Store) -> ChatApp:
    built = ChatApp(sqlite_store, [*OTHERS, HELP])
    await built.add_person(ADA)
    await built.add_person(ROOT, permission=Permission.ADMIN)
    return built


def offered(reply: Reply) -> list[Button]:
    rows = [block for block in reply.card.blocks if isinstance(block, Buttons)]
    return [each for row in rows for each in row.buttons if isinstance(each, Button)]


async def as_stranger(app: ChatApp, words: str) -> Reply:
    return await app.dispatch(
        inbound.CommandText(
            account=Account("slack", "U404", "T1"), conversation=ConversationRef("slack", "D1", "T1"), words=words
        )
    )


@pytest.mark.parametrize("words", ["", "  ", "home", "HOME"])
async def test_saying_nothing_offers_six_things(app: ChatApp, words: str) -> None:
    reply = await app.say(ADA, words)

    assert reply.private
    assert len(offered(reply)) == 6
    assert reply.facts["offers"] == ["catchup", "roadmap", "home ask", "what is blocked", "coverage", "me items"]


async def test_every_button_does_what_its_words_do(app: ChatApp) -> None:
    for button in offered(await app.say(ADA, "")):
        pressed = await app.press(ADA, button.action, button.value)
        typed = await app.say(ADA, button.words)

        assert pressed.exit == 0
        assert (pressed.card, pressed.facts) == (typed.card, typed.facts)


async def test_what_does_not_exist_or_is_not_allowed_is_not_offered(sqlite_store: Store) -> None:
    guarded = Feature(name="r", title="R", commands=(command("roadmap", Permission.ADMIN), command("catchup")))
    app = ChatApp(sqlite_store, [guarded, HELP])
    await app.add_person(ADA)

    assert (await app.say(ADA, "")).facts["offers"] == ["catchup", "home ask"]


async def test_a_question_may_be_asked_in_a_form(app: ChatApp) -> None:
    form = (await app.press(ADA, "home ask")).form
    assert form is not None

    reply = await app.submit(ADA, form.id, {form.fields[0].id: "what <!channel> is late 🎉"})

    assert reply.facts == {"command": "ask", "question": "what <!channel> is late 🎉"}


async def test_a_sentence_that_begins_like_a_command_of_ours_is_a_question(app: ChatApp) -> None:
    for words in ("home page relaunch when", "help me find out who owns this", "home ask what is late"):
        assert (await app.say(ADA, words)).facts["command"] == "ask"


async def test_help_lists_what_i_may_use_by_topic(app: ChatApp) -> None:
    mine = {each["topic"]: each["commands"] for each in (await app.say(ADA, "help")).facts["topics"]}
    everything = {each["topic"]: each["commands"] for each in (await app.say(ROOT, "help")).facts["topics"]}

    assert mine["roadmap"] == ["roadmap", "item"]
    assert everything["roadmap"] == ["roadmap", "item", "item edit"]
    assert "roles grant" not in mine["people"]
    assert mine["help"] == ["home", "home ask", "help"]


async def test_every_command_has_one_line_in_help(app: ChatApp) -> None:
    said = text_of(await app.say(ROOT, "help"))

    for feature in (*OTHERS, HELP):
        for each in feature.commands:
            assert f"{each.usage} – {each.does}" in said


async def test_a_stranger_gets_help_and_hears_how_to_be_known(app: ChatApp) -> None:
    for words in ("", "help"):
        reply = await as_stranger(app, words)

        assert reply.exit == 0
        assert "me link CODE" in text_of(reply)
    topics = {each["topic"]: each["commands"] for each in (await as_stranger(app, "help")).facts["topics"]}
    assert topics == {"people": ["me link", "me admin"], "help": ["home", "help"]}


async def test_help_about_a_command_tells_usage_who_may_and_examples(app: ChatApp) -> None:
    reply = await app.say(ADA, "help roles grant")

    said = text_of(reply)
    assert reply.facts["usage"] == "roles grant PERSON viewer|contributor|publisher|admin"
    assert reply.facts["needs"] == "admin"
    assert "admins; you are a viewer" in said
    assert "roles grant @ada publisher" in said


async def test_help_about_a_command_names_the_longer_ones(app: ChatApp) -> None:
    assert "item edit [X]" in text_of(await app.say(ADA, "help Item"))


async def test_help_about_a_topic_lists_its_commands(app: ChatApp) -> None:
    for words in ("help versions", "help on which version"):
        reply = await app.say(ADA, words)

        assert reply.facts == {"topic": "versions", "commands": ["catchup", "coverage"]}


@pytest.mark.parametrize(("words", "near"), [("help roadmpa", "help roadmap"), ("help item add", "help item")])
async def test_an_unknown_topic_is_answered_with_the_nearest(app: ChatApp, words: str, near: str) -> None:
    reply = await app.say(ADA, words)

    assert reply.exit == 1
    assert near in reply.facts["try"]


@pytest.mark.parametrize("odd", ["<!channel>", "🎉", "\u202eqqqq", "zzzzzz"])
async def test_an_odd_topic_still_has_a_next_step(app: ChatApp, odd: str) -> None:
    reply = await app.say(ADA, f"help {odd}")

    assert reply.exit == 1
    assert reply.facts["try"]


@pytest.mark.parametrize("each", HELP.commands, ids=lambda each: each.words)
def test_every_example_is_understood(each: Command) -> None:
    for example in each.examples:
        found = grammar.find_command(grammar.normalise(example), HELP.commands)
        assert found is not None
        assert found[0] is each
        assert len(grammar.parse_arguments(each, found[1]).positional) <= each.takes
