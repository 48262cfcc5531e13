"""Run a finished plan and word its answer: a list, groups, the health of campaigns, changes or reasons."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from handlers.context import Request
from handlers.questions import cards
from handlers.questions.rules import answer_blocks
from handlers.questions.rules.answer_line import answer_line, open_items_considered
from handlers.questions.rules.change_lines import change_headline
from handlers.questions.rules.groups import group_line, named_groups
from handlers.questions.rules.health_lines import health_line
from handlers.questions.rules.invitation import question_for, wider_plan
from handlers.questions.rules.outcome import Answer, Outcome
from handlers.questions.rules.plan_description import describe
from handlers.questions.rules.public_names import names_hidden_person, without_hidden_people
from handlers.questions.rules.title_spelling import correct_title_words
from handlers.questions.rules.understanding import Understood
from handlers.questions.workflow.changes import changes_asked_for
from handlers.shared.campaign_health import campaign_healths
from integrations.ports.cards import Block, Card
from storage import item_queries, title_search
from storage.item_queries import ItemMatches
from storage.store import Session
from storage.values.company import Audience, Directory
from storage.values.questions import AnswerType, Plan
from storage.values.roadmap import OPEN_STATUSES, Revision


@dataclass(frozen=True, slots=True)
class PlanReaders:
    """For whom a plan is run, and against which version. `shown_names` are the names that the readers may read.

    `today` is the day of the question, also when its answer is shared later.
    """

    audience: Audience
    names: Directory
    shown_names: Directory
    then: Revision
    newest: Revision
    today: date

    @property
    def late_on(self) -> date | None:
        """The day for which open items are said to be late; None for a past version, whose items may be done since."""
        return self.today if self.then.number == self.newest.number else None


async def answer_from_plan(
    session: Session,
    understood: Understood,
    request: Request,
    versions: tuple[Revision, Revision],
    names: Directory,
    audience: Audience | None = None,
) -> Answer:
    """Run the query of a finished plan.

    *versions* are the one to read and the newest one. *audience*: the readers, if they are not those of the request.
    """
    is_public = audience is not None or not request.private
    shown_names = names.with_public_names() if is_public else names
    asked_on = understood.plan.today if understood.plan.today > date.min else request.today
    readers = PlanReaders(audience or request.audience, names, shown_names, *versions, asked_on)
    if is_public:
        understood = replace(understood, set_aside=without_hidden_people(understood.set_aside, names))
        if names_hidden_person(understood.plan, names):
            described = describe(understood.plan, shown_names, aspect=understood.aspect)
            understood = replace(understood, description=described)
    match understood.plan.wanted:
        case AnswerType.HEALTH:
            return await _health(session, understood, readers)
        case AnswerType.CHANGES | AnswerType.REASONS:
            return await _changes(session, understood, readers)
        case _:
            return await _items(session, understood, readers)


async def _health(session: Session, understood: Understood, readers: PlanReaders) -> Answer:
    """How campaigns are doing; with the open items of those that were named."""
    plan = understood.plan
    if not plan.statuses:
        plan = replace(plan, statuses=OPEN_STATUSES)
        understood = replace(understood, plan=plan, description=describe(plan, readers.shown_names))
    asked_for = [key for key in plan.campaigns or readers.names.campaign if key not in plan.not_campaigns]
    healths = await campaign_healths(
        session, readers.audience, readers.names, readers.today, campaigns=asked_for, revision=plan.as_of
    )
    matches = await _matching(session, plan, readers) if plan.campaigns else ItemMatches((), (), {})
    blocks = _list(matches, readers) if plan.campaigns else answer_blocks.health_blocks(healths)
    card = cards.answer(health_line(understood, healths), blocks, understood, readers.then, readers.newest)
    return replace(_answer(Outcome.ANSWERED, card, understood, matches, readers), healths=healths)


async def _changes(session: Session, understood: Understood, readers: PlanReaders) -> Answer:
    changes = await changes_asked_for(session, understood.plan, readers.audience, readers.today)
    line = change_headline(understood, changes, readers.shown_names, readers.today)
    lines = answer_blocks.reason_lines if understood.plan.wanted is AnswerType.REASONS else answer_blocks.change_lines
    blocks = (lines(changes, readers.shown_names),) if changes else (cards.invitation("changes"),)
    card = cards.answer(line, blocks, understood, readers.then, readers.newest)
    keys = tuple(dict.fromkeys(change.key for change in changes))
    outcome = Outcome.ANSWERED if keys else Outcome.NONE
    return _answer(outcome, card, understood, ItemMatches(keys, (), {}), readers)


async def _items(session: Session, understood: Understood, readers: PlanReaders) -> Answer:
    """The matching items, one by one or in groups."""
    matches = await _matching(session, understood.plan, readers)
    if not matches.keys and (corrected := await _spelled_as_in_titles(session, understood, readers)):
        understood = corrected
        matches = await _matching(session, understood.plan, readers)
    about_campaign = understood.plan.wanted is AnswerType.CAMPAIGN
    if understood.plan.group_by and matches.keys:
        return await _groups(session, understood, matches, readers)
    line = answer_line(
        understood,
        matches.items,
        len(matches.keys),
        readers.shown_names,
        readers.today,
        await _considered(session, understood, readers),
    )
    blocks = _list(matches, readers)
    if not blocks and not about_campaign:
        blocks = (await _invitation(session, understood.plan, readers),)
    card = cards.answer(line, blocks, understood, readers.then, readers.newest)
    outcome = Outcome.ANSWERED if matches.keys or about_campaign else Outcome.NONE
    answer = _answer(outcome, card, understood, matches, readers)
    return replace(answer, keys=()) if about_campaign else answer


async def _groups(session: Session, understood: Understood, matches: ItemMatches, readers: PlanReaders) -> Answer:
    plan = understood.plan
    assert plan.group_by is not None  # noqa: S101  (the caller has checked it)
    keys = await item_queries.grouped_keys(session, plan, readers.audience, plan.group_by)
    groups = named_groups(plan, keys, readers.shown_names)
    line = group_line(plan, groups, len(matches.keys), readers.shown_names)
    card = cards.answer(line, (answer_blocks.group_table(groups),), understood, readers.then, readers.newest)
    return replace(_answer(Outcome.ANSWERED, card, understood, matches, readers), groups=groups)


async def _matching(session: Session, plan: Plan, readers: PlanReaders) -> ItemMatches:
    return await item_queries.matching(session, plan, readers.audience, show=answer_blocks.SHOWN)


async def _spelled_as_in_titles(session: Session, understood: Understood, readers: PlanReaders) -> Understood | None:
    """*understood* with its title words spelled as in a title that the readers may see; None if none is similar."""
    plan = understood.plan
    if not plan.words or plan.keys:
        return None
    meant = correct_title_words(plan.words, await title_search.title_words(session, readers.audience, plan.as_of))
    if not meant:
        return None
    plan = replace(plan, words=meant)
    described = describe(plan, readers.shown_names, aspect=understood.aspect)
    return replace(understood, plan=plan, description=described)


async def _considered(session: Session, understood: Understood, readers: PlanReaders) -> int | None:
    """Of how many open items a yes-or-no question asks whether they are in some state; None for other questions."""
    of_all = open_items_considered(understood.plan) if understood.is_yes_no else None
    return await item_queries.count(session, of_all, readers.audience) if of_all else None


async def _invitation(session: Session, plan: Plan, readers: PlanReaders) -> Block:
    """A question that has an answer for these readers."""
    wider = wider_plan(plan)
    if not await item_queries.count(session, wider, readers.audience):
        wider = wider_plan(Plan())
    return cards.invitation(question_for(wider, readers.shown_names))


def _list(matches: ItemMatches, readers: PlanReaders) -> tuple[Block, ...]:
    if not matches.items:
        return ()
    total = len(matches.keys)
    return (answer_blocks.item_lines(matches.items, total, readers.shown_names, readers.late_on),)


def _answer(outcome: Outcome, card: Card, understood: Understood, matches: ItemMatches, readers: PlanReaders) -> Answer:
    return Answer(
        outcome,
        readers.then,
        readers.newest,
        card,
        understood=understood,
        plan=understood.plan,
        items=matches.items,
        keys=matches.keys,
        names=readers.shown_names,
    )
