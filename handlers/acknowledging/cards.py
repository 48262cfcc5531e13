"""Cards about acknowledging a version: coverage, catch-up, nudges."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from handlers.shared.card_parts import (
    author_words,
    campaign_change_blocks,
    headline,
    item_change_blocks,
    item_table,
    missing_approval_words,
    person_name,
    revision_words,
    short_hash,
    team_name,
)
from handlers.shared.rules.coverage import Coverage, coverage_totals, percent
from handlers.shared.rules.diff import ItemChange
from handlers.shared.rules.phrases import join_names, plural
from handlers.shared.rules.sides import side_name
from integrations.ports.cards import (
    Block,
    Bold,
    Button,
    Buttons,
    Card,
    Fields,
    Spans,
    Table,
    Text,
    When,
    context,
    text,
)
from storage.values.company import Directory, Person, Side, Team
from storage.values.roadmap import Change, ChangeKind, Item, Revision, RevisionState, Status

MAX_BEHIND = 20  # names; the JSON facts hold all of them
MAX_TEAMS = 40  # rows per side; the subtotal counts all teams
# Where an acknowledgement came from. "Console" is the demo or the terminal, where anybody may have typed it.
PLATFORM_PHRASES = {"slack": "in Slack", "teams": "in Teams", "console": "in the console"}


def acknowledge_button(revision: Revision) -> Button:
    return Button(f"I have {revision.name}", "ack", revision.name, f"ack {revision.name}", "primary")


def _changes_button(first: int, last: int) -> Button:
    span = f"R{first}..R{last}"
    return Button(f"Changes since R{first}", "changes", span, f"changes {span}")


CATCH_UP = Button("Catch up", "catchup", "", "catchup")
SNOOZE = Button("Not now", "nudges later", "", "nudges later")


def nudge(newest: Revision, mine: int, *, second: bool) -> Card:
    """A nudge to a person who is behind."""
    have = f"You have R{mine}." if mine else "You have said “I have it” of none yet."
    return Card(
        f"{newest.name} is the current version",
        (
            text(f"{have} One press says that you know of it; catch up first if you like."),
            Buttons((acknowledge_button(newest), CATCH_UP, SNOOZE)),
            context(
                (
                    "This is the last reminder about it; your lead is told next."
                    if second
                    else "One more reminder may follow."
                )
                + " No more of these: nudges off"
            ),
        ),
    )


def escalation(newest: Revision, behind: Sequence[Person]) -> Card:
    """To a manager: who of their people is still behind."""
    names = join_names([person.name or person.email for person in behind[:MAX_BEHIND]])
    more = f" and {len(behind) - MAX_BEHIND} more" if len(behind) > MAX_BEHIND else ""
    return Card(
        f"{plural(len(behind), 'person', 'people')} of yours not on {newest.name}",
        (
            text(f"{names}{more} had two reminders and did not say that they have it."),
            Buttons((Button("Who has which version", "coverage", "", "coverage"),)),
            context("You are told once, as their manager. No more of these: nudges off"),
        ),
    )


def nudges_setting(*, resting: bool, for_good: bool = False) -> Card:
    """The setting of nudges after a change."""
    if not resting:
        return Card("You will be reminded again", (text("At most twice a version, in your working hours."),))
    words = "until you say: nudges on" if for_good else "for a day"
    return Card("No reminders", (text(f"I will not remind you {words}. Notices in rooms go on."),))


def acknowledged(wanted: Revision, current: Revision, newest: int, *, new: bool) -> Card:
    """*newest* is the highest revision that the person has acknowledged."""
    if new:
        verdict = f"You have {wanted.name}. It covers every earlier one."
    elif newest > wanted.number:
        verdict = f"You have R{newest}, which covers {wanted.name}. Nothing changed."
    else:
        verdict = f"You marked {wanted.name} as read already. Nothing changed."
    if newest >= current.number:
        return Card(f"You are on {current.name}, the current version", (text(verdict),))
    return Card(
        f"Noted: {wanted.name}; {current.name} is current",
        (
            text(verdict, " ", Bold(f"{current.name} is the current version"), ", and you do not have that one yet."),
            Buttons((acknowledge_button(current), CATCH_UP)),
        ),
    )


def current(revision: Revision, reason: str, names: Directory, *, has_it: bool) -> Card:
    pairs: list[tuple[str, Spans]] = [("By", (author_words(revision, names),))]
    if revision.published_at:
        pairs.insert(0, ("Published", (When(revision.published_at),)))
    if revision.approver:
        pairs.append(("Approved by", (person_name(revision.approver, names),)))
    pairs += [("Reason", (reason or "none given",)), ("Hash", (short_hash(revision),))]
    pairs.append(("You", (f"have {revision.name}" if has_it else f"do not have {revision.name} yet",)))
    blocks: tuple[Block, ...] = (Fields(tuple(pairs)),)
    if skipped := missing_approval_words(revision, names):
        blocks = (*blocks, text(skipped))
    return Card(
        f"{revision.name} is the current version",
        blocks if has_it else (*blocks, Buttons((acknowledge_button(revision), CATCH_UP))),
    )


def coverage(
    revision: Revision, teams: Sequence[Coverage], names: Directory, named: Collection[str] | None = None
) -> Card:
    """Per team and side: how many acknowledged it, and who did not, by name in the teams *named* (None: in all)."""
    people, have = coverage_totals(teams)
    if not people:
        return Card(f"Nobody could have {revision.name} yet", (text("No team has any people. Import people first."),))
    rows: list[tuple[Spans, ...]] = []
    left_out = 0
    for side in Side:
        label = side_name(side, "Others")
        of_side = [team for team in teams if team.side is side]
        rows += [_row((team_name(team.team, names),), (team,)) for team in of_side[:MAX_TEAMS]]
        left_out += len(of_side[MAX_TEAMS:])
        if of_side:
            rows.append(_row((Bold(f"{label}, all teams"),), of_side))
    blocks: list[Block] = [Table(("Team", "Have it", "People", "Share"), tuple(rows), left_out)]
    return Card(
        f"{revision.name}: {have} of {plural(people, 'person', 'people')} have it ({percent(have, people)} %)",
        (*blocks, *_how(teams), *_behind(teams, names, named)),
    )


def _row(label: Spans, teams: Sequence[Coverage]) -> tuple[Spans, ...]:
    people, have = coverage_totals(teams)
    return (label, (f"{have}",), (f"{people}",), (f"{percent(have, people)} %",))


def _how(teams: Sequence[Coverage]) -> tuple[Text, ...]:
    counts: dict[str, int] = {}
    for team in teams:
        for platform, count in team.by_platform.items():
            counts[platform] = counts.get(platform, 0) + count
    ways = [
        f"{counts[platform]} of them {PLATFORM_PHRASES.get(platform, f'by {platform}')}" for platform in sorted(counts)
    ]
    marked = " The console is the demo and the terminal." if "console" in counts else ""
    return (text(f"How: {join_names(ways)}.{marked}"),) if ways else ()


def _behind(teams: Sequence[Coverage], names: Directory, named: Collection[str] | None) -> tuple[Block, ...]:
    count = sum(len(team.behind) for team in teams)
    if not count:
        return (text("Nobody is behind."),)
    shown = [team for team in teams if named is None or team.team in named]
    behind = [names.name_of(person.id) or person.email for team in shown for person in team.behind]
    more = len(behind) - MAX_BEHIND
    listed = f"{', '.join(behind[:MAX_BEHIND])}, … and {more} more" if more > 0 else join_names(behind)
    head = text(Bold(f"Behind ({count})"), f": {listed}" if behind else "")
    hidden = any(team.behind for team in teams if team not in shown)
    note = [context("Names are shown to publishers and admins, and to a team's own lead and members, in private.")]
    return (head, *(note if hidden else ()))


def catchup(
    mine: int,
    newest: Revision,
    by_relevance: tuple[Sequence[ItemChange], Sequence[ItemChange], Sequence[ItemChange]],
    campaigns: Sequence[Change],
    names: Directory,
) -> Card:
    """Changes since R*mine*: the person's own items, their team's, everything else."""
    if mine >= newest.number:
        return Card("Nothing new", (text(f"You have {newest.name}, and it is the current version."),))
    whole = [item_change for group in by_relevance for item_change in group]
    if not whole and not campaigns:
        sentence = f"Between R{mine} and {newest.name}, nothing that you can see is different."
        return Card("Nothing new for you", (text(sentence), Buttons((acknowledge_button(newest),))))
    blocks: list[Block] = []
    for title, group in zip(("Yours", "Your team's", "Everything else"), by_relevance, strict=True):
        if group:
            blocks += [text(Bold(f"{title}: {headline(group)}")), *item_change_blocks(group, names)]
    return Card(
        f"Since R{mine}: {headline(whole, campaigns)}",
        (
            *blocks,
            *campaign_change_blocks(campaigns, names),
            Buttons((acknowledge_button(newest), _changes_button(mine, newest.number))),
            context(revision_words(newest)),
        ),
    )


def first_look(newest: Revision, items: Sequence[Item], total: int, whose: str, names: Directory) -> Card:
    """For a first-time reader: the state of their items in the current version."""
    sentence = f"{plural(total, 'open item')} {whose}." if total else "No open item on it is yours or your team's."
    return Card(
        f"{newest.name} is the current version, and your first",
        (
            text(sentence),
            *([item_table(items, names, total)] if items else []),
            Buttons((acknowledge_button(newest),)),
            context(revision_words(newest)),
        ),
    )


_NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
_ADA = Person("p_ada", "ada@example.com", "Ada <@U123> *Lovelace* & Co", "web")
_NAMES = Directory(
    teams=(Team("web", "R&D <core> *bold* | `x`", Side.IT), Team("seo", "SEO", Side.MARKETING)),
    people=(_ADA,),
)
_R42 = Revision(
    42,
    RevisionState.PUBLISHED,
    "p_ada",
    "Vendor <!channel> is late | a _b_",
    _NOON,
    _NOON,
    how="two-key",
    hash="0123456789abcdef",
)
_R43 = replace(_R42, number=43)
_ITEM = Item("WEB-12", "Checkout </b> *x* | y", "web", ("spring",), Status.IN_PROGRESS, due=date(2027, 2, 20))
_SLIPPED = ItemChange(_ITEM, replace(_ITEM, due=date(2027, 3, 10)))
_ADDED = ItemChange(None, replace(_ITEM, key="WEB-14", title="إطلاق الربيع " + "long " * 60))
_MOVED = Change("campaign", "spring", ChangeKind.CHANGED, {"start": ("2027-02-15", "2027-03-01")})
_TEAMS = (
    Coverage("seo", Side.MARKETING, 4, (), {"slack": 3, "console": 1}),
    Coverage("web", Side.IT, 3, (_ADA,), {"teams": 1, "console": 1}),
)
_CROWD = tuple(replace(_ADA, id=f"p{n}", email=f"somebody.{n}@example.com", name="") for n in range(60))

EXAMPLES = (
    nudge(_R42, 0, second=False),
    nudge(_R42, 40, second=True),
    escalation(_R42, (_ADA,) * 25),
    nudges_setting(resting=True),
    nudges_setting(resting=True, for_good=True),
    nudges_setting(resting=False),
    acknowledged(_R42, _R42, 42, new=True),
    acknowledged(_R42, _R43, 42, new=True),
    acknowledged(_R42, _R43, 43, new=False),
    current(_R42, _R42.reason, _NAMES, has_it=False),
    current(_R42, _R42.reason, _NAMES, has_it=True),
    coverage(_R42, _TEAMS, _NAMES),
    coverage(_R42, (Coverage("web", Side.IT, 60, _CROWD, {}),), _NAMES),
    coverage(_R42, (), _NAMES),
    coverage(_R42, _TEAMS, _NAMES, frozenset()),
    catchup(41, _R42, ((_SLIPPED,), (_ADDED,), (_SLIPPED,)), (_MOVED,), _NAMES),
    catchup(41, _R42, ((), (), ()), (), _NAMES),
    catchup(42, _R42, ((), (), ()), (), _NAMES),
    first_look(_R42, (_ITEM,), 30, "you own", _NAMES),
    first_look(_R42, (), 0, "", _NAMES),
)
