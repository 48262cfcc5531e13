"""The limits of Slack, each with the page it comes from. Lengths are in UTF-16 units."""

from __future__ import annotations

from integrations.plain.truncate import CardLimits

# https://docs.slack.dev/reference/block-kit/blocks/
MAX_BLOCKS = 50

# https://docs.slack.dev/surfaces/modals
MAX_VIEW_BLOCKS = 100

# Undocumented: about 13,200 fail with `msg_blocks_too_long`. https://github.com/slackapi/bolt-js/issues/2509
MAX_MESSAGE_TEXT = 12_000

# Slack recommends 4,000 and truncates at 40,000. Screen readers read only this text, so it is as long as the blocks.
# https://docs.slack.dev/reference/methods/chat.postMessage
MAX_FALLBACK_TEXT = 12_000

# https://docs.slack.dev/reference/block-kit/blocks/header-block
MAX_HEADER = 150

# https://docs.slack.dev/reference/block-kit/blocks/section-block
MAX_SECTION = 3_000
MAX_FIELDS = 10
MAX_FIELD = 2_000

# https://docs.slack.dev/reference/block-kit/blocks/context-block
MAX_CONTEXT_ELEMENTS = 10

# https://docs.slack.dev/reference/block-kit/blocks/actions-block
MAX_ACTIONS = 25

# https://docs.slack.dev/reference/block-kit/block-elements/button-element
MAX_BUTTON_LABEL = 75
MAX_BUTTON_VALUE = 2_000
MAX_URL = 3_000

# https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element
MAX_OPTIONS = 100
MAX_PLACEHOLDER = 150

# https://docs.slack.dev/reference/block-kit/composition-objects/option-object
MAX_OPTION_LABEL = 75
MAX_OPTION_VALUE = 150

# https://docs.slack.dev/reference/block-kit/block-elements/checkboxes-element
MAX_CHECKBOXES = 10

# https://docs.slack.dev/reference/block-kit/blocks/image-block
MAX_ALT = 2_000

# https://docs.slack.dev/reference/block-kit/blocks/input-block
MAX_LABEL = 2_000
MAX_HINT = 2_000

# https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element
MAX_TYPED = 3_000

# https://docs.slack.dev/reference/views/modal-views
MAX_VIEW_TITLE = 24
MAX_PRIVATE_METADATA = 3_000
MAX_VIEW_BYTES = 250_000

# https://docs.slack.dev/reference/block-kit/block-elements/button-element for `action_id`,
# https://docs.slack.dev/reference/views/modal-views for `callback_id`
MAX_ID = 255

# Our own limits, for readability. A longer title continues below the header; two rows of buttons are enough.
CARD = CardLimits(title=1_000, buttons=2 * MAX_ACTIONS, options=MAX_OPTIONS)
MAX_PRINTED_WORDS = 300
