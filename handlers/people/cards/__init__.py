"""Every card and form of people, with an example of each."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from handlers.feature import OpenWork
from handlers.people.cards import leaving, profile
from handlers.people.rules import Holders
from handlers.shared.card_parts import redacted_card
from handlers.shared.leaving import left_card
from integrations.ports.cards import Card
from storage.values.company import Directory, Permission, Person, Side, Team
from storage.values.roadmap import Item, Revision, RevisionState

__all__ = ["EXAMPLES", "REASSIGN_FORM", "leaving", "profile"]

_ADA = Person("p_1", "ada@example.org", "Ada <!channel> 🎉", "seo", "Copy lead", Permission.PUBLISHER)
_BO = Person("p_2", "bo@example.org", "دانا", permission=Permission.ADMIN)
_SEO = Team("seo", "SEO & <core>", Side.MARKETING)
_NAMES = Directory(teams=(_SEO,), people=(_ADA, _BO))
_NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
_R42 = Revision(42, RevisionState.PUBLISHED, "p_2", "the API is late", _NOON, published_at=_NOON)
_HELD: Holders = {"admins": (_BO,), "publishers": (_ADA,), "bridge": ()}
_NOBODY: Holders = {"admins": (), "publishers": (), "bridge": ()}
_TOLD: dict[str, Any] = {
    "profile": {"name": "Ada", "email": "ada@example.org", "team": "seo"},
    "accounts": [{}], "acknowledgements": [], "items_owned": ["WEB-1"], "campaigns": [], "revisions": [],
    "rooms_subscribed": [], "audit": [],
}  # fmt: skip

EXAMPLES: tuple[Card, ...] = (
    profile.me(_ADA, _NAMES, [("slack", "T1", "U1"), ("teams", "", "29:x")], 41, 42, bridge=True),
    profile.me(_BO, _NAMES, [], 0, 0, bridge=False),
    profile.my_items((Item("WEB-1", "Consent <banner>", "seo", owner="p_1"),), 20, _NAMES, _R42),
    profile.my_items((), 0, _NAMES, None),
    profile.link_code("7KX4-P2M9", _NOON),
    profile.linked(_ADA, "teams"),
    profile.linked(_ADA, "slack", already=True),
    profile.unlinked("slack", 2),
    profile.first_admin(_BO),
    profile.visibility_changed(named=True),
    profile.visibility_changed(named=False),
    profile.colleagues(_SEO, (_ADA, _BO)),
    profile.colleagues(_SEO, ()),
    profile.roles({Side.MARKETING: _HELD, Side.IT: _NOBODY, Side.OTHER: _NOBODY}),
    profile.roles(dict.fromkeys(Side, _NOBODY)),
    profile.granted(_BO, Permission.PUBLISHER, Permission.VIEWER),
    profile.granted(_ADA, Permission.ADMIN, Permission.ADMIN),
    profile.bridge(_ADA, bridge=True, by_role=False),
    profile.bridge(_ADA, bridge=False, by_role=True),
    profile.bridge(_ADA, bridge=False, by_role=False),
    profile.exported(_TOLD, "handshake-about-me.json"),
    profile.calendar_is_off(),
    profile.calendar("https://handshake.example.org/calendar/x.ics"),
    profile.forget(("WEB-1", "WEB-2", "WEB-3", "WEB-4", "WEB-5", "WEB-6"), last_admin=True, by_settings=True),
    profile.forgotten(2, 0, 5),
    profile.forgotten(0, 0, 0),
    left_card(
        [(_BO, (OpenWork("owner of 2 open items (WEB-1 <b> and WEB-2)", leaving.reassign_buttons(_BO, _NAMES)),))]
    ),
    left_card([(_ADA, ())] * 20),
    leaving.forgotten_left((OpenWork("owner of the campaign Spring"),)),
    leaving.end_announced(_ADA, date(2026, 12, 31)),
    leaving.ended_before(_ADA),
    leaving.back(_ADA, _NAMES),
    leaving.stays(_ADA),
    leaving.never_left(_ADA),
    leaving.confirm_merge(_ADA, _BO),
    leaving.merged(_ADA, _BO),
    leaving.reassigned(("WEB-1", "spring"), 1, _ADA, (), _NAMES),
    leaving.same_person(_ADA, _BO, "Slack"),
    leaving.account_closed(_ADA, "Slack"),
    redacted_card(),
)
REASSIGN_FORM = leaving.reassign_form("p_1", _ADA.name)
