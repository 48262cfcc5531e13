"""Which runs of each job have started, and up to when each job has been checked.

The unique row guarantees that a run happens once, whichever process starts it. After an outage, the runs
since the watermark are made up for.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Column, delete, func, select, update
from sqlmodel import Field, SQLModel

from storage.store import Session, UtcDateTime, affected, insert_new, table_of


class WatermarkRow(SQLModel, table=True):
    __tablename__ = "job_watermark"

    job: str = Field(primary_key=True)
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class JobRunRow(SQLModel, table=True):
    __tablename__ = "job_run"

    job: str = Field(primary_key=True)
    at: datetime = Field(sa_column=Column(UtcDateTime, primary_key=True))
    ran_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))


WATERMARK, JOB_RUN = table_of(WatermarkRow), table_of(JobRunRow)


async def watermark(session: Session, job: str, now: datetime) -> datetime:
    """Up to when *job* has been checked. A new job starts at *now*: it has no missed runs."""
    await insert_new(session, WatermarkRow, [{"job": job, "at": now}])
    result = await session.execute(select(WATERMARK.c.at).where(WATERMARK.c.job == job))
    return result.scalar_one()  # type: ignore[no-any-return]


async def advance_watermark(session: Session, job: str, to: datetime) -> None:
    """Record that *job* has been checked up to *to*. The watermark never moves back."""
    await session.execute(update(WATERMARK).where(WATERMARK.c.job == job, WATERMARK.c.at < to).values(at=to))


async def claim(session: Session, job: str, at: datetime, now: datetime) -> bool:
    """Claim the run that was due at *at*; False when it was claimed before."""
    return await insert_new(session, JobRunRow, [{"job": job, "at": at, "ran_at": now}]) == 1


async def watermarks(session: Session) -> Mapping[str, datetime]:
    """Job -> up to when it has been checked."""
    return {row.job: row.at for row in await session.execute(select(WATERMARK))}


async def last_runs(session: Session) -> Mapping[str, datetime]:
    """Job -> when it ran last."""
    latest = select(JOB_RUN.c.job, func.max(JOB_RUN.c.ran_at).label("at")).group_by(JOB_RUN.c.job)
    return {row.job: row.at for row in await session.execute(latest)}


async def forget_before(session: Session, moment: datetime) -> int:
    """Delete the runs from before *moment*; no job is caught up that far back."""
    return await affected(session, delete(JOB_RUN).where(JOB_RUN.c.ran_at < moment))
