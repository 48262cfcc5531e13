"""Teams is used again as soon as Microsoft accepts us again."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from bot.encryption import FernetCipher
from bot.stored_state import StoredSecretStore
from handlers.shared import notify
from integrations.ports.cards import Card
from integrations.ports.clock import FixedClock
from integrations.teams.auth import SigningKeys
from integrations.teams.conversations import TeamsConversation, to_text
from integrations.teams.pauses import TeamsPauses
from integrations.teams.tokens import AccessTokens
from storage import deliveries, places, rate_limits
from storage.store import Store
from tests.app import MONDAY
from tests.fakes.state import FakeAccountPauses
from tests.fakes.teams_process import APP, TENANT, TeamsSimulator
from tests.teams.harness import teams_harness
from tests.teams.test_send import config

FIVE_MINUTES = timedelta(minutes=5)


async def test_a_start_with_a_secret_that_is_accepted_sends_what_waited_at_once(
    simulator: TeamsSimulator, sqlite_address: str, room: str
) -> None:
    store, account, until = Store(sqlite_address), rate_limits.account_key("teams", ""), MONDAY + FIVE_MINUTES
    async with store.transaction() as db:
        place = await places.ensure(db, "teams", "", room)
        await notify.queue_card(db, [place.id], Card("R42"), key="R42", at=MONDAY)
        waiting = await deliveries.load(db, (await deliveries.of_notice(db, "R42"))[place.id])
        assert waiting
        await deliveries.defer(db, waiting, until)
        await rate_limits.block(db, account, account, until, "invalid_client")
    reference = TeamsConversation(room, "channel", simulator.base, f"28:{APP}", "Handshake", TENANT)
    secret_store = StoredSecretStore(store, FixedClock(MONDAY), FernetCipher((), store.path), "teams")
    await secret_store.save("conversation", room, to_text(reference))
    await store.close()

    async with teams_harness(simulator, sqlite_address) as harness:
        await harness.wait_for(1, room=room)

        assert harness.app.ctx.clock.now() < until


@pytest.mark.parametrize(
    ("reason", "token_error", "is_resumed"),
    [
        ("invalid_client", "", True),
        ("invalid_client", "invalid_client", False),
        ("401 Unauthorized", "", False),  # Microsoft gave a token before, and the Connector refused it
    ],
)
async def test_while_it_runs_teams_is_used_again_when_a_token_is_given_again(
    simulator: TeamsSimulator, reason: str, token_error: str, *, is_resumed: bool
) -> None:
    pauses = FakeAccountPauses()
    async with httpx.AsyncClient() as http:
        own = config(simulator)
        teams_pauses = TeamsPauses(AccessTokens(own, SigningKeys(http, own.openid_metadata_url)), pauses)
        await teams_pauses.check()
        pauses.reasons = {"": reason}
        simulator.control("set", {"token_error": token_error})

        await teams_pauses.check()

    assert (pauses.reasons == {}) == is_resumed
