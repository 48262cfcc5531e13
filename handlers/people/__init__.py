"""People: one's own profile, accounts and data, and the roles that admins grant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.feature import Command, Feature, Job, lazy_module
from handlers.shared.rules.schedule import Every
from storage.values.company import Permission

__all__ = ["FEATURE"]

if TYPE_CHECKING:
    from handlers.people import hooks as _hooks
    from handlers.people import jobs as _jobs
    from handlers.people.commands import accounts as _accounts
    from handlers.people.commands import calendar as _calendar
    from handlers.people.commands import membership as _membership
    from handlers.people.commands import privacy as _privacy
    from handlers.people.commands import profile as _profile
    from handlers.people.commands import roles as _roles
else:
    _hooks = lazy_module("handlers.people.hooks")
    _jobs = lazy_module("handlers.people.jobs")
    _accounts = lazy_module("handlers.people.commands.accounts")
    _calendar = lazy_module("handlers.people.commands.calendar")
    _membership = lazy_module("handlers.people.commands.membership")
    _privacy = lazy_module("handlers.people.commands.privacy")
    _profile = lazy_module("handlers.people.commands.profile")
    _roles = lazy_module("handlers.people.commands.roles")


FEATURE = Feature(
    name="people",
    title="You, your team and who may do what",
    commands=(
        Command(
            words="me",
            run=_profile.show_me,
            does="Shows who I take you for: team, permission, accounts, and the newest version you said you have.",
        ),
        Command(
            words="me items",
            run=_profile.list_my_items,
            does="Lists the open items that you own.",
        ),
        Command(
            words="me calendar",
            run=_calendar.show_calendar_address,
            does="The address of your own calendar, with your dinners and tours, to subscribe to.",
        ),
        Command(
            words="me calendar new",
            run=_calendar.renew_calendar_address,
            does="Gives your calendar another address; the old one stops working at once.",
            writes=True,
            never_suggested=True,
        ),
        Command(
            words="me calendar off",
            run=_calendar.stop_calendar,
            does="Closes your calendar: its address stops working at once.",
            writes=True,
            never_suggested=True,
        ),
        Command(
            words="me link",
            run=_accounts.link_account,
            usage="me link [CODE]",
            does="Makes a code on one platform; typed on the other one, it tells me that both accounts are you.",
            examples=("me link", "me link 7KX4-P2M9"),
            writes=True,
            takes=2,
            allows_strangers=True,
        ),
        Command(
            words="me unlink",
            run=_accounts.unlink_accounts,
            usage="me unlink PLATFORM",
            does="Forgets your accounts on one platform.",
            examples=("me unlink slack", "me unlink teams"),
            writes=True,
            never_suggested=True,
            takes=1,
        ),
        Command(
            words="me admin",
            run=_accounts.claim_first_admin,
            usage="me admin CODE",
            does="Makes you the first admin, with the code that `handshake doctor` prints while there is none.",
            examples=("me admin 7KX4-P2M9",),
            writes=True,
            never_suggested=True,
            takes=2,
            allows_strangers=True,
        ),
        Command(
            words="me hide",
            run=_profile.hide_name,
            does="Calls you “a colleague” on every card that others read.",
            writes=True,
        ),
        Command(
            words="me show",
            run=_profile.show_name,
            does="Lets cards that others read name you again.",
            writes=True,
            never_suggested=True,
        ),
        Command(
            words="me export",
            run=_privacy.export_my_data,
            does="Gives you everything I know about you, as a file.",
        ),
        Command(
            words="me forget",
            run=_privacy.forget_me,
            usage="me forget [--yes]",
            does="Shows what would go and what would stay; with --yes, forgets you.",
            examples=("me forget", "me forget --yes"),
            writes=True,
            never_suggested=True,
            takes=1,
            switches=("yes",),
        ),
        Command(
            words="people",
            run=_profile.list_colleagues,
            usage="people [TEAM]",
            does="Lists who is in a team, yours if you name none.",
            examples=("people", "people seo"),
            takes=3,
        ),
        Command(
            words="people end",
            run=_membership.end,
            usage="people end PERSON [--on DATE]",
            does="Ends somebody's membership, now or from that day on, and lists the decisions that are left.",
            examples=("people end @eva", "people end eva@example.org --on 2026-12-31"),
            needs=Permission.ADMIN,
            writes=True,
            never_suggested=True,
            takes=6,
            options=("on",),
        ),
        Command(
            words="people back",
            run=_membership.back,
            usage="people back PERSON",
            does="Brings somebody back who left, with their team and permission, or withdraws an announced end.",
            examples=("people back @eva",),
            needs=Permission.ADMIN,
            writes=True,
            takes=6,
        ),
        Command(
            words="people left",
            run=_membership.list_former,
            does="Lists who left, and the decisions that are left.",
            needs=Permission.ADMIN,
        ),
        Command(
            words="people merge",
            run=_membership.merge,
            usage="people merge OLD NEW [--yes]",
            does="Merges two entries of one person: shows the effect first, and merges with --yes.",
            examples=("people merge eva.lang@example.org eva@example.org",),
            needs=Permission.ADMIN,
            writes=True,
            never_suggested=True,
            takes=3,
            switches=("yes",),
        ),
        Command(
            words="people reassign",
            run=_membership.reassign,
            usage='people reassign PERSON [NEW OWNER] [--why "…"]',
            does="Gives somebody's open items and campaigns to somebody else, as changes in the shared draft.",
            examples=("people reassign eva@example.org @bo",),
            needs=Permission.ADMIN,
            writes=True,
            never_suggested=True,
            takes=6,
            options=("why",),
            named=("to",),
        ),
        Command(
            words="roles",
            run=_roles.list_roles,
            does="Lists who publishes, who administers and who connects the sides.",
        ),
        Command(
            words="roles grant",
            run=_roles.grant_permission,
            usage="roles grant PERSON viewer|contributor|publisher|admin",
            does="Changes what somebody may do.",
            examples=("roles grant @ada publisher", "roles grant bo@example.org viewer"),
            needs=Permission.ADMIN,
            writes=True,
            never_suggested=True,
            takes=7,
        ),
        Command(
            words="roles bridge",
            run=_roles.make_bridge,
            usage="roles bridge PERSON",
            does="Names somebody who connects the sides and gets the questions that nobody owns.",
            examples=("roles bridge @ada",),
            needs=Permission.ADMIN,
            writes=True,
            never_suggested=True,
            takes=6,
        ),
        Command(
            words="roles unbridge",
            run=_roles.remove_bridge,
            usage="roles unbridge PERSON",
            does="Takes that back.",
            examples=("roles unbridge @ada",),
            needs=Permission.ADMIN,
            writes=True,
            never_suggested=True,
            takes=6,
        ),
    ),
    jobs=(
        Job(
            name="people.end",
            does="Ends the membership of people whose announced last day is over.",
            schedule=Every(15),
            catch_up="last",
            run=_jobs.end_due,
        ),
    ),
    export_person=_hooks.export_person,
    forget_person=_hooks.forget_person,
    open_work=_hooks.open_work,
)
