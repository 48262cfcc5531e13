"""Every card and form of recognition, with an example of each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from handlers.celebrations.cards import celebration, recap, thanks
from handlers.celebrations.rules.recognition import Credit, RecapContent
from handlers.shared.rules.periods import CalendarPeriod
from storage.values.celebrations import Anniversary, Celebration, CelebrationState, Kudos, KudosVisibility
from storage.values.company import Campaign, Directory, Person, Side, Team
from storage.values.roadmap import Item, Kind, Status

__all__ = ["EDIT_FORM", "EXAMPLES", "KUDOS_FORM", "LATER_FORM", "REWORD_FORM", "celebration", "recap", "thanks"]

_AT = datetime(2026, 11, 16, 9, tzinfo=UTC)
_ANA, _BO = (
    Person("p_ana", "ana@example.com", "Ana <b> Lima", "seo"),
    Person("p_bo", "bo@example.com", "Bo & *Chen*", "web"),
)
_NAMES = Directory(
    (Team("web", "Web <core>", Side.IT), Team("seo", "SEO", Side.MARKETING)),
    (Campaign("spring", "Spring Launch"),),
    (_ANA, _BO),
)
_ITEM = Item("WEB-12", "Consent banner <script>", "web", ("spring",), Status.DONE, start=date(2026, 9, 1), owner="p_bo", finished_on=date(2026, 11, 14), kind=Kind.MILESTONE)  # fmt: skip
_CELEBRATION = Celebration(
    id=12,
    item="WEB-12",
    revision=7,
    state=CelebrationState.DRAFT,
    decider="p_bo",
    asked_at=_AT,
    made_at=_AT,
    text="Hard, and *worth* it.",
    due_at=_AT,
)
_CREDITS = (Credit("p_bo", "owned it"), Credit("p_ana", "runs Spring Launch"))
_KUDOS = Kudos(
    id=3,
    by="p_bo",
    to=("p_ana",),
    visibility=(KudosVisibility.PUBLIC,),
    reason="the night <shift>",
    value="care",
    campaign="spring",
    place=1,
    at=_AT,
)
_CONTENT = RecapContent(
    CalendarPeriod(date(2026, 10, 1), date(2026, 12, 31), "Q4 2026"),
    (_ITEM,) * 10,
    (_KUDOS,),
    ((Anniversary("p_ana", 29, 2, 2016), date(2027, 2, 28)),),
    _NAMES,
)
_EMPTY = RecapContent(_CONTENT.period, (), (), (), _NAMES)

EXAMPLES = (
    celebration.draft(_CELEBRATION, _ITEM, _CREDITS, _NAMES, rooms=3, again=False),
    celebration.draft(_CELEBRATION, _ITEM, (), _NAMES, rooms=0, again=True),
    *(celebration.decided(replace(_CELEBRATION, state=state), _ITEM, rooms=2) for state in CelebrationState),
    celebration.reopened(_ITEM, _NAMES),
    celebration.announcement(_CELEBRATION, _ITEM, _CREDITS, _NAMES),
    celebration.waiting(((_CELEBRATION, _ITEM), (replace(_CELEBRATION, state=CelebrationState.POSTED), _ITEM))),
    celebration.waiting(()),
    celebration.finished(_ITEM, None, 3, ("Ana", "Bo")),
    celebration.finished(_ITEM, _CELEBRATION, 0, ()),
    celebration.posted(_CELEBRATION, _ITEM, 3),
    celebration.scheduled(_CELEBRATION, _ITEM, _AT, "Europe/Berlin"),
    celebration.edited(_CELEBRATION, _ITEM, 2),
    celebration.skipped(_CELEBRATION, _ITEM),
    celebration.undone(_CELEBRATION, _ITEM, 2),
    thanks.given(3, ("Ana",), in_room=True),
    thanks.thanked(_KUDOS, "p_ana", _NAMES, again=False),
    thanks.thanked(replace(_KUDOS, visibility=(KudosVisibility.OFFERED,)), "p_ana", _NAMES, again=True),
    thanks.reworded(_KUDOS, ("Ana",)),
    thanks.public_kudos(_KUDOS, _NAMES),
    thanks.opened(3, KudosVisibility.PRIVATE, in_room=True),
    thanks.opened(3, KudosVisibility.PUBLIC, in_room=False),
    thanks.listed(((_KUDOS, _KUDOS.to),), ("Ana",), _NAMES),
    thanks.listed((), (), _NAMES),
    thanks.taken_back(),
    thanks.day_kept(Anniversary("p_ana", 29, 2)),
    thanks.no_day(),
    recap.recap(_CONTENT, "quarterly", preview=False),
    recap.recap(_EMPTY, "weekly", preview=True),
    recap.recap_scheduled("weekly"),
    recap.recap_scheduled(""),
    recap.automatic(on=True),
    recap.recap_paused(date(2027, 1, 4)),
    recap.recap_skipped(),
    celebration.uncelebrated(((_CELEBRATION, _ITEM),)),
    celebration.unthanked("SEO"),
)
EDIT_FORM = celebration.edit_form(_CELEBRATION, _ITEM, _NAMES)
LATER_FORM = celebration.later_form(_CELEBRATION, _ITEM, date(2026, 11, 23))
REWORD_FORM = thanks.reword_form(_KUDOS)
KUDOS_FORM = thanks.kudos_form(("courage", "care"))
