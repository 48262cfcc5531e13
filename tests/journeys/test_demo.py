"""The guided demo: the first screen leads to an answer, a pressed button and a notice."""

from __future__ import annotations

import io

import pytest

from bot.delivery.factory import build_delivery
from bot.delivery.sqlite_worker import SqliteWorker
from bot.demo.start import open_demo
from bot.demo.terminal import TerminalSession
from bot.settings import Settings
from handlers.catalogue import FEATURES
from integrations.ports.inbound import Account, CommandText, ConversationRef
from storage.verify import verify
from tests.sample_store import SAMPLE_NOW

EXAMPLES = [example for feature in FEATURES for command in feature.commands for example in command.examples]
ADMIN = "greta.sandoval@example.com"


async def run_demo(settings: Settings, capsys: pytest.CaptureFixture[str], *lines: str) -> str:
    """What the screen shows when somebody types these lines."""
    async with open_demo(settings, SAMPLE_NOW) as app:
        console, deliverer = build_delivery(app)
        with console.subscribe() as listener:
            async with SqliteWorker(app.store, deliverer.deliver, clock=app.ctx.clock) as worker:
                await TerminalSession(app, worker, listener).run(io.StringIO("\n".join([*lines, "/quit\n"])))
    return capsys.readouterr().out


async def test_the_first_screen_leads_to_an_answer(
    sample_settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = await run_demo(sample_settings, capsys, "What is IT working on for Spring Launch?")

    assert "open items of IT for Spring Launch" in shown
    assert "WEB-12" in shown


async def test_a_number_presses_that_button(sample_settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    shown = await run_demo(sample_settings, capsys, "catchup", "1")

    assert "You are on R41" in shown


async def test_both_sides_sign_and_the_rooms_hear_of_it(
    sample_settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = await run_demo(
        sample_settings,
        capsys,
        "/as helena.marsh@example.com",
        'publish "Spring dates"',
        "/as robert.achterberg@example.com",
        "approve R42",
        "/in #spring-launch",
    )

    assert "R42 needs your side's approval" in shown
    assert "Arrived in #spring-launch: Roadmap R42" in shown
    assert "R41 is superseded by R42" in shown


async def test_what_somebody_may_not_see_is_not_there_for_them(
    sample_settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """SEC-13 is a secret drill of the security team."""
    shown = await run_demo(
        sample_settings,
        capsys,
        "item SEC-13",
        "/as dmitri.volkov@example.com",
        "item SEC-13",
        "/in #roadmap",
        "@handshake item SEC-13",
    )

    assert shown.count("There is no item SEC-13") == 2


async def test_the_sample_history_verifies(sample_settings: Settings) -> None:
    async with open_demo(sample_settings, SAMPLE_NOW) as app, app.store.reading() as session:
        verdict = await verify(session)

    assert (verdict.problem, verdict.head_name) == ("", "R41")


async def test_every_example_in_help_gets_a_decent_answer(sample_settings: Settings) -> None:
    """It may be refused (there is no R43 to approve), but never with an apology or as bad usage."""
    async with open_demo(sample_settings, SAMPLE_NOW) as app:
        for example in EXAMPLES:
            reply = await app.dispatch(
                CommandText(
                    account=Account("console", ADMIN, email=ADMIN),
                    conversation=ConversationRef("console", "#examples", name="#examples"),
                    words=example,
                )
            )
            refused = reply.facts.get("error", "")
            assert reply.exit in (0, 1) or example.startswith("import"), f"{example}: {refused}"
