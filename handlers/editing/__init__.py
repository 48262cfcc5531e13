"""Changing the roadmap: edit the shared draft, publish it with or without an approval, revert a revision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from handlers.feature import Command, Compose, Feature, lazy_module
from storage.values.company import Permission

__all__ = ["FEATURE"]

if TYPE_CHECKING:
    from handlers.editing import hooks as _hooks
    from handlers.editing.commands import edit as _edit
    from handlers.editing.commands import forms as _forms
    from handlers.editing.commands import publish as _publish
    from handlers.editing.commands import rename as _rename
else:
    _hooks = lazy_module("handlers.editing.hooks")
    _edit = lazy_module("handlers.editing.commands.edit")
    _forms = lazy_module("handlers.editing.commands.forms")
    _rename = lazy_module("handlers.editing.commands.rename")
    _publish = lazy_module("handlers.editing.commands.publish")

OWNERS = ("owner", "owner_email", "it_partner", "it_partner_email")  # the fields that name a person


def _composers() -> Mapping[str, Compose]:
    from handlers.editing import notices
    from handlers.shared.replaced_edits import EDIT_REPLACED

    return {
        notices.APPROVAL_WANTED: notices.compose_approval_wanted,
        notices.APPROVAL_DECIDED: notices.compose_approval_decided,
        EDIT_REPLACED: notices.compose_edit_replaced,
    }


FEATURE = Feature(
    name="editing",
    title="Changing the roadmap",
    notices=_composers,
    commands=(
        Command(
            words="item edit",
            run=_edit.edit_item,
            usage='item edit KEY field=value --why "…"',
            does="Changes an item of your team in the shared draft; nobody is told until it is published.",
            examples=('item edit WEB-12 due=+9d --why "vendor is late"', "item edit WEB-12 status=blocked"),
            needs=Permission.CONTRIBUTOR,
            writes=True,
            takes=1,
            options=("why",),
            named=None,
            people=OWNERS,
        ),
        Command(
            words="item add",
            run=_edit.add_item,
            usage='item add KEY title="…" [field=value …] --why "…"',
            does="Puts a new item of your team into the shared draft; with visible_to=TEAM, for that team alone.",
            examples=(
                'item add WEB-99 title="Cookie audit" due=2027-03-01 campaign=spring-launch',
                'item add WEB-98 title="Vendor talks" visible_to=web',
            ),
            needs=Permission.CONTRIBUTOR,
            writes=True,
            takes=1,
            options=("why",),
            named=None,
            people=OWNERS,
        ),
        Command(
            words="item edit form",
            run=_forms.edit_form,
            usage="item edit form KEY [field=value …]",
            does="Opens a form to change an item of your team.",
            examples=("item edit form WEB-12", "item edit form WEB-12 status=done"),
            needs=Permission.CONTRIBUTOR,
            takes=1,
            named=None,
        ),
        Command(
            words="item add form",
            run=_forms.add_form,
            usage="item add form [field=value …]",
            does="Opens a form for a new item of your team.",
            examples=("item add form", 'item add form title="Landing page"'),
            needs=Permission.CONTRIBUTOR,
            named=None,
        ),
        Command(
            words="item rename",
            run=_rename.rename_item,
            usage='item rename KEY NEW-KEY --why "…"',
            does="Gives an item of your team another key, in the shared draft; the old key still finds it.",
            examples=("item rename WEB-12 SHOP-12",),
            needs=Permission.CONTRIBUTOR,
            writes=True,
            takes=2,
            options=("why",),
        ),
        Command(
            words="campaign edit",
            run=_edit.edit_campaign,
            usage='campaign edit KEY field=value --why "…"',
            does="Changes a campaign's dates, owner, IT partner or status in the shared draft.",
            examples=('campaign edit spring-launch end=2027-05-31 --why "one week more"',),
            needs=Permission.CONTRIBUTOR,
            writes=True,
            takes=5,
            options=("why",),
            named=None,
            people=OWNERS,
        ),
        Command(
            words="draft",
            run=_publish.show_draft,
            does="The same as draft show.",
        ),
        Command(
            words="draft show",
            run=_publish.show_draft,
            does="Shows what waits to be published and the proposal that waits for approval, with who changed what.",
        ),
        Command(
            words="draft discard",
            run=_publish.discard_draft,
            usage="draft discard [KEY] [--all]",
            does="Throws your edits away, all of them or those of one item; a publisher also those of everybody.",
            examples=("draft discard WEB-12", "draft discard"),
            needs=Permission.CONTRIBUTOR,
            writes=True,
            never_suggested=True,
            takes=1,
            switches=("all",),
        ),
        Command(
            words="publish",
            run=_publish.publish,
            usage='publish ["reason"] [--now]',
            does="Makes the draft the current version, or proposes it to the other side where it has to approve.",
            examples=('publish "Vendor moved the tag manager"', "publish --now"),
            needs=Permission.PUBLISHER,
            writes=True,
            never_suggested=True,
            takes=40,
            options=("why",),
            switches=("now",),
        ),
        Command(
            words="approve",
            run=_publish.approve,
            usage="approve R43",
            does="Approves the other side's proposal: it becomes the current version.",
            needs=Permission.PUBLISHER,
            writes=True,
            never_suggested=True,
            takes=1,
        ),
        Command(
            words="reject",
            run=_publish.reject,
            usage='reject R43 "why"',
            does="Refuses a proposal; its changes go back to the draft.",
            examples=('reject R43 "the date collides with the fair"',),
            needs=Permission.PUBLISHER,
            writes=True,
            never_suggested=True,
            takes=40,
            options=("why",),
            named=("why",),
        ),
        Command(
            words="revert",
            run=_publish.revert,
            usage="revert R43",
            does="Puts the reverse of a revision into the draft, for you to look at and publish.",
            needs=Permission.PUBLISHER,
            writes=True,
            never_suggested=True,
            takes=1,
        ),
        Command(
            words="whatif",
            run=_publish.whatif,
            usage="whatif KEY field=value",
            does="Tells what a change would mean and how many rooms would be notified. Writes nothing.",
            examples=("whatif WEB-12 due=+9d",),
            takes=1,
            named=None,
            people=OWNERS,
        ),
    ),
    on_published=_hooks.on_published,
    export_person=_hooks.export_person,
    forget_person=_hooks.forget_person,
)
