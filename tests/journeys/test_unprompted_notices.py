"""Unprompted messages: notices in office hours, digests, reminders, date conflicts, and edits of a tracker that settle."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from handlers.importing.rules.report import Importer, ImportOptions
from handlers.importing.workflow.files import import_file
from storage import revisions
from storage.store import Store
from storage.values.roadmap import Status
from tests.app import item, text_of
from tests.simulated_company import OFFICE_HOURS, SimulatedCompany

DIGEST, NUDGE, SETTLE = "subscriptions.digest", "acknowledging.nudge", "importing.settle"
ANA, BEN, LEAD = "ana@x.test", "ben@x.test", "lea@x.test"
DAY = timedelta(days=1)


@pytest.fixture
async def company(store: Store) -> SimulatedCompany:
    """Monday, 2 November 2026, 9:00 UTC; Ana, Ben and their lead are in #web."""
    company = SimulatedCompany(store)
    await company.add_teams()
    await company.add_publisher(LEAD)
    await company.add_publisher(ANA, manager_email=LEAD)
    await company.add_publisher(BEN, manager_email=LEAD)
    await company.publish(item("WEB-1"), item("WEB-2"))
    await company.add_room("#web", ANA, BEN, LEAD)
    return company


async def test_a_notice_of_friday_evening_comes_on_monday_morning_where_the_room_is(company: SimulatedCompany) -> None:
    await company.add_room("#web", ANA, zone="America/New_York")
    await company.say(ANA, "subscribe roadmap all", room="#web")
    company.set_time(2026, 11, 6, 23, 30)  # Friday, 18:30 in New York: still open
    await company.publish(item("WEB-1", status=Status.BLOCKED))
    await company.deliver_due()
    company.set_time(2026, 11, 7, 0, 30)  # 19:30 there
    await company.publish(item("WEB-2", status=Status.BLOCKED))

    await company.simulate(timedelta(days=3), every=timedelta(minutes=30))

    assert [moment for moment, _, _ in company.log] == [
        datetime(2026, 11, 6, 23, 30, tzinfo=UTC),
        datetime(2026, 11, 9, 13, 0, tzinfo=UTC),  # Monday, 8:00 in New York
    ]


async def test_a_notice_that_was_held_up_until_the_evening_waits_for_the_morning(company: SimulatedCompany) -> None:
    """The rule is applied when it is sent: a platform that is down for an afternoon causes no message at night."""
    await company.add_room("#web", ANA, zone="Europe/Berlin")
    await company.say(ANA, "subscribe roadmap all", room="#web")
    company.platform.faults.down = True
    await company.publish(item("WEB-1", status=Status.BLOCKED))
    await company.deliver_due()
    company.set_time(2026, 11, 2, 21, 0)
    company.platform.faults.down = False

    await company.simulate(timedelta(hours=12))

    assert [moment for moment, _, _ in company.log] == [datetime(2026, 11, 3, 7, 0, tzinfo=UTC)]


async def test_a_room_whose_zone_nobody_told_hears_at_once(company: SimulatedCompany) -> None:
    await company.say(ANA, "subscribe roadmap all", room="#web")
    company.set_time(2026, 11, 7, 3, 0)
    await company.publish(item("WEB-1", status=Status.BLOCKED))
    await company.deliver_due()

    assert len(company.posted_titles("#web")) == 1


async def test_hours_are_shown_set_and_refused(company: SimulatedCompany) -> None:
    shown = await company.say(ANA, "hours", room="#web")
    done = await company.say(ANA, "hours zone=Europe/Berlin quiet=18:00-09:00 days=mon-thu", room="#web")
    wrong = await company.say(ANA, "hours zone=Europe/Berln", room="#web")
    odd = await company.say(ANA, "hours quiet=late", room="#web")

    assert shown.facts == {"zone": "UTC", "quiet": "19:00-08:00", "days": "mon-fri", "known": False}
    assert done.facts == {"zone": "Europe/Berlin", "quiet": "18:00-09:00", "days": "mon-thu", "known": True}
    assert "Did you mean Europe/Berlin?" in text_of(wrong)
    assert odd.exit == 2


async def test_a_daily_digest_tells_the_net_of_a_day_once_at_nine(company: SimulatedCompany) -> None:
    await company.say(ANA, "subscribe roadmap digest", room="#web")
    await company.run_job(DIGEST)
    await company.publish(item("WEB-1", due=date(2026, 12, 3)))
    await company.publish(item("WEB-1", due=date(2026, 12, 9)), item("WEB-3"))
    await company.deliver_due()

    await company.simulate(timedelta(days=2), DIGEST)

    assert [(moment.strftime("%a %H:%M"), title) for moment, _, title in company.log] == [
        ("Tue 09:00", "Since R1: 1 slipped, 1 added")
    ]
    assert "1 Dec 2026 → 9 Dec 2026" in company.card_texts("#web")[0]


