"""Cards about revisions, digests and subscriptions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from handlers.shared.card_parts import (
    author_name,
    buttons,
    campaign_change_blocks,
    campaign_name,
    headline,
    impact_blocks,
    item_change_blocks,
    missing_approval_words,
    person_name,
    readable_reason,
    short_hash,
    team_name,
)
from handlers.shared.rules.dates import format_day
from handlers.shared.rules.diff import ItemChange, impacts
from handlers.shared.rules.phrases import join_names, plural
from handlers.subscriptions.rules import RoomSummary
from integrations.ports.cards import Block, Bold, Button, Buttons, Card, Context, Spans, Text, When, context, text
from storage.values.company import Campaign, Directory, Side, Team
from storage.values.places import Place, Subscription
from storage.values.roadmap import Change, ChangeKind, Item, Revision, RevisionState, Status

LEVEL_WORDS = {
    "material": "material changes",
    "all": "every change",
    "digest": "a daily digest of every change",
    "weekly": "a weekly digest of every change",
}
SHOWN_FILTERS = 3  # in a footer; `subscriptions` lists all of them
OLD_LINES = 5  # under one heading of a superseded card


def revision(
    published: Revision,
    room_summary: RoomSummary,
    names: Directory,
    following: Sequence[Subscription],
    previous: int | None,
) -> Card:
    """The notice of a published revision for one room."""
    told = headline(room_summary.item_changes, room_summary.campaign_changes)
    return Card(
        f"Roadmap {published.name}: {told}",
        (
            *_who_and_why(published, room_summary, names),
            *item_change_blocks(room_summary.item_changes, names),
            *campaign_change_blocks(room_summary.campaign_changes, names),
            *impact_blocks(impacts(room_summary.item_changes, names.campaign)),
            _buttons(published, previous),
            _footer(published, following, names),
        ),
    )


def digest(
    newest: Revision, first: int, room_summary: RoomSummary, names: Directory, following: Sequence[Subscription]
) -> Card:
    """The digest of one room."""
    return Card(
        f"Since R{first}: {headline(room_summary.item_changes, room_summary.campaign_changes)}",
        (
            text(f"What changed up to {newest.name}, in total."),
            *item_change_blocks(room_summary.item_changes, names),
            *campaign_change_blocks(room_summary.campaign_changes, names),
            *impact_blocks(impacts(room_summary.item_changes, names.campaign)),
            _buttons(newest, first),
            _footer(newest, following, names),
        ),
    )


def superseded(
    was: Revision,
    newest: Revision,
    room_summary: RoomSummary,
    names: Directory,
    following: Sequence[Subscription],
    where: str,
) -> Card:
    """An older notice, marked as superseded but still readable. *where* says where the newest one is."""
    told = headline(room_summary.item_changes, room_summary.campaign_changes)
    return Card(
        f"{was.name} is superseded by {newest.name}",
        (
            text(Bold(where)),
            *([text(f"What {was.name} said: {told}.")] if told else []),
            *item_change_blocks(room_summary.item_changes, names, limit=OLD_LINES),
            *campaign_change_blocks(room_summary.campaign_changes, names, limit=OLD_LINES),
            _buttons(newest, was.number),
            _footer(was, following, names),
        ),
    )


def stopped(was: Revision, newest: Revision, place: Place) -> Card:
    """The last notice of a place that no longer follows anything. It is not updated again."""
    who = "You" if place.direct else "This room"
    newer = f"{who} stopped following the roadmap, so what came after {was.name} is not told here."
    return Card(
        f"{was.name} is superseded by {newest.name}",
        (
            text(Bold(newer)),
            buttons(
                Button("The current version", "current", words="current"),
                Button(f"What {was.name} changed", "changes", was.name, f"changes {was.name}"),
            ),
            context(f"{was.name} · {short_hash(was)}"),
        ),
    )


def _who_and_why(published: Revision, room_summary: RoomSummary, names: Directory) -> tuple[Block, ...]:
    spans: Spans = ("Published by ", Bold(author_name(published.author, names)))
    if published.approver:
        spans = (*spans, ", approved by ", Bold(person_name(published.approver, names)))
    if published.published_at:
        spans = (*spans, ", ", When(published.published_at))
    if reason := readable_reason(published, room_summary.hidden_names):
        spans = (*spans, "\nReason: ", reason)
    if skipped := missing_approval_words(published, names):
        spans = (*spans, f"\n{skipped}")
    return (Text(spans),)


def _buttons(current: Revision, previous: int | None) -> Buttons:
    have = Button(f"I have {current.name}", "ack", current.name, f"ack {current.name}", "primary")
    if previous is None:
        return Buttons((have,))
    span = f"R{previous}..{current.name}"
    return Buttons((have, Button(f"All changes since R{previous}", "changes", span, f"changes {span}")))


def _footer(shown: Revision, following: Sequence[Subscription], names: Directory) -> Context:
    place = following[0].place
    filters = [filter_words(subscription, names) for subscription in following[:SHOWN_FILTERS]]
    if len(following) > SHOWN_FILTERS:
        filters.append(plural(len(following) - SHOWN_FILTERS, "more filter"))
    return context(
        f"{_subject(place)} {join_names(filters)}; stop with: unsubscribe\n{shown.name} · {short_hash(shown)}"
    )


def _subject(place: Place) -> str:
    return "You follow" if place.direct else "This room follows"


def filter_words(subscription: Subscription, names: Directory) -> str:
    """`material changes to the work of Web Platform for Spring Launch`."""
    level = LEVEL_WORDS[subscription.level]
    teams = join_names([team_name(key, names) for key in subscription.teams], "or")
    campaigns = join_names([campaign_name(key, names) for key in subscription.campaigns], "or")
    match bool(teams), bool(campaigns):
        case True, True:
            return f"{level} to the work of {teams} for {campaigns}"
        case True, False:
            return f"{level} to the work of {teams}"
        case False, True:
            return f"{level} to {campaigns}"
        case _:
            return f"{level} to the whole roadmap"


def typed_words(subscription: Subscription) -> str:
    """The arguments of `subscribe` that make this subscription."""
    named = [("campaign", key) for key in subscription.campaigns] + [("team", key) for key in subscription.teams]
    words = [f'{noun}:"{key}"' if " " in key else f"{noun}:{key}" for noun, key in named]
    level = "digest weekly" if subscription.level == "weekly" else subscription.level
    return " ".join(["roadmap", *words, level])


LEVEL_EXPLANATIONS = {
    "material": "It stays silent until a revision is published that holds something of that: one card for each. "
    "What is not material comes once a week, in one digest.",
    "all": "It stays silent until a revision is published that holds something of that: one card for each.",
    "digest": "One card on each working day on which there is something to say, at nine.",
    "weekly": "One card on the first working day of each week in which there is something to say, at nine.",
}


def subscribed(subscription: Subscription, number: int, names: Directory, days: int) -> Card:
    place = subscription.place
    material = f"Material is: a due date moved by more than {plural(days, 'day')}; a status to or from blocked, at risk, done or dropped; another campaign or owner; added; removed."
    return Card(
        "You follow the roadmap" if place.direct else "This room follows the roadmap",
        (
            text(f"{_subject(place)} ", Bold(filter_words(subscription, names)), "."),
            text(LEVEL_EXPLANATIONS[subscription.level]),
            *([text(material)] if subscription.level == "material" else []),
            Buttons((_stop(subscription, number), SHOW_SUBSCRIPTIONS)),
            context(f"Stop with: unsubscribe {number}"),
        ),
    )


def hours(place: Place, zone: str, quiet: str, days: str, *, known: bool) -> Card:
    """The sending hours of a place."""
    here = "You are" if place.direct else "This room is"
    rest = f"quiet from {quiet.replace('-', ' to ')}" if quiet else "no quiet hours"
    told = text(f"{here} in {zone}: {rest}, working days {days or 'all of them'}.")
    if not known:
        told = text(
            f"I do not know the zone here, so notices come at any hour. The organisation has {rest}, {days or 'every day'}."
        )
    example = "hours zone=Europe/Berlin quiet=19:00-08:00 days=mon-fri"
    return Card(
        "When I speak up here",
        (told, text("Answers never wait; what nobody asked for does."), context(f"Set it with: {example}")),
    )


SHOW_SUBSCRIPTIONS = Button("What is followed here", "subscriptions", "", "subscriptions")


def _stop(subscription: Subscription, number: int) -> Button:
    return Button(f"Stop {number}", "unsubscribe", f"#{subscription.id}", f"unsubscribe {number}")


def subscriptions(place: Place | None, listed: Sequence[Subscription], names: Directory) -> Card:
    if place is None or not listed:
        start = Button("Follow the roadmap", "subscribe", "roadmap", "subscribe roadmap")
        return Card(
            "Nothing is followed here", (text("No notice comes here until somebody asks for it."), Buttons((start,)))
        )
    lines = "\n".join(
        f"{number}. {filter_words(subscription, names)}" for number, subscription in enumerate(listed, start=1)
    )
    stops = tuple(_stop(subscription, number) for number, subscription in enumerate(listed[:5], start=1))
    return Card(
        "Followed here", (text(f"{_subject(place)}\n{lines}"), Buttons(stops), context("Stop with: unsubscribe 1"))
    )


def unsubscribed(gone: Sequence[Subscription], left: int, names: Directory) -> Card:
    """The ended subscriptions, with buttons to restore them."""
    lines = "\n".join(f"• {filter_words(subscription, names)}" for subscription in gone)
    again = tuple(
        Button("Undo" if len(gone) == 1 else f"Undo {number}", "subscribe", words, f"subscribe {words}")
        for number, words in enumerate(map(typed_words, gone[:5]), start=1)
    )
    rest = (
        f"{plural(left, 'other filter')} still stand{'s' if left == 1 else ''}."
        if left
        else "This place gets no more updates."
    )
    return Card("Stopped", (text(f"No longer followed here:\n{lines}"), text(rest), Buttons(again)))


def preview(
    notices: Sequence[tuple[Revision, RoomSummary]], following: Subscription, names: Directory, days: int, more: int
) -> Card:
    """The notices that a filter would have matched; *more* are only counted."""
    span = f"the last {plural(days, 'day')}"
    total = len(notices) + more
    lines: list[Text] = []
    if notices:
        revision_lines = [
            f"• {revision.name}, {_day(revision)}: {headline(room_summary.item_changes, room_summary.campaign_changes)}"
            for revision, room_summary in notices
        ]
        lines.append(text("\n".join([*revision_lines, *([f"… and {more} earlier"] if more else [])])))
    words = f"subscribe {typed_words(following)}"
    return Card(
        f"{plural(total, 'notice')} in {span}",
        (
            text(
                "With ",
                Bold(filter_words(following, names)),
                f", this room would have got {plural(total, 'notice')} in {span}.",
            ),
            *lines,
            Buttons((Button("Subscribe", "subscribe", typed_words(following), words, "primary"),)),
            context("Nothing was changed: this was a rehearsal, counted for who is in this room now."),
        ),
    )


def _day(published: Revision) -> str:
    return format_day(published.published_at.date()) if published.published_at else ""


_NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
_NAMES = Directory(
    teams=(Team("web", "Web Platform", Side.IT), Team("rnd", "R&D <core> *bold* | `x`", Side.OTHER)),
    campaigns=(Campaign("spring", "Spring Launch", start=date(2027, 3, 1), end=date(2027, 4, 1)),),
)
_PLACE = Place(1, "console", "", "#web", "#web")
_ALL = Subscription(1, _PLACE)
_NARROW = Subscription(2, _PLACE, ("spring",), ("web", "rnd"), "all")
_R42 = Revision(
    42,
    RevisionState.PUBLISHED,
    "p_ada",
    'Vendor <!channel> is late & "sorry"',
    _NOON,
    _NOON,
    how="two-key",
    hash="0123456789abcdef",
)
_ITEM = Item(
    "WEB-12",
    "Checkout </b> <script>alert(1)</script> *x* _y_ ~z~",
    "web",
    ("spring",),
    Status.IN_PROGRESS,
    due=date(2027, 2, 20),
    url="https://example.com/WEB-12",
)
_STEPS = (
    ItemChange(_ITEM, replace(_ITEM, due=date(2027, 3, 10))),
    ItemChange(
        replace(_ITEM, key="WEB-13", url="javascript:alert(1)"), replace(_ITEM, key="WEB-13", status=Status.BLOCKED)
    ),
    ItemChange(None, replace(_ITEM, key="WEB-14", title="إطلاق الربيع " + "long " * 60)),
)
_MOVED = Change("campaign", "spring", ChangeKind.CHANGED, {"start": ("2027-02-15", "2027-03-01")})
_HEARD = RoomSummary(_STEPS, (_MOVED,))
_MANY = RoomSummary(
    tuple(
        ItemChange(None, replace(_ITEM, key=f"WEB-{n}", due=date(2027, 1, 1) + timedelta(days=n)))
        for n in range(100, 300)
    )
)

EXAMPLES = (
    revision(_R42, _HEARD, _NAMES, (_ALL,), 41),
    revision(_R42, _MANY, _NAMES, (_ALL, _NARROW), None),
    superseded(replace(_R42, number=41), _R42, _HEARD, _NAMES, (_NARROW,), "R42 has its own card here."),
    superseded(
        replace(_R42, number=41),
        _R42,
        RoomSummary(),
        _NAMES,
        (_ALL,),
        "R42 is the current version; nothing in it concerns this room.",
    ),
    stopped(replace(_R42, number=41), _R42, _PLACE),
    digest(_R42, 38, _HEARD, _NAMES, (_ALL, _NARROW)),
    subscribed(replace(_ALL, level="digest"), 1, _NAMES, 3),
    hours(_PLACE, "Europe/Berlin", "19:00-08:00", "mon-fri", known=True),
    hours(_PLACE, "UTC", "19:00-08:00", "mon-fri", known=False),
    subscribed(_ALL, 1, _NAMES, 3),
    subscribed(_NARROW, 2, _NAMES, 3),
    subscriptions(None, (), _NAMES),
    subscriptions(_PLACE, (_ALL, _NARROW), _NAMES),
    unsubscribed((_ALL,), 1, _NAMES),
    unsubscribed((_ALL, _NARROW), 0, _NAMES),
    preview(((_R42, _HEARD),), _NARROW, _NAMES, 14, 3),
    preview((), _ALL, _NAMES, 14, 0),
)
