"""The differences between revisions: changes of an item, groups, visibility, and what a subscription includes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.shared.card_parts import readable_reason
from handlers.shared.rules.diff import (
    ChangeGroup,
    ItemChange,
    diff_items,
    field_changes,
    group_of,
    grouped,
    hidden_names,
    impacts,
    is_material,
    item_changes_of,
    recorded_changes,
    subscribed_campaign_changes,
    subscribed_item_changes,
    visible_to,
)
from handlers.shared.rules.subscription_index import build_index, has_subscribed_change
from storage.values.company import UNRESTRICTED, Audience, Campaign
from storage.values.places import Place, Subscription
from storage.values.roadmap import Change, ChangeKind, Item, Revision, RevisionState, Status
from tests.app import MONDAY, item

DAYS = 3
TEAMS = ("web", "data", "seo")
CAMPAIGNS = ("spring", "autumn")
KEYS = ("A-1", "A-2", "A-3", "A-4")
PLACE = Place(1, "console", "", "#web")

days = st.dates(date(2026, 11, 1), date(2026, 11, 12)) | st.none()
audiences = st.builds(Audience, st.frozensets(st.sampled_from(TEAMS)))


def some_of(*names: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(names), unique=True).map(lambda found: tuple(sorted(found)))


@st.composite
def roadmaps(draw: st.DrawFn) -> Mapping[str, Item]:
    keys = draw(some_of(*KEYS))
    return {
        key: Item(
            key,
            draw(st.sampled_from(["Checkout", "Search"])),
            draw(st.sampled_from(TEAMS)),
            draw(some_of(*CAMPAIGNS)),
            draw(st.sampled_from(list(Status))),
            due=draw(days),
            owner=draw(st.sampled_from(["", "p_ada", "p_bob"])),
            visible_to=draw(some_of(*TEAMS)),
        )
        for key in keys
    }


subscriptions = st.builds(
    Subscription,
    st.just(1),
    st.just(PLACE),
    some_of(*CAMPAIGNS),
    some_of(*TEAMS),
    st.sampled_from(["material", "all"]),
)


@given(roadmaps(), roadmaps())
def test_every_item_that_differs_stands_in_exactly_one_group(
    before: Mapping[str, Item], after: Mapping[str, Item]
) -> None:
    differing = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))

    told = [step.key for _, members in grouped(diff_items(before, after)) for step in members]

    assert sorted(told) == differing


@given(roadmaps())
def test_a_roadmap_does_not_differ_from_itself(roadmap: Mapping[str, Item]) -> None:
    assert diff_items(roadmap, roadmap) == ()


@given(roadmaps(), roadmaps())
def test_recorded_changes_lead_back_to_the_steps(before: Mapping[str, Item], after: Mapping[str, Item]) -> None:
    """A notice is composed from the revision's own changes, long after the previous state is gone."""
    found = diff_items(before, after)

    assert item_changes_of([change for step in found for change in recorded_changes(step)], after) == found


@given(roadmaps(), roadmaps(), roadmaps())
def test_the_way_from_first_to_last_forgets_what_came_and_went(
    first: Mapping[str, Item], middle: Mapping[str, Item], last: Mapping[str, Item]
) -> None:
    one, two = diff_items(first, middle), diff_items(middle, last)

    net = {step.key for step in diff_items(first, last)}

    assert net <= {step.key for step in (*one, *two)}
    assert all(first.get(key) != last.get(key) for key in net)


@given(roadmaps(), roadmaps(), audiences)
def test_an_audience_never_meets_an_item_it_may_not_see(
    before: Mapping[str, Item], after: Mapping[str, Item], audience: Audience
) -> None:
    for step in diff_items(before, after):
        shown = visible_to(step, audience)
        sides = [side for side in (shown.before, shown.after) if side] if shown else []
        assert all(audience.may_see(side.visible_to) for side in sides)


@given(roadmaps(), roadmaps(), audiences)
def test_what_is_told_and_what_is_untold_do_not_meet(
    before: Mapping[str, Item], after: Mapping[str, Item], audience: Audience
) -> None:
    found = diff_items(before, after)

    hidden = hidden_names(found, audience)

    for step in found:
        for side in (step.before, step.after):
            if side and not audience.may_see(side.visible_to):
                assert {side.key, side.title} <= hidden


def test_an_item_that_becomes_visible_is_new_and_one_that_becomes_hidden_is_gone_without_a_word() -> None:
    hidden, shown = item("A-1", "Falcon", visible_to=("web",)), item("A-1", "Falcon")

    assert visible_to(ItemChange(hidden, shown), UNRESTRICTED) == ItemChange(None, shown)
    assert visible_to(ItemChange(shown, hidden), UNRESTRICTED) is None


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("Falcon waits for legal", False),
        ("FALCON?", False),
        ("a-9 slipped", False),
        ("A-99 slipped", True),
        ("Falconry is fun", True),
        ("", True),
    ],
)
def test_a_reason_that_names_a_hidden_item_stays_unsaid(reason: str, told: bool) -> None:
    revision = Revision(2, RevisionState.PUBLISHED, "p", reason, MONDAY)

    assert readable_reason(
        revision, hidden_names([ItemChange(None, item("A-9", "Falcon", visible_to=("web",)))], UNRESTRICTED)
    ) == (reason if told else "")


@given(roadmaps(), roadmaps(), st.lists(subscriptions, max_size=3), audiences)
def test_asking_quickly_gives_the_same_answer_as_listing(
    before: Mapping[str, Item], after: Mapping[str, Item], wanted: list[Subscription], audience: Audience
) -> None:
    found = diff_items(before, after)

    assert has_subscribed_change(wanted, build_index(found, DAYS), audience) == bool(
        subscribed_item_changes(wanted, found, audience, DAYS)
    )


