"""Text of any kind takes time in proportion to its length, wherever people's text comes in.

A pattern that looks for an end which never comes, from every place where it might begin, stops the whole process.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date

import pytest

from handlers import grammar
from handlers.catalogue import FEATURES
from handlers.errors import Refusal
from handlers.grammar import UsageError
from handlers.importing.rules.files import file_kind
from handlers.questions.rules.follow_up import is_follow_up
from handlers.questions.rules.reading import understand
from handlers.questions.rules.tokens import normalised
from handlers.shared.rules.dates import parse_day
from handlers.shared.rules.people_lists import find_people
from handlers.shared.rules.quiet_hours import parse_quiet_hours, parse_working_days
from handlers.shared.rules.rows.company import parse_campaigns, parse_people, parse_teams
from handlers.shared.rules.rows.items import parse_items
from handlers.subscriptions.rules import parse_filter
from integrations.files.sheets import CsvSheets
from integrations.plain.render import card_text
from integrations.ports.cards import Bold, Card, Link, text
from integrations.ports.files import Unreadable
from integrations.slack import markup as slack
from integrations.slack.render import message as slack_message
from integrations.teams import markup as teams
from integrations.teams.parsing import parse_activity, with_mentions
from integrations.teams.render import card as teams_card
from integrations.web.render import card_html
from storage.values.company import Campaign, Directory, Person, Side, Team
from storage.values.text import keys_for_links

PEOPLE = (Person("p1", "ana@example.org", "Ana Marsh", "web"), Person("p2", "bo@example.org", "Bo Li"))
COMPANY = Directory((Team("web", "Web", Side.IT),), (Campaign("spring", "Spring Launch"),), PEOPLE)
COMMANDS = [command for feature in FEATURES for command in feature.commands]
SHAPES = {  # one command of each shape that the parser tells apart
    (
        command.writes, command.takes >= grammar.PROSE, command.named is None, bool(command.named),
        bool(command.options), bool(command.switches), bool(command.people),
    ): command
    for command in COMMANDS
}  # fmt: skip
SHEETS = CsvSheets()
COLUMNS = "key,title,team,status,email,name,side,due,campaigns,owner_email,url,permission,timezone"

SIGNS = tuple("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ \t\n\r0aAé\u00a0\u200b\u200d\u200e\u2028\x00“–…🚀\ufe0f")
OPENINGS = (
    "<at>", "</at>", "<at", "<@", "<@U1|", "<@U1> ", "<#C1", "<!date^", "<p>", "<a ", '<a href="', "<blockquote ",
    '<blockquote schema.skype.com/Reply>', 'alt="', "&amp;", "&lt;", "--", "--a ", "--why ", "--why=", "a=", 'a="', '""',
    "' ", "a' ", "a-", "-1", "1.", "1:", ":a", ":a:", " :", "*a", "*a ", "_a ", "~a ", "`a", "```", "```a", "> ", "\n> ",
    "[a](", "[a](https://a", "http://", "https://a/", "https://a/WEB-1 ", "a@", "a@b.", "@a ", "a, ", "a; ", "a ", "Ana ",
    "Ana Marsh ", "and ", "to ", "by ", "for ", " for ", "the ", "so, ", "i was ", "what is ", "move it ", "not ", "1 ",
    "2026-", "R1..", "campaign:", "campaign:a ", "WEB-1 ", "spring launch ", "sent from ", "please ", "@handshake ",
    "'a ", "(move ", "tell me ", "1 march ", "=1,", "a\n", "'=",
)  # fmt: skip
MARKUP = tuple("\r *_<&|`")  # what renderers escape or split; cards take a while to render


def parsed_for_every_shape(words: str) -> None:
    for command in SHAPES.values():
        with suppress(UsageError):
            grammar.parse_arguments(command, words)


def question_understood(words: str) -> None:
    """A question is cut at 2,000 characters, so its patterns are tried up to there."""
    question = words[: len(words) // 10]
    is_follow_up(question, loosely=True)
    understand(question, COMPANY, asker=PEOPLE[0], today=date(2026, 12, 1), titles=())
    normalised(question)


def file_read(words: str) -> None:
    cell = '"' + words.replace('"', '""') + '"'
    row = ",".join(cell for _ in COLUMNS.split(","))
    for content in (words, f"{COLUMNS}\n{row}\n", f"key,{cell}\n{cell},1\n"):
        with suppress(Unreadable):
            sheet = SHEETS.read(content.encode(errors="replace"))
            file_kind(sheet.columns)
            for parse in (parse_teams, parse_people, parse_campaigns, parse_items):
                parse(sheet, COMPANY)


def values_read(words: str) -> None:
    with suppress(Refusal):
        find_people(COMPANY, [words], asker=PEOPLE[0])
    with suppress(Refusal):
        parse_day(words, today=date(2026, 12, 1))
    for parse in (parse_quiet_hours, parse_working_days):
        with suppress(ValueError):
            parse(words)
    parse_filter(words)
    keys_for_links(words)


def slack_read(words: str) -> None:
    slack.mentioned_users(words)
    slack.unnamed_channels(words)
    slack.readable_text(words, {"U1": "ana@example.org"}, "U2")


def teams_read(words: str) -> None:
    entities = [{"type": "mention", "text": "<at>a</at>", "mentioned": {"id": f"29:{n}"}} for n in range(3)]
    activity = parse_activity({"text": words, "entities": entities, "recipient": {"id": "29:1"}})
    teams.readable_text(with_mentions(activity.text, [(mention.words, "x") for mention in activity.mentions]))


def cards_rendered(words: str) -> None:
    card = Card(words, (text(words, Bold(words), Link(words, "https://example.org/")),))
    card_text(card)
    slack_message(card)
    teams_card(card, "")
    card_html(card)


ENTRIES: Mapping[str, Callable[[str], object]] = {
    "normalise": grammar.normalise,
    "find_command": lambda words: grammar.find_command(words, COMMANDS),
    "find_command after a command": lambda words: grammar.find_command(f"kudos {words}", COMMANDS),
    "suggest_command": lambda words: grammar.suggest_command(words, COMMANDS),
    "parse_arguments": parsed_for_every_shape,
    "question": question_understood,
    "file": file_read,
    "values": values_read,
    "slack": slack_read,
    "teams": teams_read,
    "cards": cards_rendered,
}


SAMPLED = {"cards": 2_000, "file": 2_000, "question": 3_000, "parse_arguments": 5_000}  # what takes long anyway


def cpu_s(entry: Callable[[str], object], words: str) -> float:
    """The least processor time of three runs, which other work on the machine disturbs least."""
    times = []
    for _ in range(3):
        started = time.process_time()
        entry(words)
        times.append(time.process_time() - started)
        if times[-1] < FLOOR_S:
            break
    return min(times)


FLOOR_S = 0.15  # what takes less is not worth measuring: a cache is filled, a message is split


def slow_texts(entry: Callable[[str], object], length: int, pieces: tuple[str, ...]) -> list[tuple[str, float, float]]:
    """The pieces of which a text twice as long takes more than three times as long."""
    slow = []
    for piece in pieces:
        words = piece * (2 * length // len(piece) + 1)
        twice = cpu_s(entry, words[: 2 * length] + "!")
        once = cpu_s(entry, words[:length] + "!") if twice > FLOOR_S else 0.0
        if twice > max(FLOOR_S, 3 * once):
            slow.append((piece, once, twice))
    return slow


@pytest.mark.parametrize("name", ENTRIES)
def test_text_twice_as_long_takes_about_twice_as_long(name: str) -> None:
    assert (
        slow_texts(ENTRIES[name], SAMPLED.get(name, 12_000), ("<at>", '"', "`a", "and ", "a=", ":a", "<a ", " ")) == []
    )


@pytest.mark.proof
@pytest.mark.parametrize("name", ENTRIES)
def test_no_sign_and_no_opening_takes_longer(name: str) -> None:
    assert slow_texts(ENTRIES[name], 10_000, MARKUP if name == "cards" else (*SIGNS, *OPENINGS)) == []