async def test_what_came_back_to_where_it_was_is_no_digest(company: SimulatedCompany) -> None:
    await company.say(ANA, "subscribe roadmap digest", room="#web")
    await company.run_job(DIGEST)
    company.set_time(2026, 11, 2, 20, 0)
    await company.publish(item("WEB-1", due=date(2026, 12, 3)))
    await company.publish(item("WEB-1"))

    await company.simulate(timedelta(days=2), DIGEST)

    assert company.log == []


@pytest.mark.proof
async def test_a_weekly_digest_waits_for_the_first_working_day(company: SimulatedCompany) -> None:
    await company.add_room("#web", ANA, zone="Europe/Berlin")
    await company.say(ANA, "subscribe roadmap digest weekly", room="#web")
    await company.run_job(DIGEST)
    company.set_time(2026, 11, 3, 9, 0)
    await company.publish(item("WEB-1", status=Status.DONE))

    await company.simulate(timedelta(days=14), DIGEST)

    moments = [moment for moment, room, _ in company.log if room == "#web"]
    assert [moment.strftime("%a %d %H:%M") for moment in moments] == ["Mon 09 08:00"]


async def test_a_room_that_hears_of_material_changes_gets_the_small_rest_once_a_week(company: SimulatedCompany) -> None:
    """Three moves of two days each are below the limit; their sum of six days is reported, once."""
    await company.say(ANA, "subscribe roadmap", room="#web")
    await company.run_job(DIGEST)
    for day in (3, 5, 7):
        await company.publish(item("WEB-1", due=date(2026, 12, day)))
    await company.publish(item("WEB-2", status=Status.BLOCKED))
    await company.deliver_due()
    at_once = company.posted_titles("#web")

    await company.simulate(timedelta(days=8), DIGEST, every=timedelta(hours=3))

    assert at_once == ["Roadmap R5: 1 blocked"]
    assert company.posted_titles("#web")[1:] == ["Since R1: 1 slipped"]


async def test_a_digest_holds_only_what_everybody_in_the_room_may_see(company: SimulatedCompany) -> None:
    await company.add_publisher("eve@x.test", team="seo")
    await company.add_room("#all", ANA, "eve@x.test")
    await company.say(ANA, "subscribe roadmap digest", room="#all")
    await company.run_job(DIGEST)
    await company.publish(item("WEB-9", "Secret gate", visible_to=("web",)), item("WEB-8", "Open gate"))

    await company.simulate(timedelta(days=1), DIGEST)

    [card] = company.card_texts("#all")
    assert "Open gate" in card
    assert "WEB-9" not in card
    assert "Secret" not in card


@pytest.mark.proof
async def test_whoever_is_behind_is_nudged_twice_and_then_their_lead_hears(company: SimulatedCompany) -> None:
    await company.say(ANA, "subscribe roadmap all", room="#web")
    await company.publish(item("WEB-1", status=Status.BLOCKED))
    await company.say(ANA, "ack")
    await company.say(LEAD, "ack")

    await company.simulate(timedelta(days=21), NUDGE)

    assert [moment.strftime("%a %d %H:%M") for moment, room, _ in company.log if room == f"@{BEN}"] == [
        "Tue 03 08:00",
        "Thu 05 08:00",
    ]
    assert company.posted_titles(f"@{LEAD}") == ["1 person of yours not on R2"]
    assert company.posted_titles(f"@{ANA}") == []
    assert "Ben" in company.card_texts(f"@{LEAD}")[0]


async def test_nobody_is_nudged_where_nobody_subscribed(company: SimulatedCompany) -> None:
    """Nothing is said anywhere before somebody asked for it."""
    await company.publish(item("WEB-1", status=Status.BLOCKED))

    await company.simulate(timedelta(days=7), NUDGE, every=timedelta(hours=3))

    assert company.log == []


async def test_a_nudge_comes_in_the_working_hours_of_whoever_reads_it(company: SimulatedCompany) -> None:
    await company.add_publisher("kim@x.test", zone="Asia/Tokyo")
    await company.add_room("#web", "kim@x.test")
    await company.say(ANA, "subscribe roadmap all", room="#web")
    await company.publish(item("WEB-1", status=Status.BLOCKED))

    await company.simulate(timedelta(days=2), NUDGE)

    [kim] = [moment for moment, room, _ in company.log if room == "@kim@x.test"]
    assert kim == datetime(2026, 11, 2, 23, 0, tzinfo=UTC)  # Tuesday, 8:00 in Tokyo


