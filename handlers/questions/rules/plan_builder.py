"""The mutable state from which a plan is built."""

from __future__ import annotations

from dataclasses import dataclass, field

from handlers.questions.rules.understanding import Aspect, StatusCheck
from storage.values.questions import AnswerType, SortOrder
from storage.values.roadmap import OPEN_STATUSES, Kind, Status


@dataclass
class PlanBuilder:
    """What was read so far. `statuses` is None while no status was named."""

    wanted: AnswerType = AnswerType.LIST
    aspect: Aspect = ""
    keys: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    teams: list[str] = field(default_factory=list)
    not_teams: list[str] = field(default_factory=list)
    campaigns: list[str] = field(default_factory=list)
    not_campaigns: list[str] = field(default_factory=list)
    owners: list[str] = field(default_factory=list)
    not_owners: list[str] = field(default_factory=list)
    statuses: set[Status] | None = None
    not_statuses: set[Status] = field(default_factory=set)
    kinds: set[Kind] = field(default_factory=set)
    without: set[str] = field(default_factory=set)
    overdue: bool = False
    slipping: bool = False
    on_time: bool = False
    or_overdue: bool = False
    any_status: bool = False
    says_open: bool = False
    says_now: bool = False
    says_item: bool = False
    starts: bool = False
    lands: bool = False
    first_due: bool = False
    order: SortOrder = SortOrder.DUE
    limit: int | None = None
    asks_state: bool = False  # "is the banner done?" asks for the status; "done" is not a condition
    whether: StatusCheck | None = None  # the status that was asked for in that case
    signals: int = 0

    def forget_conditions(self) -> None:
        self.whether = self._asked_for()
        self.statuses, self.not_statuses, self.any_status = None, set(), True
        self.overdue = self.slipping = self.on_time = self.or_overdue = self.says_now = self.says_open = False
        self.without, self.limit, self.starts = set(), None, False

    def _asked_for(self) -> StatusCheck | None:
        """The conditions read so far as a yes-or-no question."""
        statuses = frozenset((self.statuses or set()) - self.not_statuses)
        if statuses or self.overdue:
            return StatusCheck(statuses, late=self.overdue)
        if self.not_statuses:
            return StatusCheck(frozenset(self.not_statuses), negated=True)
        return None

    def named_status(self, *statuses: Status) -> None:
        self.statuses = (self.statuses or set()) | set(statuses)

    @property
    def is_done(self) -> bool:
        return self.statuses == {Status.DONE}

    def final_statuses(self) -> frozenset[Status]:
        """The statuses named, else any status for a single item asked for by name, else the open ones."""
        if self.statuses is not None:
            return frozenset(self.statuses - self.not_statuses)
        if self.any_status:
            return frozenset()
        if self.not_statuses:
            whole = set(Status) if self.not_statuses <= {Status.DROPPED} else set(OPEN_STATUSES)
            return frozenset(whole - self.not_statuses)
        if self.says_now and not (self.overdue or self.slipping or self.on_time or self.says_open):
            return frozenset({Status.IN_PROGRESS})
        if self.on_time:
            return frozenset({Status.PLANNED, Status.IN_PROGRESS, Status.ON_HOLD})
        asks_one = bool(self.keys or self.words) and self.wanted is not AnswerType.COUNT
        if asks_one and not self.says_open and (self.keys or self.wanted is not AnswerType.LIST):
            return frozenset()
        return OPEN_STATUSES
