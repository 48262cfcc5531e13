"""What happens by itself to questions that wait, and to those that come again and again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from handlers import mail
from handlers.handover import rules
from handlers.handover.asking import ASKED, MOVED, OFTEN, give_up, next_person, put_into_hands, tell
from handlers.handover.rules import Step
from handlers.handover.telling import OFTEN_IS, UNHELPED
from handlers.opening import hours_of
from handlers.private import direct_place
from handlers.toolbox import Toolbox
from storage import handovers, questions
from storage.directory import directory
from storage.store import Session
from storage.values import Directory, Handover, Permission, Person, Place

LATELY = timedelta(days=30)


async def chase(box: Toolbox, session: Session, due: datetime) -> None:
    """Remind whoever holds a question for a working day; after two, ask the next person and tell the asker."""
    waiting = await handovers.waiting(session)
    names = await directory(session) if waiting else Directory()
    for handover in waiting:
        holder = names.person.get(handover.holder)
        step = _step(box, holder, handover, due)
        question = await questions.numbered(session, handover.number)
        if question is None or step is Step.NOTHING:
            continue
        if step is Step.REMIND:
            await handovers.put(session, replace(handover, reminded=True))
            await tell(
                box, session, ASKED, question, handover.holder, key=f"{question.name}:{handover.holder}:again", at=due
            )
            continue
        route = await next_person(box, session, question, handover.tried, names)
        if route is None:
            await give_up(box, session, question, handover, due)
            continue
        await put_into_hands(box, session, question, route, handover, due)
        await tell(box, session, MOVED, question, question.asker, key=f"{question.name}:{route.person}", at=due)


def _step(box: Toolbox, holder: Person | None, handover: Handover, now: datetime) -> Step:
    """Somebody who left is not waited for."""
    if holder is None:
        return Step.PASS_ON
    return rules.step_due(handover, hours_of(box.policy, Place(0, "", "", "", direct=True), holder), now)


async def tell_often(box: Toolbox, session: Session, due: datetime) -> None:
    """Show bridge persons and admins what was asked three times within thirty days and found no answer."""
    since = due - LATELY
    if not await questions.asked_often(session, since, OFTEN_IS, UNHELPED):
        return
    names = await directory(session)
    keepers = [each for each in names.people if rules.is_bridge(each) or _is_admin(box, each)]
    places = sorted({await direct_place(session, box.policy, each) for each in keepers})
    key = f"{OFTEN}:{due.date()}"
    await mail.announce(session, places, OFTEN, {"since": since.isoformat()}, key=key, at=due)


def _is_admin(box: Toolbox, person: Person) -> bool:
    return person.permission is Permission.ADMIN or person.email in box.policy.admins
