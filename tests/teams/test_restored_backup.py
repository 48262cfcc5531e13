"""A backup restored while cards for Teams waited, judged by the simulator's log: nothing arrives twice by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from random import Random

import httpx
import pytest
from structlog.testing import capture_logs

from bot.delivery.deliverer import Deliverer
from bot.delivery.sqlite_worker import deliver_due
from handlers.operations import workflow
from handlers.shared import notify
from integrations.ports.cards import Card
from integrations.ports.clock import FixedClock
from integrations.teams.auth import SigningKeys
from integrations.teams.client import TeamsClient
from integrations.teams.conversations import TeamsConversation, TeamsConversations
from integrations.teams.files import FileConsent
from integrations.teams.send import TeamsChat
from integrations.teams.tokens import AccessTokens
from storage import dead_deliveries, deliveries, places
from storage.backup import copy_store
from storage.store import Store
from storage.values.deliveries import DeliveryState
from tests.fakes.state import MemorySecretStore
from tests.fakes.teams_process import APP, TENANT, TeamsSimulator
from tests.teams.test_send import NOW, config

LATER = timedelta(days=36_500)  # a backup goes by the machine's clock, which is after NOW


@pytest.fixture
async def chat(simulator: TeamsSimulator, room: str) -> AsyncIterator[TeamsChat]:
    references = TeamsConversations(MemorySecretStore())
    await references.save(TeamsConversation(room, "channel", simulator.base, f"28:{APP}", "Handshake", TENANT))
    async with httpx.AsyncClient() as http:
        own = config(simulator)
        tokens = AccessTokens(own, SigningKeys(http, own.openid_metadata_url))
        file_consent = FileConsent(own, http, MemorySecretStore(), FixedClock(NOW))
        yield TeamsChat(own, TeamsClient(own, http, tokens), references, file_consent)


async def queue(store: Store, room: str, title: str, *, due_in: timedelta = timedelta()) -> None:
    async with store.transaction() as session:
        place = await places.ensure(session, "teams", "", room)
        await notify.queue_card(session, [place.id], Card(title), key=title, at=NOW + due_in)


async def deliver_all(store: Store, chat: TeamsChat, after: timedelta = timedelta()) -> None:
    clock = FixedClock(NOW + after)
    deliverer = Deliverer(store, {"teams": chat}, {}, clock=clock, random=Random(7))
    await deliver_due(store, deliverer.deliver, clock)


async def restored_copy(store: Store, folder: Path) -> Store:
    assert store.path
    copy_store(store.path, folder / "kept.db")
    return Store(f"sqlite:///{folder}/kept.db")


async def test_what_waited_in_the_backup_is_listed_and_not_sent_again(
    sqlite_store: Store, chat: TeamsChat, simulator: TeamsSimulator, room: str, tmp_path: Path
) -> None:
    """Teams cannot be asked whether it arrived, so an operator decides: one is sent, the other dropped."""
    await queue(sqlite_store, room, "R1")
    await queue(sqlite_store, room, "R2")
    restored = await restored_copy(sqlite_store, tmp_path)
    await deliver_all(sqlite_store, chat)

    with capture_logs() as lines:
        await deliver_all(restored, chat, LATER)
    by_itself = len(simulator.entries(room=room))
    async with restored.transaction() as session:
        dead = await deliveries.in_state(session, DeliveryState.DEAD)
        counted = await dead_deliveries.count_restored(session)
        await workflow.drop(session, workflow.selected(str(dead[1].id)))
        await workflow.retry(session, workflow.selected("all-restored"), NOW + LATER)
    await deliver_all(restored, chat, LATER)
    async with restored.reading() as session:
        counts = await deliveries.counts(session)
    await restored.close()

    assert by_itself == 2
    assert [line["reason"] for line in lines if line.get("action") == "delivery.dead"] == ["restored", "restored"]
    assert (counted, dead[0].error) == (2, "restored: it waited when the backup was made, and may have arrived since")
    assert len(simulator.entries(room=room)) == 3
    assert counts == {"sent": 1, "dropped": 1}


async def test_what_was_not_due_before_the_restored_store_is_used_is_sent_as_planned(
    sqlite_store: Store, chat: TeamsChat, simulator: TeamsSimulator, room: str, tmp_path: Path
) -> None:
    await queue(sqlite_store, room, "R1", due_in=LATER)
    restored = await restored_copy(sqlite_store, tmp_path)

    async with restored.transaction() as session:
        released = await dead_deliveries.trust_restored_not_due(session, NOW + LATER - timedelta(days=1))
    await deliver_all(restored, chat, LATER + timedelta(days=1))
    await restored.close()

    assert released == 1
    assert len(simulator.entries(room=room)) == 1
