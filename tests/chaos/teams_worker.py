"""A delivery process to be killed: a store, a worker, and Teams' Connector in another process. Nothing else.

    python -m tests.chaos.teams_worker STORE [--until-quiet]

Where Teams is, and which certificates count there, comes from the environment, as in earnest.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
from random import Random

import httpx

from bot.app import SystemClock
from bot.delivery.deliverer import Deliverer
from bot.delivery.factory import make_worker
from bot.settings import TeamsSettings
from bot.stored_state import StoredSecretStore
from integrations.teams.auth import SigningKeys
from integrations.teams.client import TeamsClient
from integrations.teams.config import TeamsConfig
from integrations.teams.conversations import TeamsConversations
from integrations.teams.files import FileConsent
from integrations.teams.send import TeamsChat
from integrations.teams.tokens import AccessTokens
from storage.store import Store
from tests.app import ReversingCipher
from tests.chaos.worker import AT_ONCE, SHORT_RETRY_POLICY, stop_when_empty, with_short_timeouts


def chat_over(store: Store, http: httpx.AsyncClient) -> TeamsChat:
    """The way out to Teams as the settings say."""
    settings = TeamsSettings()
    config = TeamsConfig(
        app_id=settings.app_id,
        app_password=settings.app_password.get_secret_value(),
        tenant_id=settings.tenant_id,
        openid_metadata_url=settings.openid_metadata_url,
        authority_url=settings.authority_url,
    )
    notebook = StoredSecretStore(store, SystemClock(), ReversingCipher(), "teams")
    wire = TeamsClient(config, http, AccessTokens(config, SigningKeys(http, config.openid_metadata_url)))
    return TeamsChat(config, wire, TeamsConversations(notebook), FileConsent(config, http, notebook, SystemClock()))


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("store")
    parser.add_argument("--until-quiet", action="store_true")
    options = parser.parse_args()

    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    store, clock = Store(options.store), SystemClock()
    async with httpx.AsyncClient() as http:
        chat = chat_over(store, http)
        deliverer = Deliverer(
            store, {chat.name: chat}, {}, clock=clock, random=Random(os.getpid()), retry_policy=SHORT_RETRY_POLICY
        )
        async with (
            with_short_timeouts(make_worker(store, deliverer.deliver, clock=clock, concurrency=AT_ONCE)),
            asyncio.TaskGroup() as group,
        ):
            if options.until_quiet:
                group.create_task(stop_when_empty(store, stop))
            await stop.wait()
    await store.close()


if __name__ == "__main__":
    asyncio.run(main())
