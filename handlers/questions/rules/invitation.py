"""One question to ask next when nothing was found: the same names with fewer conditions. Pure."""

from __future__ import annotations

from dataclasses import replace

from handlers.questions.rules.plan_description import campaign_name, team_names
from storage.values.company import Directory
from storage.values.questions import Plan
from storage.values.roadmap import OPEN_STATUSES


def wider_plan(plan: Plan) -> Plan:
    """The open items of the first campaign, else of the teams of *plan*; else all open items."""
    everything = Plan(statuses=OPEN_STATUSES, today=plan.today, as_of=plan.as_of)
    if plan.campaigns:
        return replace(everything, campaigns=plan.campaigns[:1])
    return replace(everything, teams=plan.teams)


def question_for(wider: Plan, names: Directory) -> str:
    """ "what is open for Spring Launch?"; the words that a person would type for a plan of `wider_plan`."""
    if wider.campaigns and wider.campaigns[0] in names.campaign:
        return f"what is open for {campaign_name(wider.campaigns[0], names)}?"
    teams = team_names(wider.teams, names)
    return f"what is open for {teams[0]}?" if len(teams) == 1 else "what is open?"