@pytest.mark.proof
async def test_a_lead_hears_in_their_own_hours(company: SimulatedCompany) -> None:
    """Ben's working day is the middle of the night for his lead in San Francisco."""
    await company.add_publisher("sam@x.test", zone="America/Los_Angeles")
    await company.add_publisher("kim@x.test", zone="Europe/Berlin", manager_email="sam@x.test")
    await company.add_room("#web", "kim@x.test")
    await company.say(ANA, "subscribe roadmap all", room="#web")
    await company.publish(item("WEB-1", status=Status.BLOCKED))

    await company.simulate(timedelta(days=14), NUDGE)

    [sam] = [moment for moment, room, _ in company.log if room == "@sam@x.test"]
    assert (sam.hour, sam.weekday() < 5) == (16, True)  # 8:00 there


async def test_not_now_is_a_day_and_off_is_for_good(company: SimulatedCompany) -> None:
    await company.say(ANA, "subscribe roadmap all", room="#web")
    await company.publish(item("WEB-1", status=Status.BLOCKED))
    company.set_time(2026, 11, 3, 7, 0)
    await company.press(BEN, "nudges later")
    await company.say(ANA, "nudges off")

    await company.simulate(timedelta(days=2), NUDGE)

    assert [moment.day for moment, room, _ in company.log if room == f"@{BEN}"] == [4]
    assert company.posted_titles(f"@{ANA}") == []


@pytest.mark.proof
async def test_a_newer_version_starts_afresh_but_nobody_hears_twice_a_day(company: SimulatedCompany) -> None:
    await company.say(ANA, "subscribe roadmap all", room="#web")
    await company.publish(item("WEB-1", status=Status.BLOCKED))
    await company.simulate(timedelta(days=1), NUDGE)
    await company.publish(item("WEB-1", status=Status.DONE))

    await company.simulate(timedelta(days=4), NUDGE)

    days = [moment.date() for moment, room, _ in company.log if room == f"@{BEN}"]
    assert len(days) == len(set(days))
    assert company.posted_titles(f"@{BEN}")[1:] == ["R3 is the current version"] * 2


async def test_whoever_caught_up_meanwhile_reads_no_nudge(company: SimulatedCompany) -> None:
    await company.say(ANA, "subscribe roadmap all", room="#web")
    await company.publish(item("WEB-1", status=Status.BLOCKED))
    company.set_time(2026, 11, 3, 9, 0)
    await company.run_job(NUDGE)
    await company.say(BEN, "ack")

    await company.deliver_due()

    assert company.posted_titles(f"@{BEN}") == []


async def spring(company: SimulatedCompany) -> None:
    await company.add_campaign(
        "spring", "Spring Launch", owner="p_ben", start=date(2026, 12, 1), end=date(2026, 12, 20)
    )
    await company.publish(item("WEB-7", "Banner", campaigns=("spring",), owner="p_ana", due=date(2026, 11, 30)))


async def test_both_owners_are_told_once_of_dates_that_do_not_go_together(company: SimulatedCompany) -> None:
    await spring(company)
    late = item("WEB-7", "Banner", campaigns=("spring",), owner="p_ana", due=date(2026, 12, 3))
    await company.publish(late)
    await company.publish(replace(late, due=date(2026, 12, 5)))  # two days worse: no news
    await company.deliver_due()

    title = "WEB-7 is due 4 days after Spring Launch starts"  # as of the time it is sent
    assert company.posted_titles(f"@{ANA}") == company.posted_titles(f"@{BEN}") == [title]


async def test_a_conflict_that_gets_worse_or_comes_back_is_told_again(company: SimulatedCompany) -> None:
    await spring(company)
    late = item("WEB-7", "Banner", campaigns=("spring",), owner="p_ana", due=date(2026, 12, 3))
    for due in (date(2026, 12, 3), date(2026, 12, 22), date(2026, 11, 29), date(2026, 12, 3)):
        await company.publish(replace(late, due=due))
        await company.deliver_due()

    assert company.posted_titles(f"@{BEN}") == [
        "WEB-7 is due 2 days after Spring Launch starts",
        "WEB-7 is due 2 days after Spring Launch ends",
        "WEB-7 is due 2 days after Spring Launch starts",
    ]


