"""What an answer shows below its headline: items, groups, the health of campaigns, changes and their reasons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from handlers.questions.rules.change_lines import PublishedChange, said_by, short_reason
from handlers.questions.rules.groups import ItemGroup
from handlers.questions.rules.health_lines import STATE_WORDS, counts_words
from handlers.shared.card_parts import (
    STATUS_WORDS,
    due_words,
    item_change_line,
    item_name,
    owner_words,
    team_name,
)
from handlers.shared.rules.health import CampaignHealth, HealthState
from handlers.shared.rules.phrases import plural
from integrations.ports.cards import Block, Bold, Span, Spans, Table, Text
from storage.values.company import Directory
from storage.values.questions import GroupBy
from storage.values.roadmap import Item

SHOWN = 12  # items in one answer; the sentence on top has the total
_GROUPS_SHOWN = 15
_KEYS_SHOWN = 4  # keys in the row of a group
_HEADERS = {GroupBy.TEAM: "Team", GroupBy.CAMPAIGN: "Campaign", GroupBy.OWNER: "Owner", GroupBy.STATUS: "Status"}


def item_lines(items: Sequence[Item], total: int, names: Directory, today: date | None) -> Text:
    """One line an item. *today* is the day for which an open item is said to be late; None for a past version."""
    spans: list[Span] = []
    for item in items:
        spans += ["\n• " if spans else "• ", *item_name(item)]
        details = [STATUS_WORDS[item.status], due_words(item), *_late_words(item, today)]
        details += [owner_words(item, names), team_name(item.team, names)]
        spans.append(f" – {', '.join(details)}")
    if total > len(items):
        spans.append(f"\n{len(items)} of {total:,}; the others: more")
    return Text(tuple(spans))


def _late_words(item: Item, today: date | None) -> list[str]:
    days = item.days_late(today) if today else 0
    return [f"{plural(days, 'day')} late"] if days else []


def group_table(groups: Sequence[ItemGroup]) -> Block:
    """The groups with their counts and first items."""
    rows: tuple[tuple[Spans, ...], ...] = tuple(
        ((group.name,), (f"{len(group.items):,}",), (_first_keys(group.items),)) for group in groups[:_GROUPS_SHOWN]
    )
    return Table((_HEADERS[groups[0].by], "Count", "Items"), rows, len(groups[_GROUPS_SHOWN:]))


def _first_keys(keys: Sequence[str]) -> str:
    more = len(keys) - _KEYS_SHOWN
    return f"{', '.join(keys[:_KEYS_SHOWN])}{f' and {more:,} more' if more > 0 else ''}"


def health_blocks(healths: Sequence[CampaignHealth]) -> tuple[Block, ...]:
    """The campaigns that are not on track, under one heading for each state."""
    return tuple(
        _of_state(state, members)
        for state in (HealthState.OFF_TRACK, HealthState.AT_RISK)
        if (members := [health for health in healths if health.state is state])
    )


def _of_state(state: HealthState, healths: Sequence[CampaignHealth]) -> Text:
    spans: list[Span] = [Bold(f"{STATE_WORDS[state].capitalize()} ({len(healths)})")]
    for health in healths[:SHOWN]:
        spans += ["\n• ", Bold(health.campaign.name), f" – {counts_words(health)}"]
    if len(healths) > SHOWN:
        spans.append(f"\n… and {len(healths) - SHOWN} more")
    return Text(tuple(spans))


def change_lines(changes: Sequence[PublishedChange], names: Directory) -> Text:
    """ "WEB-12 Consent banner – due 3 Dec 2026 → 12 Dec 2026 (9 days later), reason: vendor is late, R41".

    The reason of a version stands beside its first change only.
    """
    spans: list[Span] = []
    told_before = 0
    for told in changes[:SHOWN]:
        is_first, told_before = told.revision.number != told_before, told.revision.number
        reason = f", reason: {short_reason(told)}" if told.reason and is_first else ""
        added = ", added" if told.change.before is None else ""
        spans += ["\n• " if spans else "• ", *item_change_line(told.change, names)]
        spans.append(f"{added}{reason}, {told.revision.name}")
    return _with_rest(spans, changes)


def reason_lines(changes: Sequence[PublishedChange], names: Directory) -> Text:
    """The reasons, newest first, each with who gave it, in which version, and for what change."""
    spans: list[Span] = []
    for told in changes[:SHOWN]:
        reason = told.reason or "no reason given"
        spans += ["\n• " if spans else "• ", f"{said_by(told, names)}: {reason} – "]
        spans += item_change_line(told.change, names)
    return _with_rest(spans, changes)


def _with_rest(spans: list[Span], changes: Sequence[PublishedChange]) -> Text:
    if len(changes) > SHOWN:
        first, last = changes[-1].revision.number - 1, changes[0].revision.number
        spans.append(f"\n{SHOWN} of {len(changes):,}; for all of them: changes R{max(first, 1)}..R{last}")
    return Text(tuple(spans))
