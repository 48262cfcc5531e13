"""Sentences about the health of campaigns. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.questions.rules.understanding import StatusCheck, Understood
from handlers.shared.rules.health import CampaignHealth, HealthState
from handlers.shared.rules.phrases import join_names, plural
from storage.values.roadmap import Status

STATE_WORDS = {
    HealthState.OFF_TRACK: "off track",
    HealthState.AT_RISK: "at risk",
    HealthState.ON_TRACK: "on track",
    HealthState.FINISHED: "finished",
}
_IN_TROUBLE = frozenset({HealthState.OFF_TRACK, HealthState.AT_RISK})
_NAMED = 5  # campaigns in a headline


def health_line(understood: Understood, healths: Sequence[CampaignHealth]) -> str:
    """The headline: "Spring Launch is off track: 1 late, 2 blocked, 2 at risk of 19 open."."""
    if not healths:
        return "There are no campaigns yet."
    sentence = "; ".join(health_sentence(health) for health in healths[:_NAMED]) if understood.plan.campaigns else ""
    sentence = sentence or _over_all(healths)
    return f"{_verdict(understood, healths)}{sentence}."


def health_sentence(health: CampaignHealth) -> str:
    """ "Spring Launch is off track: 1 late, 2 blocked, 2 at risk of 19 open"."""
    return f"{health.campaign.name} is {STATE_WORDS[health.state]}: {counts_words(health)}"


def counts_words(health: CampaignHealth) -> str:
    """The troubles among the open items, and how many are open."""
    counts = health.counts
    if not counts.open:
        return "nothing is open"
    numbers = (
        (counts.late, "late"),
        (counts.blocked, "blocked"),
        (counts.at_risk, "at risk"),
        (counts.after_end, "due after it ends"),
    )
    troubles = [f"{number:,} {word}" for number, word in numbers if number]
    if not troubles:
        return f"{plural(counts.open, 'open item')}, none late, blocked or at risk"
    return f"{', '.join(troubles)} of {counts.open:,} open"


def _over_all(healths: Sequence[CampaignHealth]) -> str:
    of_state = {state: [h.campaign.name for h in healths if h.state is state] for state in HealthState}
    parts = [
        f"{_listed(of_state[state])} {'is' if len(of_state[state]) == 1 else 'are'} {STATE_WORDS[state]}"
        for state in (HealthState.OFF_TRACK, HealthState.AT_RISK)
        if of_state[state]
    ]
    running = len(healths) - len(of_state[HealthState.FINISHED])
    return f"{'; '.join(parts)}, of {plural(running, 'campaign')}" if parts else _all_well(running)


def _all_well(running: int) -> str:
    if not running:
        return "No campaign is running"
    return f"All {running:,} campaigns are on track" if running > 1 else "The only campaign is on track"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return join_names([*names[:_NAMED], *([f"{more} more"] if more > 0 else [])])


def _verdict(understood: Understood, healths: Sequence[CampaignHealth]) -> str:
    """ "Yes. ", "No. ", or nothing if the question was not of that kind."""
    if not understood.is_yes_no:
        return ""
    in_trouble = any(health.state in _IN_TROUBLE for health in healths)
    asks_for_trouble = understood.plan.slipping or _is_about_trouble(understood.whether)
    return "Yes. " if in_trouble == asks_for_trouble else "No. "


def _is_about_trouble(asked: StatusCheck | None) -> bool:
    if asked is None:
        return False
    return (asked.late or bool(asked.statuses & {Status.AT_RISK, Status.BLOCKED})) is not asked.negated
