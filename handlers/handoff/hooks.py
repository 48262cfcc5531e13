"""Withdraw answers that a new revision may have made wrong, and notify their askers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from handlers.context import AppContext, PersonTraces
from handlers.feature import OpenWork
from handlers.handoff.notices import OUT_OF_DATE, REDACTED, WITH_WORDS, WITHDRAWN, refresh_answered_card
from handlers.shared import notify
from handlers.shared.conversations import conversation_with
from integrations.ports.cards import Button
from storage import deliveries, handoffs, people, posted_cards, questions, roadmap
from storage.store import Session
from storage.values.company import Person
from storage.values.questions import VerifiedAnswer
from storage.values.roadmap import Change, Revision


async def on_published(ctx: AppContext, session: Session, revision: Revision, changes: Sequence[Change]) -> None:
    """Withdraw every answer based on a changed item or campaign, or on a campaign with a changed item."""
    valid = await handoffs.valid_answers(session)
    if not valid:
        return
    items = {change.key for change in changes if change.entity_type == "item"}
    campaigns = {change.key for change in changes if change.entity_type == "campaign"}
    after = await roadmap.items_with(session, sorted(items))
    served = {key for item in after.values() for key in item.campaigns}
    for answer in valid:
        touched = _touched(answer, items, campaigns, served)
        if touched:
            await handoffs.withdraw(session, [answer.id], revision.number)
            await refresh_answered_card(session, answer, OUT_OF_DATE, ctx.clock.now())
            await _notify_asker(ctx, session, revision, answer, touched)


def _touched(answer: VerifiedAnswer, items: set[str], campaigns: set[str], served: set[str]) -> list[str]:
    """What changed of the things that *answer* is based on.

    An answer that names items depends on these items, and not on every other item of their campaign.
    """
    own = [key for key in answer.keys if key in items]
    about = [key for key in answer.campaigns if key in campaigns or (not answer.keys and key in served)]
    return [*own, *about]


async def _notify_asker(
    ctx: AppContext, session: Session, revision: Revision, answer: VerifiedAnswer, touched: list[str]
) -> None:
    person = await people.with_id(session, answer.asker) if answer.asker else None
    if person is None:
        return
    place = await conversation_with(session, ctx.policy, person)
    payload = {"answer": answer.id, "question": answer.number, "touched": touched}
    key = f"{WITHDRAWN}:{answer.id}:{revision.name}"
    await notify.queue_notice(session, [place], WITHDRAWN, payload, key=key, at=ctx.clock.now())


async def export_person(session: Session, person: Person, _decrypt: Callable[[str], str]) -> Mapping[str, Any]:
    return {
        "answers": [_exported(answer) for answer in await handoffs.answers_by(session, person.id)],
        "answers_received": [_exported(answer) for answer in await handoffs.answers_for(session, person.id)],
        "questions_put_to_me": [
            {
                "question": f"Q{handoff.number}",
                "reason": handoff.reason if handoff.assignee == person.id else "",
                "at": (handoff.since if handoff.assignee == person.id else handoff.asked_at).isoformat(),
                "state": str(handoff.state) if handoff.assignee == person.id else "passed on",
                "reminded": handoff.reminded and handoff.assignee == person.id,
            }
            for handoff in await handoffs.put_to(session, person.id)
        ],
    }


def _exported(answer: VerifiedAnswer) -> Mapping[str, Any]:
    return {
        "question": f"Q{answer.number}",
        "text": answer.text,
        "at": answer.at.isoformat(),
        "version": answer.revision,
        "for_teams": list(answer.visible_to),
        "withdrawn": answer.withdrawn_by is not None,
    }


async def forget_person(ctx: AppContext, session: Session, traces: PersonTraces) -> Mapping[str, int]:
    """What they answered stays without their name, because it belongs to the organisation. Answers that name them go.

    The questions themselves are deleted or blanked before (`handlers/questions/hooks.py`); the cards that repeat them follow.
    """
    named = await handoffs.forget_person(session, traces.person.id, traces.words)
    return {"cards": await _redact_cards(ctx, session), "answers": named}


async def _redact_cards(ctx: AppContext, session: Session) -> int:
    """Blank every posted card about a question that is gone or has lost its words; return how many."""
    count, now = 0, ctx.clock.now()
    has_words: dict[object, bool] = {}
    for key, payload in await posted_cards.notices_of(session, WITH_WORDS):
        number = payload["question"]
        if number not in has_words:
            question = await questions.numbered(session, number)
            has_words[number] = bool(question and question.words)
        if not has_words[number]:
            targets = await deliveries.of_notice(session, key)
            count += await notify.queue_update(
                session, REDACTED, {}, key=f"{key}:redacted", targets=targets, newest={}, at=now
            )
    return count


async def open_work(session: Session, person: Person) -> Sequence[OpenWork]:
    """The questions that wait for them. The next run of the job asks the next person, unless an admin chooses one."""
    return [
        OpenWork(
            f"asked Q{handoff.number}, which goes to the next person by itself",
            (
                Button(
                    f"Choose who answers Q{handoff.number}",
                    "pass on",
                    f"Q{handoff.number}",
                    words=f"pass on Q{handoff.number} @somebody",
                ),
            ),
        )
        for handoff in await handoffs.waiting(session, person.id)
    ]
