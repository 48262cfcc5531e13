"""`ask`, and with it every text that is no command."""

from __future__ import annotations

from handlers.feature import Asked, Command, Feature
from handlers.toolbox import Toolbox
from integrations.ports.inbound import Reply


async def ask(box: Toolbox, asked: Asked) -> Reply:
    """`ask <anything>`: an exact answer from the published roadmap, for whoever reads the reply."""
    from handlers.questions import answering  # its patterns take 0.1 s to compile; only who asks waits for them

    return await answering.ask(box, asked)


FEATURE = Feature(
    name="questions",
    title="Questions",
    commands=(
        Command(
            words="ask",
            run=ask,
            usage="ask ANYTHING, or just say it",
            does="Answers a question about the roadmap in plain words, from the published version.",
            examples=(
                "ask what is IT working on for Spring Launch?",
                "what's blocked for Spring Launch",
                "what shipped last month",
            ),
            takes=500,
            named=("question",),
        ),
    ),
)
