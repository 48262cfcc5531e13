"""`ask`, and with it every text that is no command; then what can be done with an answer."""

from __future__ import annotations

from handlers.asked_before import NUMBER
from handlers.feature import Asked, Command, Feature, Run
from handlers.toolbox import Toolbox
from integrations.ports.inbound import Reply


async def ask(box: Toolbox, asked: Asked) -> Reply:
    """`ask <anything>`: an exact answer from the published roadmap, for whoever reads the reply."""
    from handlers.questions import answering  # its patterns take 0.1 s to compile; only who asks waits for them

    return await answering.ask(box, asked)


def _later(name: str) -> Run:
    """A command of `again`, which is loaded with the first one of them, as `answering` is."""

    async def run(box: Toolbox, asked: Asked) -> Reply:
        from handlers.questions import again

        command: Run = getattr(again, name)
        return await command(box, asked)

    return run


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
        Command(
            words="more",
            run=_later("more"),
            usage="more [Q17]",
            does="The next lines of an answer that was too long.",
            examples=("more", "more Q17"),
            takes=2,
            begins=NUMBER,
        ),
        Command(
            words="share",
            run=_later("share"),
            usage="share Q17",
            does="Shows what this room would read of an answer of yours; one press posts it.",
            examples=("share Q17",),
            takes=1,
            begins=NUMBER,
        ),
        Command(
            words="share post",
            run=_later("share_post"),
            usage="share post Q17",
            does="Posts an answer of yours here, as far as everybody here may see it.",
            examples=("share post Q17",),
            changes=True,
            takes=1,
            begins=NUMBER,
        ),
        Command(
            words="share undo",
            run=_later("share_undo"),
            usage="share undo Q17",
            does="Takes a shared answer out of this room again.",
            examples=("share undo Q17",),
            changes=True,
            takes=1,
            begins=NUMBER,
        ),
        Command(
            words="helpful",
            run=_later("helpful"),
            usage="helpful Q17",
            does="Says that an answer was good.",
            examples=("helpful Q17",),
            changes=True,
            takes=1,
            begins=NUMBER,
        ),
        Command(
            words="not right",
            run=_later("not_right"),
            usage="not right Q17",
            does="Says that an answer was wrong, and offers a person instead.",
            examples=("not right Q17",),
            changes=True,
            takes=1,
            begins=NUMBER,
        ),
    ),
)
