"""Celebrations, kudos, recaps and anniversaries: their tables and queries."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, UniqueConstraint, delete, insert, select, update
from sqlmodel import Field, SQLModel

from storage.redaction import mentions_any
from storage.store import Session, UtcDateTime, affected, batches, insert_into, insert_new, table_of
from storage.values.celebrations import Anniversary, Celebration, CelebrationState, Kudos, KudosVisibility, Recap


class CelebrationRow(SQLModel, table=True):
    __tablename__ = "celebration"
    __table_args__ = (UniqueConstraint("item", "revision"),)

    id: int | None = Field(default=None, primary_key=True)
    item: str = Field(index=True)
    revision: int
    state: str = Field(index=True)
    decider: str = Field(default="", index=True)
    asked_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    made_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    reminded: bool = False
    text: str = ""
    thanks: str = "[]"
    due_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    posted_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    people: str = "[]"


class KudosRow(SQLModel, table=True):
    __tablename__ = "kudos"

    id: int | None = Field(default=None, primary_key=True)
    by: str = Field(index=True)
    reason: str
    value: str = ""
    campaign: str = ""
    place_id: int | None = Field(default=None, foreign_key="place.id", ondelete="SET NULL")
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))
    undone: bool = False
    edits: int = 0


class KudosRecipientRow(SQLModel, table=True):
    """A recipient of kudos, and who may read it."""

    __tablename__ = "kudos_recipient"

    kudos_id: int = Field(primary_key=True, foreign_key="kudos.id", ondelete="CASCADE")
    person_id: str = Field(primary_key=True, index=True)
    visibility: str = KudosVisibility.OFFERED


class RecapRow(SQLModel, table=True):
    __tablename__ = "recap"

    place_id: int = Field(primary_key=True, foreign_key="place.id", ondelete="CASCADE")
    frequency: str = ""
    automatic: bool = False
    paused_until: date | None = None
    skip_next: bool = False
    by: str = ""


class AnniversaryRow(SQLModel, table=True):
    __tablename__ = "anniversary"

    person_id: str = Field(primary_key=True)
    day: int
    month: int
    since: int | None = None
    words: str = ""


class PlannedThanksRow(SQLModel, table=True):
    """Whom to thank when an item that an edit marks as done is published."""

    __tablename__ = "planned_thanks"

    item: str = Field(primary_key=True)
    people: str = "[]"


class HintRow(SQLModel, table=True):
    """A hint that was sent to a lead, so that it is not sent twice: "2027-Q1:seo"."""

    __tablename__ = "recognition_hint"

    key: str = Field(primary_key=True)
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


CELEBRATION, KUDOS, KUDOS_RECIPIENT = table_of(CelebrationRow), table_of(KudosRow), table_of(KudosRecipientRow)
RECAP, ANNIVERSARY, HINT = table_of(RecapRow), table_of(AnniversaryRow), table_of(HintRow)
PLANNED_THANKS = table_of(PlannedThanksRow)


def _from(row: Any) -> Celebration:
    return Celebration(
        id=row.id,
        item=row.item,
        revision=row.revision,
        state=CelebrationState(row.state),
        decider=row.decider,
        asked_at=row.asked_at,
        made_at=row.made_at,
        reminded=row.reminded,
        text=row.text,
        thanks=tuple(json.loads(row.thanks)),
        due_at=row.due_at,
        posted_at=row.posted_at,
        people=tuple((who, role) for who, role in json.loads(row.people)),
    )


async def add_draft(
    session: Session, item: str, revision: int, decider: str, at: datetime, thanks: Sequence[str] = ()
) -> int | None:
    """Store that *item* was finished; return the id, or None when it is stored for that revision already."""
    values = {"item": item, "revision": revision, "state": "draft", "decider": decider, "asked_at": at, "made_at": at}
    row = insert_into(session, CelebrationRow).values(
        **values, reminded=False, text="", thanks=json.dumps(list(thanks)), people="[]"
    )
    made = row.on_conflict_do_nothing().returning(CELEBRATION.c.id)
    new_id: int | None = (await session.execute(made)).scalar_one_or_none()
    return new_id


async def save_planned_thanks(session: Session, item: str, people: Sequence[str]) -> None:
    """Store whom to thank for *item* when it is published as done."""
    values = {"people": json.dumps(list(people))}
    row = insert_into(session, PlannedThanksRow).values(item=item, **values)
    await session.execute(row.on_conflict_do_update(index_elements=["item"], set_=values))


async def planned_thanks(session: Session, item: str) -> tuple[str, ...]:
    """Whom to thank for *item* when it is published as done."""
    row = await session.execute(select(PLANNED_THANKS.c.people).where(PLANNED_THANKS.c.item == item))
    people = row.scalar_one_or_none()
    return tuple(json.loads(people)) if people else ()


async def pop_planned_thanks(session: Session, item: str) -> tuple[str, ...]:
    """Whom to thank for *item*. They are deleted, so a second call returns nobody."""
    people = await planned_thanks(session, item)
    await session.execute(delete(PLANNED_THANKS).where(PLANNED_THANKS.c.item == item))
    return people


async def celebration(session: Session, celebration_id: int) -> Celebration | None:
    row = (await session.execute(select(CELEBRATION).where(CELEBRATION.c.id == celebration_id))).one_or_none()
    return _from(row) if row else None


async def celebrations_with(session: Session, ids: Sequence[int]) -> Mapping[int, Celebration]:
    """Id -> the celebration."""
    by_id: dict[int, Celebration] = {}
    for batch in batches(ids):
        rows = await session.execute(select(CELEBRATION).where(CELEBRATION.c.id.in_(batch)))
        by_id |= {row.id: _from(row) for row in rows}
    return by_id


async def of_items(
    session: Session, items: Sequence[str], states: Iterable[CelebrationState]
) -> tuple[Celebration, ...]:
    """The celebrations of those items that are in one of *states*."""
    query = select(CELEBRATION).where(CELEBRATION.c.state.in_([str(state) for state in states]))
    matches: list[Celebration] = []
    for batch in batches(items):
        matches += [_from(row) for row in await session.execute(query.where(CELEBRATION.c.item.in_(batch)))]
    return tuple(matches)


async def in_states(
    session: Session, states: Iterable[CelebrationState], since: datetime | None = None
) -> tuple[Celebration, ...]:
    """The celebrations in one of *states* made since then, oldest first."""
    query = (
        select(CELEBRATION).where(CELEBRATION.c.state.in_([str(state) for state in states])).order_by(CELEBRATION.c.id)
    )
    if since is not None:
        query = query.where(CELEBRATION.c.made_at >= since)
    return tuple(_from(row) for row in await session.execute(query))


async def with_decider(session: Session, person: str) -> tuple[Celebration, ...]:
    """The celebrations that person was asked to decide last, oldest first."""
    query = select(CELEBRATION).where(CELEBRATION.c.decider == person).order_by(CELEBRATION.c.id)
    return tuple(_from(row) for row in await session.execute(query))


async def newest_of(session: Session, item: str) -> Celebration | None:
    """The newest celebration of that item."""
    query = select(CELEBRATION).where(CELEBRATION.c.item == item).order_by(CELEBRATION.c.id.desc()).limit(1)
    row = (await session.execute(query)).one_or_none()
    return _from(row) if row else None


async def update_celebration(session: Session, celebration_id: int, **values: object) -> None:
    """Change columns: state, decider, asked_at, reminded, text, thanks, due_at, posted_at, people."""
    for name in ("thanks", "people"):
        if name in values:
            given: Any = values[name]
            values[name] = json.dumps(list(given))
    if "state" in values:
        values["state"] = str(values["state"])
    await session.execute(update(CELEBRATION).where(CELEBRATION.c.id == celebration_id).values(**values))


async def add_kudos(
    session: Session,
    by: str,
    to: Sequence[str],
    reason: str,
    *,
    value: str,
    campaign: str,
    place: int | None,
    at: datetime,
) -> int:
    """Store kudos; return the id."""
    row = insert(KUDOS).values(
        by=by, reason=reason, value=value, campaign=campaign, place_id=place, at=at, undone=False, edits=0
    )
    made: int = (await session.execute(row.returning(KUDOS.c.id))).scalar_one()
    await insert_new(
        session, KudosRecipientRow, [{"kudos_id": made, "person_id": person, "visibility": "offered"} for person in to]
    )
    return made


async def kudos(session: Session, kudos_id: int) -> Kudos | None:
    matches = await _kudos(session, KUDOS.c.id == kudos_id)
    return matches[0] if matches else None


async def kudos_since(
    session: Session, since: datetime, until: datetime | None = None, *, undone: bool = False
) -> tuple[Kudos, ...]:
    """The kudos given since then, oldest first; undone ones only with *undone*."""
    condition = KUDOS.c.at >= since
    if not undone:
        condition &= KUDOS.c.undone.is_(False)
    return await _kudos(session, condition if until is None else condition & (KUDOS.c.at < until))


async def kudos_with(session: Session, ids: Sequence[int]) -> Mapping[int, Kudos]:
    """Id -> the kudos, undone or not."""
    matches = [kudos for batch in batches(ids) for kudos in await _kudos(session, KUDOS.c.id.in_(batch))]
    return {kudos.id: kudos for kudos in matches}


async def kudos_of(session: Session, person: str) -> tuple[Kudos, ...]:
    """The kudos that person gave or received."""
    got = select(KUDOS_RECIPIENT.c.kudos_id).where(KUDOS_RECIPIENT.c.person_id == person)
    return await _kudos(session, (KUDOS.c.by == person) | KUDOS.c.id.in_(got))


async def _kudos(session: Session, condition: Any) -> tuple[Kudos, ...]:
    rows = (await session.execute(select(KUDOS).where(condition).order_by(KUDOS.c.id))).all()
    to: dict[int, list[tuple[str, KudosVisibility]]] = {}
    ids = [row.id for row in rows]
    for batch in batches(ids):
        thanked = (
            select(KUDOS_RECIPIENT)
            .where(KUDOS_RECIPIENT.c.kudos_id.in_(batch))
            .order_by(KUDOS_RECIPIENT.c.kudos_id, KUDOS_RECIPIENT.c.person_id)
        )
        for row in await session.execute(thanked):
            to.setdefault(row.kudos_id, []).append((row.person_id, KudosVisibility(row.visibility)))
    return tuple(
        Kudos(
            id=row.id,
            by=row.by,
            to=tuple(who for who, _ in to.get(row.id, ())),
            visibility=tuple(how for _, how in to.get(row.id, ())),
            reason=row.reason,
            value=row.value,
            campaign=row.campaign,
            place=row.place_id,
            at=row.at,
            undone=row.undone,
            edits=row.edits,
        )
        for row in rows
    )


async def set_visibility(session: Session, kudos_id: int, person: str, visibility: KudosVisibility) -> None:
    """Store who may read the kudos to *person*, as they decided."""
    row = update(KUDOS_RECIPIENT).where(KUDOS_RECIPIENT.c.kudos_id == kudos_id, KUDOS_RECIPIENT.c.person_id == person)
    await session.execute(row.values(visibility=str(visibility)))


async def reword(session: Session, kudos_id: int, reason: str) -> None:
    """Change the reason. Recipients who had made it public agreed to the old text, so they are asked again."""
    row = update(KUDOS).where(KUDOS.c.id == kudos_id).values(reason=reason, edits=KUDOS.c.edits + 1)
    await session.execute(row)
    asked_again = update(KUDOS_RECIPIENT).where(
        KUDOS_RECIPIENT.c.kudos_id == kudos_id, KUDOS_RECIPIENT.c.visibility == KudosVisibility.PUBLIC
    )
    await session.execute(asked_again.values(visibility=str(KudosVisibility.OFFERED)))


async def undo_kudos(session: Session, kudos_id: int) -> bool:
    """False when it was undone before."""
    row = update(KUDOS).where(KUDOS.c.id == kudos_id, KUDOS.c.undone.is_(False)).values(undone=True)
    return await affected(session, row) > 0


async def recaps(session: Session) -> Mapping[int, Recap]:
    """Place -> its settings for recaps."""
    rows = await session.execute(select(RECAP).order_by(RECAP.c.place_id))
    return {
        row.place_id: Recap(
            place=row.place_id,
            frequency=row.frequency,
            automatic=row.automatic,
            paused_until=row.paused_until,
            skip_next=row.skip_next,
            by=row.by,
        )
        for row in rows
    }


async def set_recap(session: Session, place: int, **values: object) -> None:
    """Change the settings of a place: frequency, automatic, paused_until, skip_next, by."""
    defaults = {"frequency": "", "automatic": False, "paused_until": None, "skip_next": False, "by": ""}
    row = insert_into(session, RecapRow).values(place_id=place, **{**defaults, **values})
    await session.execute(row.on_conflict_do_update(index_elements=["place_id"], set_=values))


async def save_anniversary(session: Session, anniversary: Anniversary) -> None:
    values = {name: getattr(anniversary, name) for name in ("day", "month", "since", "words")}
    row = insert_into(session, AnniversaryRow).values(person_id=anniversary.person, **values)
    await session.execute(row.on_conflict_do_update(index_elements=["person_id"], set_=values))


async def forget_anniversary(session: Session, person: str) -> bool:
    return await affected(session, delete(ANNIVERSARY).where(ANNIVERSARY.c.person_id == person)) > 0


async def anniversaries(session: Session) -> tuple[Anniversary, ...]:
    rows = await session.execute(select(ANNIVERSARY).order_by(ANNIVERSARY.c.person_id))
    return tuple(Anniversary(row.person_id, row.day, row.month, row.since, row.words) for row in rows)


async def record_hint(session: Session, key: str, at: datetime) -> bool:
    """False when that hint was sent before."""
    return await insert_new(session, HintRow, [{"key": key, "at": at}]) > 0


async def anniversary_of(session: Session, person: str) -> Anniversary | None:
    """That person's anniversary, if they entered one."""
    row = (await session.execute(select(ANNIVERSARY).where(ANNIVERSARY.c.person_id == person))).one_or_none()
    return Anniversary(row.person_id, row.day, row.month, row.since, row.words) if row else None