@given(roadmaps(), roadmaps(), st.lists(subscriptions, max_size=3), audiences)
def test_a_room_hears_of_an_item_once_and_only_what_it_may_see(
    before: Mapping[str, Item], after: Mapping[str, Item], wanted: list[Subscription], audience: Audience
) -> None:
    told = subscribed_item_changes(wanted, diff_items(before, after), audience, DAYS)

    assert len({step.key for step in told}) == len(told)
    assert all(audience.may_see(step.item.visible_to) for step in told)


@given(roadmaps(), roadmaps(), audiences)
def test_whoever_follows_every_change_hears_at_least_what_is_material(
    before: Mapping[str, Item], after: Mapping[str, Item], audience: Audience
) -> None:
    found = diff_items(before, after)

    material = subscribed_item_changes([Subscription(1, PLACE)], found, audience, DAYS)
    everything = subscribed_item_changes([Subscription(1, PLACE, level="all")], found, audience, DAYS)

    assert set(material) <= set(everything)


BEFORE = item("A-1", campaigns=("spring",), owner="p_ada")


@pytest.mark.parametrize(
    ("change", "material"),
    [
        ({"due": BEFORE.due and BEFORE.due + timedelta(days=3)}, False),
        ({"due": BEFORE.due and BEFORE.due + timedelta(days=4)}, True),
        ({"due": BEFORE.due and BEFORE.due - timedelta(days=4)}, True),
        ({"due": None}, True),
        ({"status": Status.BLOCKED}, True),
        ({"status": Status.DONE}, True),
        ({"status": Status.ON_HOLD}, False),
        ({"owner": "p_bob"}, True),
        ({"campaigns": ()}, True),
        ({"title": "Reworded"}, False),
        ({"summary": "More words"}, False),
    ],
)
def test_what_is_worth_a_notice_of_its_own(change: dict[str, object], material: bool) -> None:
    assert is_material(ItemChange(BEFORE, replace(BEFORE, **change)), DAYS) is material  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("step", "group"),
    [
        (ItemChange(None, BEFORE), ChangeGroup.ADDED),
        (ItemChange(BEFORE, None), ChangeGroup.DROPPED),
        (ItemChange(BEFORE, replace(BEFORE, status=Status.DROPPED)), ChangeGroup.DROPPED),
        (ItemChange(BEFORE, replace(BEFORE, status=Status.BLOCKED, due=date(2027, 1, 1))), ChangeGroup.BLOCKED),
        (ItemChange(BEFORE, replace(BEFORE, status=Status.DONE)), ChangeGroup.SHIPPED),
        (ItemChange(BEFORE, replace(BEFORE, due=date(2027, 1, 1))), ChangeGroup.SLIPPED),
        (ItemChange(BEFORE, replace(BEFORE, due=date(2026, 11, 1))), ChangeGroup.PULLED_IN),
        (ItemChange(BEFORE, replace(BEFORE, title="Reworded")), ChangeGroup.CHANGED),
    ],
)
def test_a_reader_finds_a_step_under_the_most_urgent_heading_that_fits(step: ItemChange, group: ChangeGroup) -> None:
    assert group_of(step) is group


def moved(old: str, new: str, field: str = "start") -> Change:
    return Change("campaign", "spring", ChangeKind.CHANGED, {field: (old, new)})


@pytest.mark.parametrize(
    ("subscription", "change", "wanted"),
    [
        (Subscription(1, PLACE), moved("2027-03-01", "2027-03-05"), True),
        (Subscription(1, PLACE), moved("2027-03-01", "2027-03-04"), False),
        (Subscription(1, PLACE, level="all"), moved("2027-03-01", "2027-03-04"), True),
        (Subscription(1, PLACE), moved("", "2027-03-04"), True),
        (Subscription(1, PLACE), moved("p_ada", "p_bob", "owner"), True),
        (Subscription(1, PLACE, campaigns=("spring",), teams=("web",)), moved("2027-03-01", "2027-04-01"), True),
        (Subscription(1, PLACE, campaigns=("autumn",)), moved("2027-03-01", "2027-04-01"), False),
        (Subscription(1, PLACE, teams=("web",)), moved("2027-03-01", "2027-04-01"), False),
    ],
)
def test_who_hears_that_a_campaign_moved(subscription: Subscription, change: Change, wanted: bool) -> None:
    assert bool(subscribed_campaign_changes([subscription], [change], DAYS)) is wanted


def test_the_impact_on_a_campaign_is_counted_over_the_steps_a_reader_sees() -> None:
    spring = Campaign("spring", "Spring Launch", start=date(2027, 3, 1), end=date(2027, 4, 1))
    late = ItemChange(BEFORE, replace(BEFORE, due=date(2027, 4, 2)))
    tight = ItemChange(replace(BEFORE, key="A-2"), replace(BEFORE, key="A-2", due=date(2027, 3, 2)))
    elsewhere = ItemChange(None, item("A-3"))

    [impact] = impacts([late, tight, elsewhere], {"spring": spring})

    assert (impact.after_end, impact.after_start) == (("A-1",), ("A-2",))


def test_machine_readable_changes_hold_what_the_file_would_show() -> None:
    step = ItemChange(BEFORE, replace(BEFORE, owner="p_gone", due=None, campaigns=("autumn", "spring")))

    assert field_changes([step, ItemChange(None, item("A-2"))], {"p_ada": "ada@x.test"}) == [
        {"key": "A-1", "field": "campaigns", "old": "spring", "new": "autumn;spring"},
        {"key": "A-1", "field": "due", "old": "2026-12-01", "new": ""},
        {"key": "A-1", "field": "owner_email", "old": "ada@x.test", "new": ""},
    ]
