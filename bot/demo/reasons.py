"""The reasons that people of the sample company give when they publish."""

from __future__ import annotations

from collections.abc import Mapping

from storage.values.company import Side

# Items whose current status has its own reason.
ITEM_REASONS: Mapping[str, str] = {
    "WEB-3": "the translation connector drops every second accent, and the vendor has not answered",
    "WEB-15": "the finder's pictures eat half of the budget for bytes",
    "SEO-11": "the raw footage is on a drive at the agency",
    "SEC-6": "we wait for the contract with the Brazilian payment provider",
    "SEC-14": "the press office has not decided whether there is an embargo",
    "DAT-5": "the sums of 2019 differ between two of the three systems",
    "GRO-16": "the terrace has no permit for more than thirty guests yet",
    "BRD-10": "two of three candidates turned out to be taken",
    "APP-19": "nobody wants to be the one to switch it off",
    "APP-13": "products, measures and pictures are complete",
    "BRD-19": "three of four test groups took Larky for a pigeon",
    "GRO-19": "the press would rather sit on a real chair",
    "SEC-20": "new laptops have no socket for them; a signed link will do",
    "APP-20": "the service desk answers faster",
}

SLIPPED: Mapping[Side, tuple[str, ...]] = {
    Side.MARKETING: (
        "the agency needed a second round",
        "legal wants the wording once more",
        "a supplier moved our slot",
        "comments came back late",
        "two people were ill at the wrong moment",
        "the budget was released a week later than planned",
        "an open question about names",
        "customer tests asked for a simpler version",
        "half the team is at the trade fair",
    ),
    Side.IT: (
        "the vendor delivered the sandbox late",
        "an upgrade of the database took the team's week",
        "testing found more than a morning's work",
        "two engineers were needed for an incident",
        "the supplier changed its interface without a word",
        "accessibility review asked for changes",
        "the access we need was granted late",
        "the estimate forgot the mobile version",
        "public holidays in two of three countries",
    ),
}

PULLED_IN: Mapping[Side, tuple[str, ...]] = {
    Side.MARKETING: (
        "the first draft was good enough",
        "the agency had a gap in its schedule",
        "we reuse last year's layout",
        "one approval fewer than feared",
    ),
    Side.IT: (
        "the old code was better than its reputation",
        "the vendor had done most of it already",
        "we dropped the part nobody had asked for",
        "two teams needed the same thing and built it once",
    ),
}

BLOCKED: Mapping[Side, tuple[str, ...]] = {
    Side.MARKETING: (
        "waiting for a decision on the budget",
        "the contract is on somebody's desk",
        "product data is incomplete",
        "we need an answer from IT about the tracking",
    ),
    Side.IT: (
        "the contract is not signed",
        "we need an owner for the texts",
        "the test system is down until the provider moves it",
        "the scope needs a decision from Marketing",
    ),
}

AT_RISK = (
    "one person knows how it works, and that person is on leave",
    "the date holds only if nothing else comes",
    "a review is still open",
    "the estimate doubled",
)

RESUMED = (
    "the answer came in the weekly meeting of both sides",
    "signed on Friday afternoon",
    "solved by a call that took ten minutes",
    "the other side lent somebody for three days",
    "the vendor gave in",
)

HANDED_OVER = (
    "after the new planning of the team",
    "as part of a tour on the other side",
    "because of a change of roles",
)

RESTRICTED_ONLY = "Changes for those concerned"
FIRST_REVISION = "The first roadmap of both sides: everything promised so far, in one place"
