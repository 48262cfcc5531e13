"""An answer that rests on what a revision touched is given to nobody any more, and its asker hears it."""

from __future__ import annotations

from collections.abc import Sequence

from handlers import mail
from handlers.handover.asking import WITHDRAWN
from handlers.private import direct_place
from handlers.toolbox import Toolbox
from storage import handovers, people, roadmap
from storage.store import Session
from storage.values import Change, Revision, Verified


async def on_published(box: Toolbox, session: Session, revision: Revision, changes: Sequence[Change]) -> None:
    """Withdraw what rests on a changed item or campaign, or on a campaign one of whose items changed."""
    standing = await handovers.standing(session)
    if not standing:
        return
    items = {change.key for change in changes if change.noun == "item"}
    campaigns = {change.key for change in changes if change.noun == "campaign"}
    after = await roadmap.items_with(session, sorted(items))
    served = {key for item in after.values() for key in item.campaigns}
    for answer in standing:
        touched = _touched(answer, items, campaigns, served)
        if touched:
            await handovers.withdraw(session, [answer.id], revision.number)
            await _tell(box, session, revision, answer, touched)


def _touched(answer: Verified, items: set[str], campaigns: set[str], served: set[str]) -> list[str]:
    """What *answer* rests on and was changed. One that names items does not hang on everything of their campaign."""
    own = [key for key in answer.keys if key in items]
    about = [key for key in answer.campaigns if key in campaigns or (not answer.keys and key in served)]
    return [*own, *about]


async def _tell(box: Toolbox, session: Session, revision: Revision, answer: Verified, touched: list[str]) -> None:
    person = await people.with_id(session, answer.asker) if answer.asker else None
    if person is None:
        return
    place = await direct_place(session, box.policy, person)
    payload = {"answer": answer.id, "touched": touched}
    key = f"{WITHDRAWN}:{answer.id}:{revision.name}"
    await mail.announce(session, [place], WITHDRAWN, payload, key=key, at=box.clock.now())
