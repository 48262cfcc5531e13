"""The limits of Teams, each with the page it comes from."""

from __future__ import annotations

import json

from integrations.plain.truncate import CardLimits

# Messages may have 100 kB as UTF-16; 28 kB also pass through Workflows and Graph.
# https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages
MAX_BYTES = 28_000

# Action.Execute needs 1.5; Teams shows nothing newer everywhere.
# https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/work-with-universal-actions-for-adaptive-cards
VERSION = "1.5"

# More actions in one row end up in an overflow menu.
# https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-actions
MAX_ACTIONS = 6

# Our own limits, for readability and to leave room for the rest of the card. Lengths are in UTF-16 units.
CARD = CardLimits(title=1_000, buttons=48, options=100)
MAX_LABEL = 80
MAX_PRINTED_WORDS = 300
MAX_ID = 2_000
MAX_FALLBACK_TEXT = 1_500
MAX_SUMMARY = 250


def weight(value: object) -> int:
    """The size in bytes of *value* as JSON in UTF-16, which is how Teams counts."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-16-le", "surrogatepass"))
