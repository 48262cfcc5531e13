"""A request for approval that is decided says so where it was posted, and has nothing left to press."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.context import Policy
from handlers.importing.rules.report import Importer, ImportOptions
from handlers.importing.workflow.files import import_file
from storage.store import Store
from tests.app import item
from tests.simulated_company import SimulatedCompany

CIO, CTO, CMO = "cio@x.test", "cto@x.test", "cmo@x.test"
SETTLE = "importing.settle"


async def company_with_proposal(sqlite_store: Store) -> SimulatedCompany:
    """Marketing proposed R2, and both publishers of IT were asked to approve it."""
    company = SimulatedCompany(sqlite_store, Policy(two_key="on", admins=frozenset({CMO})))
    await company.add_teams()
    await company.add_publisher(CIO)
    await company.add_publisher(CTO)
    await company.add_publisher(CMO, team="seo")
    await company.publish(item("SEO-1", team="seo"), item("WEB-1"))
    await company.say(CMO, "item edit SEO-1 status=blocked")
    await company.say(CMO, "publish")
    await company.deliver_due()
    return company


async def settle(company: SimulatedCompany) -> None:
    company.advance(timedelta(minutes=11))
    await company.run_job(SETTLE)
    await company.deliver_due()


@pytest.mark.parametrize(
    ("who", "words", "title"),
    [(CIO, "approve R2", "R2 was approved"), (CTO, "reject R2 no", "R2 was rejected"), (CMO, "", "R2 was withdrawn")],
)
async def test_everybody_who_was_asked_sees_what_became_of_the_proposal(
    sqlite_store: Store, who: str, words: str, title: str
) -> None:
    company = await company_with_proposal(sqlite_store)

    if words:
        await company.say(who, words)
    else:
        await company.publish(item("WEB-1", title="Published directly"))
    await company.deliver_due()

    for asked in (CIO, CTO):
        card = company.card_texts(f"@{asked}")[0]
        assert card.startswith(title)
        assert "approve R2" not in card


async def test_the_card_about_a_trackers_changes_is_closed_once_none_of_them_waits(sqlite_store: Store) -> None:
    company = SimulatedCompany(sqlite_store, Policy(two_key="on", admins=frozenset({CMO})))
    await company.add_teams()
    await company.add_publisher(CIO)
    await company.add_publisher(CMO, team="seo")
    await company.publish(item("WEB-1"))
    content = b"key,title,team,status\nWEB-1,Item WEB-1,web,blocked\n"
    await import_file(company.ctx, "roadmap", content, ImportOptions(settle=True), Importer())
    await settle(company)
    assert company.posted_titles(f"@{CIO}") == ["The tracker's changes wait in the draft"]

    await company.say(CIO, "publish")
    await settle(company)

    assert company.card_texts(f"@{CIO}")[0].startswith("The tracker's changes no longer wait")