async def test_an_owner_who_may_not_see_the_item_is_not_told(company: SimulatedCompany) -> None:
    await company.add_publisher("eve@x.test", team="seo")
    await company.add_campaign("spring", "Spring Launch", owner="p_eve", start=date(2026, 12, 1))
    hidden = item("WEB-7", campaigns=("spring",), owner="p_ana", due=date(2026, 12, 30), visible_to=("web",))
    await company.publish(hidden)
    await company.deliver_due()

    assert company.posted_titles("@eve@x.test") == []
    assert len(company.posted_titles(f"@{ANA}")) == 1


async def import_tracker_file(company: SimulatedCompany, *rows: str) -> None:
    text = "\n".join(["key,title,team,status,due", *rows])
    report = await import_file(company.ctx, "roadmap", text.encode(), ImportOptions(settle=True), Importer())
    assert not report.errors


async def test_a_burst_of_a_tracker_becomes_one_revision(company: SimulatedCompany) -> None:
    await import_tracker_file(company, "WEB-1,Item WEB-1,web,blocked,2026-12-01")
    await company.simulate(timedelta(minutes=6), SETTLE, every=timedelta(minutes=1))
    await import_tracker_file(
        company, "WEB-1,Item WEB-1,web,done,2026-12-01", "WEB-2,Item WEB-2,web,blocked,2026-12-01"
    )
    await company.simulate(timedelta(minutes=9), SETTLE, every=timedelta(minutes=1))
    async with company.store.reading() as session:
        before = await revisions.latest(session)
    await company.simulate(timedelta(minutes=2), SETTLE, every=timedelta(minutes=1))

    async with company.store.reading() as session:
        after = await revisions.latest(session)
        changes = await revisions.changes_of(session, 2)
    assert before
    assert after
    assert (before.number, after.number, after.how) == (1, 2, "tracker")
    assert {change.key: dict(change.fields)["status"][1] for change in changes} == {"WEB-1": "done", "WEB-2": "blocked"}


async def test_what_people_edit_meanwhile_stays_in_the_draft(company: SimulatedCompany) -> None:
    await company.say(ANA, "item edit WEB-2 status=at_risk --why soon")
    await import_tracker_file(company, "WEB-1,Item WEB-1,web,blocked,2026-12-01")
    await company.simulate(timedelta(minutes=12), SETTLE, every=timedelta(minutes=1))

    draft = await company.say(ANA, "draft show")

    assert "WEB-2" in text_of(draft)
    assert "WEB-1" not in text_of(draft)


async def test_where_two_keys_are_needed_publishers_are_asked_once(store: Store) -> None:
    company = SimulatedCompany(store, replace(OFFICE_HOURS, two_key="on"))
    await company.add_teams()
    await company.add_publisher(ANA)
    await company.add_publisher("eve@x.test", team="seo")
    await company.publish(item("WEB-1"))
    await import_tracker_file(company, "WEB-1,Item WEB-1,web,blocked,2026-12-01")

    await company.simulate(timedelta(minutes=30), SETTLE, every=timedelta(minutes=5))

    assert (
        company.posted_titles(f"@{ANA}")
        == company.posted_titles("@eve@x.test")
        == ["The tracker's changes wait in the draft"]
    )
    assert "WEB-1" in text_of(await company.say(ANA, "draft show"))


async def test_whoever_subscribed_a_room_is_told_when_nothing_reaches_it_any_more(company: SimulatedCompany) -> None:
    await company.say(ANA, "subscribe roadmap all", room="#web")
    company.platform.faults.archived = ["#web"]
    await company.publish(item("WEB-1", status=Status.BLOCKED))
    await company.deliver_due()
    await company.publish(item("WEB-1", status=Status.AT_RISK))
    await company.deliver_due()

    assert company.posted_titles(f"@{ANA}") == ["I can no longer post in #web"]
    assert company.platform.attempts.count("post") == 2  # the room once, and Ana


async def test_one_reference_leads_from_the_request_to_the_delivery_and_no_word_of_it_is_logged(
    company: SimulatedCompany,
) -> None:
    """A reference number leads to every log line about it, and no line has the text of the message."""
    await company.say(ANA, "subscribe roadmap all", room="#web")
    await company.say(ANA, "item edit WEB-1 status=blocked --why 'the marked-secret reason'")
    with capture_logs(processors=[merge_contextvars]) as lines:
        await company.say(ANA, "publish 'the marked-secret reason'")
        await company.deliver_due()

    by_action = {line["action"]: line for line in lines}
    assert by_action["delivery.sent"]["reference"] == by_action["dispatch.answered"]["reference"]
    assert "marked-secret" not in str(lines)
    assert "Blocked" not in str(lines)
