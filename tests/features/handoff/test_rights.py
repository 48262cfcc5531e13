"""Who may know of a question, who may answer it, and what a refusal says: nothing more than that it is not there."""

from __future__ import annotations

import json

import pytest
from structlog.testing import capture_logs

from handlers import handoff, questions
from handlers.grammar import QUESTION_PATTERN
from integrations.plain.render import card_text
from integrations.ports.cards import to_json
from integrations.ports.inbound import Reply
from storage import audit
from storage.store import Store
from storage.values.company import Permission
from tests.app import item, text_of
from tests.simulated_company import SimulatedCompany

ANA, BO, CY, DEE, EVE, GUS = (f"{name}@example.com" for name in ("ana", "bo", "cy", "dee", "eve", "gus"))
MERGER = item("SEC-1", "Zorkmid merger", owner="p_cy", visible_to=("web",))
ROOM = "#launch"
ARGUMENTS = {"answer": ' "Some words."', "pass on": " @cy", "handoff": " @cy"}
NUMBERED = [
    command.words
    for feature in (questions.FEATURE, handoff.FEATURE)
    for command in feature.commands
    if command.first_word_pattern == QUESTION_PATTERN
]


@pytest.fixture
async def company(sqlite_store: Store) -> SimulatedCompany:
    """Bo and Cy of Web may see the merger; Ana, Dee (a bridge person), Eve and Gus (an admin) may not."""
    made = SimulatedCompany(sqlite_store)
    await made.add_teams()
    await made.add_person(ANA, "seo")
    await made.add_person(BO, "web")
    await made.add_person(CY, "web")
    await made.add_person(DEE, "brand", role="Marketing technologist")
    await made.add_person(EVE, "data")
    await made.add_person(GUS, "brand", Permission.ADMIN)
    await made.publish(item("WEB-12", "Consent banner", owner="p_bo"), MERGER)
    await made.add_room(ROOM, ANA, BO, EVE)
    return made


async def ask(company: SimulatedCompany, who: str, words: str, *, room: str = "") -> str:
    """The number of the question, asked for the asker alone."""
    number: str = (await company.say(who, f"ask {words}", room=room)).facts["question"]
    return number


async def ask_openly(company: SimulatedCompany, who: str, words: str) -> str:
    number: str = (await company.mention(who, words, room=ROOM)).facts["question"]
    return number


def everything_in(reply: Reply) -> str:
    return "\n".join([card_text(reply.card), json.dumps(to_json(reply.card)), json.dumps(reply.facts, default=str)])


async def attempts(company: SimulatedCompany) -> list[tuple[str, str]]:
    """(person, act) of every refused attempt in the audit, oldest first."""
    async with company.store.reading() as session:
        lines = await audit.newest(session, 100)
    return [(line["person_id"], line["act"]) for line in reversed(lines) if '"refused": true' in line["details"]]


@pytest.mark.parametrize("is_handed_off", [False, True])
async def test_no_numbered_command_tells_a_stranger_anything_about_a_question(
    company: SimulatedCompany, is_handed_off: bool
) -> None:
    """Not by the text, the card, the facts or the log; and the attempt is in the audit."""
    number = await ask(company, BO, "when is the Zorkmid merger due, quincunx?")
    if is_handed_off:
        await company.say(BO, f"handoff {number} @cy")

    for words in NUMBERED:
        command = f"{words} {{}}{ARGUMENTS.get(words, '')}"
        for who in (EVE, DEE):
            with capture_logs() as log:
                reply = await company.say(who, command.format(number), room=ROOM)
            missing = await company.say(who, command.format("Q999"), room=ROOM)

            shown = everything_in(reply) + json.dumps(log, default=str)
            assert not any(word in shown for word in ("Zorkmid", "merger", "quincunx", "SEC-1", "Cy", "Bo")), command
            assert reply.facts["error"].replace(number, "Q999") == missing.facts["error"], command
            assert (reply.exit, reply.facts["try"]) == (missing.exit, missing.facts["try"]), command

    assert await attempts(company) == [(who, words) for words in NUMBERED for who in ("p_eve", "p_dee")]


async def test_a_question_asked_privately_in_a_room_belongs_to_the_asker(company: SimulatedCompany) -> None:
    number = await ask(company, ANA, "who owns WEB-12?", room=ROOM)

    for words in ("more", "share", "helpful"):
        assert (await company.say(ANA, f"{words} {number}", room=ROOM)).exit == 0, words
        assert (await company.say(BO, f"{words} {number}", room=ROOM)).card.title == "Not found", words


async def test_an_open_answer_may_be_used_by_who_is_in_the_room(company: SimulatedCompany) -> None:
    number = await ask_openly(company, ANA, "who owns WEB-12?")

    for words in ("more", "share", "helpful"):
        assert (await company.say(BO, f"{words} {number}", room=ROOM)).exit == 0, words
        assert (await company.say(BO, f"{words} {number}")).card.title == "Not found", words


