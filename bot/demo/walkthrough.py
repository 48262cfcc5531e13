"""The demo page's suggestions: three things to try first, a tour of five steps, and the people to switch to."""

from __future__ import annotations

from integrations.web.read_model import Suggestion, TourStep, Walkthrough

LENA = "lena.hoffmann@example.com"  # campaign manager, Marketing
BO = "bo.lindqvist@example.com"  # product owner of the website, IT
HELENA = "helena.marsh@example.com"  # publisher, Marketing
ROBERT = "robert.achterberg@example.com"  # publisher, IT
ADMIN = "greta.sandoval@example.com"

FIRST_QUESTION = "What is IT working on for Spring Launch?"

WALKTHROUGH = Walkthrough(
    house="Larkfield",
    newcomer=LENA,
    welcome="Larkfield sells things to sit on outside. Marketing and IT share one roadmap; Handshake keeps them in "
    "step. Whatever you do here is real, in a store of its own.",
    first=(
        Suggestion(
            "Ask a question", "In plain words. The answer cites keys, owners, dates and the revision.", FIRST_QUESTION
        ),
        Suggestion("Say “I have it”", "See what changed while you were away, and press the button.", "catchup"),
        Suggestion("Look at what waits", "Be Bo, on the other side, and see the shared draft.", "draft show", BO),
    ),
    tour=(
        TourStep(
            "An answer without a meeting",
            "Lena wants to know where IT stands. She asks in plain words; the answer comes from the published version "
            "alone, and says which one that is.",
            LENA,
            "me",
            FIRST_QUESTION,
        ),
        TourStep(
            "Be provably current",
            "Lena was away for three revisions. Catch up, then press “I have …” on the card: from then on the coverage "
            "counts her.",
            LENA,
            "me",
            "catchup",
        ),
        TourStep(
            "A proposal",
            "Four edits wait in the shared draft. Helena publishes for Marketing: that proposes a revision. "
            "Nothing is published yet.",
            HELENA,
            "me",
            'publish "Spring dates"',
        ),
        TourStep(
            "The approval",
            "Robert approves for IT. Look at “What just happened”: a new revision, and one notice to each room that "
            "follows it.",
            ROBERT,
            "me",
            "approve {next}",
        ),
        TourStep(
            "Everybody hears it once",
            "In #spring-launch the notice of the new revision has arrived, and the one before says that it is "
            "superseded, in place. Press “I have …”, or switch above to see the cards as Slack and Teams show them.",
            LENA,
            "#spring-launch",
        ),
    ),
    cast=(LENA, BO, HELENA, ROBERT, ADMIN),
)
