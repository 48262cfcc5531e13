"""A posting process to be killed: a store, the carrier, and Slack in another process. Nothing else.

python -m tests.chaos.slack_worker STORE API_URL [--until-quiet]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
from random import Random

from bot.delivery.deliverer import Deliverer
from bot.delivery.factory import make_worker
from integrations.slack.client import SlackClient
from integrations.slack.config import SlackConfig
from integrations.slack.installations import Installations
from integrations.slack.responses import ResponseUrls
from integrations.slack.send import SlackChat
from storage.store import Store
from tests.app import ReversingCipher
from tests.chaos.worker import AT_ONCE, SHORT_RETRY_POLICY, WallClock, stop_when_empty, with_short_timeouts
from tests.fakes.slack import TOKEN
from tests.fakes.state import MemorySecretStore


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("store")
    parser.add_argument("api_url")
    parser.add_argument("--until-quiet", action="store_true")
    options = parser.parse_args()

    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    store, clock = Store(options.store), WallClock()
    config = SlackConfig(bot_token=TOKEN, api_url=options.api_url)
    web = SlackClient(config)
    installs = Installations(config, web, MemorySecretStore(), clock)
    slack = SlackChat(web, installs, ResponseUrls(ReversingCipher(), clock), command="/handshake")
    deliverer = Deliverer(
        store, {slack.name: slack}, {}, clock=clock, random=Random(os.getpid()), retry_policy=SHORT_RETRY_POLICY
    )
    async with (
        web.open(),
        with_short_timeouts(make_worker(store, deliverer.deliver, clock=clock, concurrency=AT_ONCE)),
        asyncio.TaskGroup() as group,
    ):
        if options.until_quiet:
            group.create_task(stop_when_empty(store, stop))
        await stop.wait()
    await store.close()


if __name__ == "__main__":
    asyncio.run(main())
