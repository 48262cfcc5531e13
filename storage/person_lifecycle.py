"""A person leaves, comes back, changes their e-mail, or turns out to be somebody else. History keeps its ids."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import Table, and_, delete, exists, func, select, update
from sqlmodel import SQLModel

from storage.acknowledgements import AcknowledgementRow
from storage.audit import AuditRow
from storage.celebrations import AnniversaryRow, CelebrationRow, KudosRecipientRow, KudosRow, PlannedThanksRow, RecapRow
from storage.deliveries import DELIVERY, NoticeRow
from storage.dinner_seats import DinnerKeptApartRow, DinnerSeatRow
from storage.dinners import DinnerGuestRow, DinnerPulseRespondentRow, DinnerRoleRow, DinnerRow, DinnerVoteRow
from storage.drafts import DraftRow
from storage.following import FollowRow
from storage.handoffs import HandoffRow, VerifiedAnswerRow
from storage.people import IDENTITY, PERSON, IdentityRow, OneTimeCodeRow, PersonRow, person_from, renew_calendar
from storage.places import PLACE, PlaceMemberRow, SubscriptionRow
from storage.posted_cards import PostedCardRow
from storage.questions import QuestionRow
from storage.reminders import ReminderRow, ReminderSnoozeRow
from storage.store import Session, insert_new, table_of
from storage.tour_progress import ApprovalRow, CheckinRow, DebriefRow
from storage.tours import LeftOutRow, RoundRow, TourConstraintRow, TourMemberRow, TourRow
from storage.values.company import Person
from storage.values.deliveries import DeliveryKind, DeliveryState

# Table -> its columns with the id of one person, which a merge rewrites.
REWRITTEN: Mapping[type[SQLModel], Sequence[str]] = {
    AcknowledgementRow: ("person_id",),
    AnniversaryRow: ("person_id",),
    AuditRow: ("person_id",),
    CelebrationRow: ("decider",),
    DinnerRow: ("host", "planned_by"),
    DinnerGuestRow: ("person_id",),
    DinnerKeptApartRow: ("one", "other"),
    DinnerPulseRespondentRow: ("person_id",),
    DinnerRoleRow: ("person_id",),
    DinnerSeatRow: ("person_id",),
    DinnerVoteRow: ("person_id",),
    DraftRow: ("author",),
    FollowRow: ("person_id",),
    HandoffRow: ("assignee",),
    IdentityRow: ("person_id",),
    KudosRow: ("by",),
    KudosRecipientRow: ("person_id",),
    OneTimeCodeRow: ("person_id",),
    PlaceMemberRow: ("person_id",),
    QuestionRow: ("asker",),
    RecapRow: ("by",),
    ReminderRow: ("person_id",),
    ReminderSnoozeRow: ("person_id",),
    SubscriptionRow: ("created_by",),
    ApprovalRow: ("person_id", "about"),
    CheckinRow: ("person_id",),
    TourConstraintRow: ("one", "other", "by"),
    DebriefRow: ("person_id",),
    LeftOutRow: ("person_id",),
    TourMemberRow: ("person_id",),
    RoundRow: ("planned_by",),
    VerifiedAnswerRow: ("asker", "by"),
}
# Table -> its columns with JSON data in which ids of people are strings.
REWRITTEN_JSON: Mapping[type[SQLModel], Sequence[str]] = {
    CelebrationRow: ("thanks", "people"),
    DraftRow: ("fields",),
    HandoffRow: ("tried",),
    NoticeRow: ("payload",),
    PlannedThanksRow: ("people",),
    PostedCardRow: ("payload",),
    TourRow: ("people",),
    RoundRow: ("inputs",),
}
# Tables that revisions and their hashes cover. They keep the old id, which means the other person from then on.
KEPT = {"campaign", "campaign_version", "item_version", "revision"}
# Tables with a pair of people, stored in order.
PAIRS = (DinnerKeptApartRow, TourConstraintRow)


async def announce_end(session: Session, person_id: str, on: date | None) -> None:
    """Store the day on which that person will have left; None withdraws it."""
    await session.execute(update(PERSON).where(PERSON.c.id == person_id).values(ends_on=on))


async def ending_by(session: Session, day: date) -> tuple[Person, ...]:
    """The people whose announced day has come on *day*, and who have not left yet."""
    due = (PERSON.c.ends_on <= day) & PERSON.c.ended_at.is_(None)
    return tuple(person_from(row) for row in await session.execute(select(PERSON).where(due).order_by(PERSON.c.email)))


async def end(session: Session, person_id: str, at: datetime) -> None:
    """Record that the person left. Their codes and calendar addresses stop working, and notices for them are deleted."""
    code = table_of(OneTimeCodeRow)
    await session.execute(delete(code).where(code.c.person_id == person_id))
    await session.execute(update(PERSON).where(PERSON.c.id == person_id).values(ended_at=at, ends_on=None))
    await renew_calendar(session, person_id, off=False)
    accounts = select("@" + IDENTITY.c.external_id).where(IDENTITY.c.person_id == person_id)
    email = select("@" + PERSON.c.email).where(PERSON.c.id == person_id)
    direct = PLACE.c.direct & (PLACE.c.conversation.in_(accounts) | PLACE.c.conversation.in_(email))
    waits = (DELIVERY.c.state == str(DeliveryState.NEW)) & (DELIVERY.c.kind != str(DeliveryKind.REPLY))
    await session.execute(delete(DELIVERY).where(waits, DELIVERY.c.place_id.in_(select(PLACE.c.id).where(direct))))


async def bring_back(session: Session, person_id: str) -> None:
    """The person belongs to the organisation again, with the team and the permission they had."""
    await session.execute(update(PERSON).where(PERSON.c.id == person_id).values(ended_at=None, ends_on=None))


async def change_email(session: Session, person: Person, email: str) -> bool:
    """Give the person another e-mail; the old one keeps leading to them. False if somebody else has the new one."""
    holder = (await session.execute(select(PERSON).where(PERSON.c.email == email))).one_or_none()
    if holder and holder.merged_into != person.id:
        return False
    if holder:
        await session.execute(delete(PERSON).where(PERSON.c.id == holder.id))
    await session.execute(update(PERSON).where(PERSON.c.id == person.id).values(email=email))
    former = PersonRow(id=former_email_id(person.email), email=person.email, name="", merged_into=person.id)
    await insert_new(session, PersonRow, [former.model_dump()])
    managed = update(PERSON).where(PERSON.c.manager_email == person.email)
    await session.execute(managed.values(manager_email=email))
    console = (PLACE.c.platform == "console") & (PLACE.c.conversation == f"@{person.email}")
    await session.execute(update(PLACE).where(console).values(conversation=f"@{email}"))
    return True


def former_email_id(email: str) -> str:
    """The id of the row that keeps a former e-mail."""
    return f"p_was_{sha256(email.encode()).hexdigest()[:16]}"


async def former_emails(session: Session, person_id: str) -> tuple[str, ...]:
    """The other e-mails that lead to that person."""
    query = select(PERSON.c.email).where(PERSON.c.merged_into == person_id).order_by(PERSON.c.email)
    return tuple((await session.execute(query)).scalars())


async def confirm_email(session: Session, platform: str, workspace: str, account: str, email: str) -> str:
    """Record the e-mail that the platform confirms for a linked account. Returns the one that it confirmed before."""
    here = (IDENTITY.c.platform == platform) & IDENTITY.c.workspace.in_([workspace, ""])
    mine = here & (IDENTITY.c.external_id == account)
    before = (await session.execute(select(IDENTITY.c.email).where(mine).limit(1))).scalar_one_or_none() or ""
    if before != email:
        await session.execute(update(IDENTITY).where(mine).values(email=email))
    return before


async def merge(session: Session, old: Person, new: Person) -> None:
    """Everything of *old* becomes *new*'s; *old*'s row stays as another id and e-mail of *new*.

    Where both have a row (both acknowledged a version, both were invited), *new*'s stays.
    """
    for model, columns in REWRITTEN.items():
        for column in columns:
            await _rewrite(session, table_of(model), column, old.id, new.id)
    for model in PAIRS:
        await _sort_pairs(session, table_of(model))
    for model, columns in REWRITTEN_JSON.items():
        table = table_of(model)
        for column in columns:
            value = func.replace(table.c[column], f'"{old.id}"', f'"{new.id}"')
            names_old = table.c[column].contains(f'"{old.id}"', autoescape=True)
            await session.execute(update(table).where(names_old).values({column: value}))
    managed = update(PERSON).where(PERSON.c.manager_email == old.email)
    await session.execute(managed.values(manager_email=new.email))
    same = PERSON.c.id.in_([old.id]) | (PERSON.c.merged_into == old.id)
    emptied = {"merged_into": new.id, "diet": "", "permission": "viewer", "bridge": False, "manager_email": ""}
    await session.execute(update(PERSON).where(same).values(**emptied, team="", ended_at=None, ends_on=None))


async def _rewrite(session: Session, table: Table, column: str, old: str, new: str) -> None:
    """Put *new* for *old* in one column; a row that would then exist twice is deleted."""
    for key in _keys_with(table, column):
        twin = table.alias("twin")
        same = [twin.c[name] == (new if name == column else table.c[name]) for name in key]
        await session.execute(delete(table).where(table.c[column] == old, exists().where(and_(*same))))
    await session.execute(update(table).where(table.c[column] == old).values({column: new}))


def _keys_with(table: Table, column: str) -> Sequence[Collection[str]]:
    """The primary key and the unique constraints that contain *column*."""
    constraints = [table.primary_key, *(c for c in table.constraints if type(c).__name__ == "UniqueConstraint")]
    keys = [tuple(part.name for part in constraint.columns) for constraint in constraints]  # type: ignore[attr-defined]
    return [key for key in keys if column in key]


async def _sort_pairs(session: Session, table: Table) -> None:
    """Restore the order within each pair, and delete pairs of a person with themselves."""
    await session.execute(delete(table).where(table.c.one == table.c.other))
    for row in (await session.execute(select(table).where(table.c.one > table.c.other))).all():
        key = {part.name: getattr(row, part.name) for part in table.primary_key.columns}
        twin = key | {"one": row.other, "other": row.one}
        is_there = (await session.execute(select(table.c.one).filter_by(**twin))).first()
        change = delete(table) if is_there else update(table).values(one=row.other, other=row.one)
        await session.execute(change.filter_by(**key))