async def test_an_open_question_does_not_follow_a_private_one(company: SimulatedCompany) -> None:
    """The private one knows an item that the room may not know of."""
    await ask(company, BO, "who owns the Zorkmid merger?", room=ROOM)

    reply = await company.mention(BO, "which of those are blocked?", room=ROOM)
    more = await company.mention(BO, "more", room=ROOM)

    assert "SEC-1" not in everything_in(reply) + everything_in(more)


async def test_what_the_room_may_not_know_is_not_shared(company: SimulatedCompany) -> None:
    """Neither the item, nor its key in how the question was understood."""
    number = await ask(company, BO, "who owns the Zorkmid merger?", room=ROOM)

    previewed = await company.say(BO, f"share {number}", room=ROOM)
    posted = await company.say(BO, f"share post {number}", room=ROOM)
    await company.deliver_due()

    assert (previewed.exit, posted.exit) == (1, 1)
    assert company.card_texts(ROOM) == []


async def test_a_shared_answer_goes_when_whoever_asked_is_forgotten(company: SimulatedCompany) -> None:
    """The card says who shared it."""
    number = await ask(company, ANA, "who owns WEB-12?", room=ROOM)
    await company.say(ANA, f"share post {number}", room=ROOM)
    await company.deliver_due()
    assert "Shared by Ana" in company.card_texts(ROOM)[0]

    await company.say(ANA, "me forget --yes")
    await company.deliver_due()

    assert company.card_texts(ROOM) == []


async def test_whoever_passed_a_question_on_does_not_answer_it_any_more(company: SimulatedCompany) -> None:
    number = await ask(company, ANA, "who owns WEB-12?")
    await company.say(ANA, f"handoff {number}")
    await company.say(BO, f"pass on {number} @eve")

    for words in (f'answer {number} "I do."', f"dismiss {number}", f"pass on {number} @cy"):
        assert "is with Eve now. Thank you" in text_of(await company.say(BO, words))
    await company.say(EVE, f'answer {number} "Bo does."')

    assert "Eve has answered Q1 in the meantime" in text_of(await company.say(BO, f'answer {number} "I do."'))


async def test_an_admin_moves_a_question_but_does_not_answer_for_the_person_asked(company: SimulatedCompany) -> None:
    number = await ask(company, ANA, "who owns WEB-12?")
    await company.say(ANA, f"handoff {number}")

    refused = await company.say(GUS, f'answer {number} "I do."')
    moved = await company.say(GUS, f"pass on {number} @eve")

    assert "It was put to Bo." in text_of(refused)
    assert moved.facts["asked"] == EVE


async def test_nobody_is_handed_a_question_that_names_what_they_may_not_see(company: SimulatedCompany) -> None:
    number = await ask(company, BO, "who owns the Zorkmid merger?")

    to_eve = await company.say(BO, f"handoff {number} @eve")
    to_cy = await company.say(BO, f"handoff {number}")
    passed = await company.say(CY, f"pass on {number} @dee")
    await company.deliver_due()

    assert "Eve may not see what Q1 is about" in text_of(to_eve)
    assert to_cy.facts["asked"] == CY
    assert "Dee may not see what Q1 is about" in text_of(passed)
    assert company.card_texts(f"@{EVE}") + company.card_texts(f"@{DEE}") == []


async def test_an_admin_lists_no_question_that_names_what_they_may_not_see(company: SimulatedCompany) -> None:
    hidden, shown = await ask(company, BO, "who owns the Zorkmid merger?"), await ask(company, ANA, "who owns WEB-12?")
    await company.say(BO, f"handoff {hidden}")
    await company.say(ANA, f"handoff {shown}")

    listed = await company.say(GUS, "questions open")

    assert [question["question"] for question in listed.facts["questions"]] == [shown]
    assert "Zorkmid" not in everything_in(listed)
    assert (await company.say(DEE, "questions open")).facts["questions"] == []


async def test_an_answer_does_not_name_what_the_asker_may_not_see(company: SimulatedCompany) -> None:
    number = await ask(company, ANA, "who owns WEB-12?")
    await company.say(ANA, f"handoff {number}")

    by_key = await company.say(BO, f'answer {number} "It waits for SEC-1."')
    by_title = await company.say(BO, f'answer {number} "It waits for the zorkmid merger."')
    await company.deliver_due()

    assert "names SEC-1, which the asker may not see" in text_of(by_key)
    assert by_title.exit == 1
    assert company.card_texts(f"@{ANA}") == []


async def test_an_item_that_becomes_restricted_is_named_to_nobody_else(company: SimulatedCompany) -> None:
    """Not in the withdrawal, the answer that stands, the reminder, or for the next one who asks."""
    number = await ask(company, ANA, "who owns the consent banner?")
    await company.say(ANA, f"handoff {number}")
    await company.say(BO, f'answer {number} "I do, with the agency."')
    await company.deliver_due()

    await company.publish(item("WEB-12", "Consent banner", owner="p_bo", visible_to=("web",)))
    await company.deliver_due()
    again = await company.say(EVE, "who owns the consent banner?")

    answer_card, withdrawal = company.card_texts(f"@{ANA}")
    assert "The answer to Q1 is withdrawn" in withdrawal
    assert "WEB-12" not in answer_card + withdrawal
    assert "agency" not in text_of(again)
