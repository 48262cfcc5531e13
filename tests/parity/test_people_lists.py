"""Every command that takes people takes them as each platform's client sends them, picked from its list of people."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest

from handlers import grammar
from handlers.catalogue import FEATURES
from handlers.feature import Command
from integrations.ports.inbound import CommandText, InboundEvent, MessageText
from storage.store import Store
from storage.values.company import Permission
from tests.app import ChatApp, item, text_of
from tests.fakes.slack import FakeSlack, slack_user
from tests.fakes.teams_process import TeamsSimulator
from tests.parity.test_parity import Recorder
from tests.slack.harness import ADA, SlackHarness, fill_acme, slack_harness
from tests.teams.harness import Json, TeamsHarness, teams_harness

ALEX, OTHER_ALEX = "alex@example.com", "alex.b@example.com"
TWO = (
    "kudos {} {} for the launch",
    "kudos to {} & {} for the launch",
    "milestone done WEB-1 --thanks {} {}",
    "milestone done WEB-1 --thanks {}, {} --why late",
    "celebrations edit 12 thanks={} {}",
    "dinner plan Q1 --must {} and {} --cap 24",
    "dinner must {} {}",
    "dinner apart {} {}",
    "dinner absent {}; {}",
    "dinner organiser {}\n{}",
    "tours pin {} {}",
    "tours forbid {} and {}",
    "tours release {} {}",
)
ONE = (
    "dinner plan Q1 --host {}",
    "roles grant {} publisher",
    "roles bridge {}",
    "roles unbridge {}",
    "people end {}",
    "people back {}",
    "people reassign WEB-1 {}",
    "dinner host Q1 {}",
    "handoff Q17 {}",
    "pass on Q17 to {}",
    "item add WEB-9 title=Search owner={}",
    "item edit WEB-1 owner={} due=+9d",
    "whatif WEB-1 owner={}",
    "campaign edit spring owner={} it_partner={}",
)
COMMANDS = [command for feature in FEATURES for command in feature.commands]


def sent(template: str, first: str, second: str) -> str:
    return template.format(first, second)


def takes_people(command: Command) -> bool:
    return bool(command.people) or any(sign in command.usage for sign in ("@", "PERSON"))


def test_every_command_that_takes_people_is_tried_here() -> None:
    found = [grammar.find_command(grammar.normalise(sent(words, "x", "y")), COMMANDS) for words in (*TWO, *ONE)]

    assert {command.words for command in COMMANDS if takes_people(command)} == {
        spec.words for spec, _ in filter(None, found)
    }


# ── what reaches dispatch ────────────────────────────────────────────────────────────────────────────────────────────


def add_two_of_one_name(slack: FakeSlack) -> None:
    fill_acme(slack)
    for user, email in (("U0ALEX", ALEX), ("U0BLEX", OTHER_ALEX)):
        slack.acme.users[user] = slack_user(user, email, real_name="Alex")


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
async def slack(sqlite_address: str, recorder: Recorder) -> AsyncIterator[SlackHarness]:
    async with slack_harness(sqlite_address, dispatch=recorder, populate=add_two_of_one_name) as harness:
        yield harness


@pytest.fixture
async def teams(sqlite_address: str, simulator: TeamsSimulator, recorder: Recorder) -> AsyncIterator[TeamsHarness]:
    simulator.set_members(
        "19:alexes@thread.tacv2",
        simulator.member("alex"),
        simulator.member("blex", email=OTHER_ALEX) | {"name": "Alex"},
    )
    async with teams_harness(simulator, sqlite_address, dispatch=recorder) as running:
        yield running


def words_of(event: InboundEvent) -> str:
    assert isinstance(event, CommandText | MessageText)
    return grammar.normalise(event.words if isinstance(event, CommandText) else event.text)


def as_typed(template: str) -> str:
    """What the same command reads like with addresses, which a terminal sends."""
    return grammar.normalise(sent(template, ALEX, OTHER_ALEX))


async def test_slack_sends_people_in_its_notation(slack: SlackHarness, recorder: Recorder) -> None:
    """Escaped with the name in a slash command, without it in a message; typed text comes with entities."""
    for template in (*TWO, *ONE):
        named, unnamed = ("<@U0ALEX|alex>", "<@U0BLEX|alex>"), ("<@U0ALEX>", "<@U0BLEX>")
        escaped = template.replace("&", "&amp;")

        await slack.command(sent(escaped, *named))
        await slack.event(slack.direct_event(sent(escaped, *unnamed)))
        await slack.event(slack.mention_event(sent(escaped, *unnamed), ADA))

        arrived = [words_of(await recorder.next_event()) for _ in range(3)]
        assert arrived == [as_typed(template)] * 3


async def test_teams_sends_people_as_entities(
    teams: TeamsHarness, simulator: TeamsSimulator, recorder: Recorder
) -> None:
    """Two people of one name are the same words in the text; which is whose is the order of the entities."""
    for template in (*TWO, *ONE):
        await teams.send(mentioning(simulator, template, ("29:alex", "29:blex")))

    arrived = {words_of(await recorder.next_event()) for _ in (*TWO, *ONE)}
    assert arrived == {as_typed(template) for template in (*TWO, *ONE)}


def mentioning(simulator: TeamsSimulator, template: str, accounts: Sequence[str]) -> Json:
    text = sent(template, "<at>Alex</at>", "<at>Alex</at>").replace("&", "&amp;").replace("\n", "<br>")
    entities = [
        {"type": "mention", "text": "<at>Alex</at>", "mentioned": {"id": account, "name": "Alex"}}
        for account in accounts[: template.count("{}")]
    ]
    return dict(simulator.message_activity("mia", text, entities=entities))


# ── what is done ─────────────────────────────────────────────────────────────────────────────────────────────────────

BOSS, ANA, BO, CY = (f"{name}@example.com" for name in ("boss", "ana", "bo", "cy"))


@pytest.fixture
async def app(sqlite_store: Store) -> ChatApp:
    made = ChatApp(sqlite_store, FEATURES)
    await made.add_teams()
    await made.add_person(BOSS, "brand", Permission.ADMIN)
    await made.add_person(ANA, "seo")
    await made.add_person(BO, "web")
    await made.add_person(CY, "web")
    await made.add_campaign("spring", "Spring Launch")
    await made.publish(item("WEB-1", "Search"))
    await made.say(BOSS, "dinner plan 2027-Q1")
    return made


async def test_every_command_means_the_people_it_names(app: ChatApp) -> None:
    both, question = [ANA, BO], (await app.say(BOSS, "what is blocked")).facts["question"]

    for words, fact, meant in (
        (f"kudos {ANA} {BO} for the launch", "to", both),
        ("kudos to @cy & me for the launch", "error", None),
        (f"milestone done WEB-1 --thanks {ANA} and {BO}", "thanks", both),
        (f'dinner plan 2027-Q1 --host {ANA} --must "Ana" "Bo"', "host", ANA),
        ("dinner must", "must", both),
        ("dinner must off @ana", "must", [BO]),
        (f"dinner organiser {ANA}, {BO}", "organiser", both),
        (f"dinner apart {ANA}; {BO}", "apart", [[ANA, BO]]),
        (f"tours forbid {ANA} with {BO}", "people", both),
        ("tours release @ana @bo", "people", both),
        (f"roles grant to {BO} publisher", "person", BO),
        ("roles bridge @bo", "person", BO),
        (f"handoff {question} to {BO}", "asked", BO),
        (f"pass on {question} to {CY}", "asked", CY),
        ("item edit WEB-1 owner=Bo summary=x", "changed", True),
        ("whatif WEB-1 owner=@cy", "changes", ["owner"]),
        ("campaign edit spring owner=@ana it_partner=@bo", "changed", True),
    ):
        facts = (await app.say(BOSS, words)).facts

        assert fact in facts, (words, facts)
        assert meant is None or facts[fact] == meant, words


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("kudos @ana @nobody for the launch", "“nobody”"),
        ("kudos @web for the launch", "“@web” is a team, not a person: name its people one by one"),
        ("kudos @user-group for the launch", "@user-group is a group, not a person"),
        ("tours forbid @ana", "Name two people; that names 1"),
        ("roles bridge @ana @bo", "Name one person; these are Ana and Bo"),
        ("handoff Q1 to @channel", "@channel is a group"),
    ],
)
async def test_what_is_no_person_is_said(app: ChatApp, words: str, why: str) -> None:
    await app.say(BOSS, "what is blocked")

    reply = await app.say(BOSS, words)

    assert reply.exit
    assert why in text_of(reply)
