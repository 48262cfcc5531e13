"""App Home: the current version and whether you have it, your items, and what to press or type.

https://docs.slack.dev/surfaces/app-home
"""

from __future__ import annotations

import structlog

from integrations.ports.errors import Rejected, Unavailable
from integrations.ports.inbound import Account, CommandText, Dispatch
from integrations.slack.ears import direct_conversation
from integrations.slack.elements import Json
from integrations.slack.heard import SlackRequest
from integrations.slack.limits import MAX_VIEW_BLOCKS
from integrations.slack.render import message
from integrations.slack.web import SlackClient

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

# What stands there, from top to bottom; what is refused (nothing published yet, not known yet) is left out.
HOME_COMMANDS = ("home", "current", "me items")


class HomeTab:
    """Puts the Home tab together from what the same words would answer."""

    def __init__(self, client: SlackClient, dispatch: Dispatch, command: str) -> None:
        self._client = client
        self._dispatch = dispatch
        self._command = command

    async def show(self, request: SlackRequest, account: Account) -> None:
        """Show *account* its own Home. What goes wrong is logged: opening the tab again is all it takes."""
        view = {"type": "home", "blocks": await self._blocks(request, account)}
        try:
            await self._client.call(request.installation.token, "views.publish", user_id=account.external_id, view=view)
        except (Rejected, Unavailable) as problem:
            log.warning("the Home tab was not shown", action="slack.home_not_shown", kind=type(problem).__name__)

    async def _blocks(self, request: SlackRequest, account: Account) -> list[Json]:
        where = direct_conversation(request.team, account.external_id)
        found: list[Json] = []
        for words in HOME_COMMANDS:
            reply = await self._dispatch(CommandText(account=account, conversation=where, words=words))
            if reply.exit == 0:
                found += [{"type": "divider"}] if found else []
                found += message(reply.card, root=self._command)["blocks"]
        return found[:MAX_VIEW_BLOCKS] or message(reply.card, root=self._command)["blocks"]
