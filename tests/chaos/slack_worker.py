"""A posting process to be killed: a store, the carrier, and Slack in another process. Nothing else.

python -m tests.chaos.slack_worker STORE API_URL [--until-quiet]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
from random import Random

from bot.post.carrier import carrier
from bot.post.deliver import Postman
from integrations.slack.config import SlackConfig
from integrations.slack.installs import Installs
from integrations.slack.send import SlackChat
from integrations.slack.ways import Ways
from integrations.slack.web import Web
from storage.store import Store
from tests.chaos.worker import AT_ONCE, PATIENCE, WallClock, impatient, quiet
from tests.fakes.notebook import MemoryNotebook
from tests.fakes.slack import TOKEN
from tests.house import ReversingSeal


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
    web = Web(config)
    installs = Installs(config, web, MemoryNotebook(), clock)
    slack = SlackChat(web, installs, Ways(ReversingSeal(), clock), command="/handshake")
    postman = Postman(store, {slack.name: slack}, {}, clock=clock, random=Random(os.getpid()), patience=PATIENCE)
    async with (
        web.open(),
        impatient(carrier(store, postman.deliver, clock=clock, at_once=AT_ONCE)),
        asyncio.TaskGroup() as group,
    ):
        if options.until_quiet:
            group.create_task(quiet(store, stop))
        await stop.wait()
    await store.close()


if __name__ == "__main__":
    asyncio.run(main())