async def forget_person(session: Session, person: str, words: Sequence[str]) -> None:
    """Undo kudos that they gave, that only they received, or that mention one of *words*; delete their anniversary.

    Celebrations stay, without the texts they wrote or are mentioned in. The next run of the celebrations job updates
    or removes the cards.
    """
    await session.execute(delete(KUDOS_RECIPIENT).where(KUDOS_RECIPIENT.c.person_id == person))
    await session.execute(delete(ANNIVERSARY).where(ANNIVERSARY.c.person_id == person))
    to_somebody = select(KUDOS_RECIPIENT.c.kudos_id)
    rows = await session.execute(select(KUDOS.c.id, KUDOS.c.reason).where(KUDOS.c.reason != ""))
    naming = [row.id for row in rows if mentions_any(row.reason, words)]
    undone_now = (KUDOS.c.by == person) | KUDOS.c.id.not_in(to_somebody)
    await session.execute(update(KUDOS).where(undone_now).values(reason="", undone=True))
    for batch in batches(naming):
        await session.execute(update(KUDOS).where(KUDOS.c.id.in_(batch)).values(reason="", undone=True))
    texts = await session.execute(select(CELEBRATION.c.id, CELEBRATION.c.text).where(CELEBRATION.c.text != ""))
    for batch in batches([row.id for row in texts if mentions_any(row.text, words)]):
        await session.execute(update(CELEBRATION).where(CELEBRATION.c.id.in_(batch)).values(text=""))
    await session.execute(update(CELEBRATION).where(CELEBRATION.c.decider == person).values(text=""))


async def forget_before(session: Session, moment: datetime) -> None:
    """Delete thanks from before *moment*."""
    await session.execute(delete(KUDOS).where(KUDOS.c.at < moment))
