"""A small company in which every kind of object that not everybody may know of holds a word found nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from handlers.catalogue import FEATURES
from handlers.context import Policy
from storage import places
from storage.store import Store
from storage.values.company import Permission, Side, Team
from storage.values.roadmap import Kind, Status
from tests.app import BRAND, SEO, WEB, ChatApp, item

SECURITY = Team("sec", "Security", Side.IT)
DOMAIN = "x.org"
ADMINS = ("max", "ian")


@dataclass(frozen=True)
class Employee:
    """A person of the company. `manager` is another's name."""

    team: str
    permission: Permission = Permission.VIEWER
    manager: str = ""
    role: str = ""


PEOPLE: Mapping[str, Employee] = {
    "max": Employee("brand", Permission.ADMIN),
    "ian": Employee("web", Permission.ADMIN),
    "lea": Employee("brand"),  # leads the team Brand
    "cara": Employee("brand", manager="lea"),
    "carl": Employee("brand", Permission.CONTRIBUTOR, manager="lea"),
    "pia": Employee("brand", Permission.PUBLISHER, manager="lea"),
    "bea": Employee("seo", role="Marketing technologist"),  # a bridge person
    "hugo": Employee("seo"),  # the host of the dinners
    "asa": Employee("seo"),  # asks questions
    "ren": Employee("seo"),  # on a tour
    "tess": Employee("web", Permission.CONTRIBUTOR, manager="ian"),  # on the same tour
    "sid": Employee("sec", Permission.CONTRIBUTOR, manager="sol"),
    "sol": Employee("sec", Permission.PUBLISHER),
    "lou": Employee("seo", Permission.CONTRIBUTOR),  # left
}

# The room everybody of the company is in, and one that is shared with another organisation.
ROOM, SHARED_ROOM = "#room", "#shared"

# Who may read each planted word: people in a direct conversation, or everybody in a room by the room's name.
_SECURITY_TEAM = frozenset({"sid", "sol"})
_COMPANY = frozenset({*PEOPLE, ROOM}) - {"lou"}
KNOWN_TO: Mapping[str, frozenset[str]] = {
    "quokka": _SECURITY_TEAM,  # the title of an item that only its team may see
    "numbat": _SECURITY_TEAM,  # why it is edited in the draft
    "wombat": _SECURITY_TEAM,  # its new title in the draft
    "dingo": _SECURITY_TEAM,  # the title of an item that the draft opens to everybody
    "bilby": _SECURITY_TEAM,  # the title of a restricted item that the draft adds
    "echidna": _SECURITY_TEAM,  # the title of one that a proposal adds
    "tapir": _SECURITY_TEAM,  # the title of one that was finished, with a draft of its celebration
    "okapi": frozenset({"asa"}),  # a question asked in private
    "gerbil": frozenset({"asa", "bea", *ADMINS}),  # a question handed over; an admin may hand it to somebody else
    "jerboa": frozenset({"asa", "bea"}),  # its answer
    "lemur": frozenset({"asa"}),  # a question asked privately in a room
    "capybara": frozenset({"asa", "ren"}),  # the reason of thanks that stay between two people
    "ocelot": frozenset({"tess", *ADMINS}),  # the text of a celebration that its owner has not posted yet
    "margay": frozenset({"tess", "ren"}),  # what somebody wants to learn on a tour
    "serval": frozenset({"tess"}),  # the note in the profile of somebody on a tour
    "aardvark": frozenset({"tess", "ren", *ADMINS}),  # what got in the way of a tour
    "pangolin": frozenset({"tess", "ren"}),  # a debrief that is not shared
    "tamarin": frozenset({"cara", "hugo"}),  # a guest's diet
    "manatee": frozenset({"cara", "hugo"}),  # and access needs
    "kakapo": frozenset({*ADMINS, "hugo"}),  # where a dinner will be that nobody was asked to yet
    "marmot": _SECURITY_TEAM,  # the title of an item in a proposal that was rejected, and discarded
    "vicuna": _SECURITY_TEAM,  # the title of an item that has another key now
    "kinkajou": frozenset({"asa", "bea", *ADMINS}),  # a question handed over that nobody answered yet
    "narwhal": frozenset({"asa", "bea", *ADMINS}),  # a question that was answered for a team
    "kestrel": frozenset({"asa", "bea"}),  # its answer
    "puffin": _COMPANY,  # the reason of thanks that were made public
    "toucan": _COMPANY,  # a debrief that is shared
    "ibex": frozenset({"hugo", *ADMINS}),  # a question that somebody handed over who left
    "dugong": frozenset({"asa"}),  # the reason of thanks to somebody who left
    "caracal": frozenset(),  # the note in the profile of somebody who left
}

# Commands by which somebody who knows a word tells it to others, on purpose.
TOLD_BY: Mapping[str, frozenset[str]] = {
    "celebrations post": frozenset({"ocelot"}),
    "celebrations later": frozenset({"ocelot"}),
    "handoff": frozenset({"okapi", "gerbil", "lemur", "kinkajou", "ibex"}),
    "pass on": frozenset({"gerbil", "kinkajou", "ibex"}),
    "share post": frozenset({"okapi", "gerbil", "lemur", "jerboa"}),
    "kudos show": frozenset({"capybara"}),
    "dinner open": frozenset({"kakapo"}),
    "dinner pick": frozenset({"kakapo"}),
    "dinner post now": frozenset({"kakapo"}),
    "publish": frozenset({"dingo"}),  # the draft opens that item to everybody
}

# What people say to make the company, in this order: (who, words, room).
_BEFORE_THE_TOUR = (
    ("sid", 'item add SEC-6 title="Marmot keys" visible_to=sec', ""),
    ("sol", 'publish "no news"', ""),
    ("pia", 'reject R3 "not now"', ""),
    ("sid", "draft discard", ""),
    ("sid", "item rename SEC-7 SEC-8", ""),
    ("sol", 'publish "another key"', ""),
    ("pia", "approve R4", ""),
    ("sid", 'item add SEC-4 title="Echidna keys" visible_to=sec due=2027-01-05', ""),
    ("sol", 'publish "new keys"', ""),  # a proposal: the other side has to approve it
    ("sid", 'item edit SEC-1 title="Wombat vault" --why "the numbat asked for it"', ""),
    ("sid", 'item add SEC-2 title="Bilby audit" visible_to=sec', ""),
    ("sid", 'item edit SEC-3 visible_to=""', ""),
    ("asa", "is the okapi widget flux?", ""),
    ("asa", "is the gerbil widget flux?", ""),
    ("asa", "handoff Q2 @bea", ""),
    ("bea", 'answer Q2 "Jerboa says Monday"', ""),
    ("asa", "is the lemur widget flux?", ROOM),
    ("asa", "kudos @ren for capybara help", ""),
    ("ren", "kudos keep 1", ""),
    ("asa", "is the kinkajou widget flux?", ""),
    ("asa", "handoff Q4 @bea", ""),
    ("asa", "is the narwhal widget flux?", ""),
    ("asa", "handoff Q5 @bea", ""),
    ("bea", 'answer Q5 "Kestrel says Friday" --team', ""),
    ("sid", "what is Security working on?", ""),
    ("asa", "kudos @ren for puffin help", ROOM),
    ("ren", "kudos show 2", ""),
    ("lou", "is the ibex widget flux?", ""),
    ("lou", "handoff Q7 @hugo", ""),
    ("asa", "kudos @lou for dugong help", ""),
    ("lou", "tours join", ""),
    ("lou", 'tours profile note="caracal on Fridays"', ""),
    ("max", "people end @lou", ""),
    ("tess", 'celebrations edit 2 text="Ocelot banners are out"', ""),
    ("tess", "tours join", ""),
    ("ren", "tours join", ""),
    ("tess", 'tours profile offers="python" wants="margay" note="serval on Fridays"', ""),
    ("max", "tours plan", ""),
    ("max", "tours publish", ""),
    ("tess", "tours approve", ""),
    ("ren", "tours approve", ""),
    ("ian", "tours approve 1", ""),
    ("max", 'dinner plan Q1 --host @hugo --dates "2027-02-09, 2027-02-11" --place "Trattoria Roma"', ""),
    ("max", "dinner open Q1", ""),
    ("max", "dinner pick 2027-02-09", ""),
    ("cara", 'dinner rsvp yes --diet "tamarin" --access "manatee"', ""),
    ("max", 'dinner plan Q2 --host @hugo --dates "2027-05-10, 2027-05-11" --place "Kakapo Inn"', ""),
)
_DURING_THE_TOUR = (
    ("tess", 'tours checkin 1 no "the aardvark was ill"', ""),
    ("tess", 'tours debrief 1 "Bring a pangolin."', ""),
    ("ren", 'tours debrief 1 "Bring a toucan." --share', ""),
)


async def build(store: Store) -> ChatApp:
    """Fill *store* with the company, as its people would."""
    emails = frozenset(f"{name}@{DOMAIN}" for name in ADMINS)
    app = ChatApp(store, FEATURES, Policy(two_key="on", admins=emails))
    await _add_people(app)
    await _publish_items(app)
    for who, words, room in _BEFORE_THE_TOUR:
        await _say(app, who, words, room)
    app.advance(timedelta(days=10))
    await _say(app, "max", "jobs run tours.tick", "")
    for who, words, room in _DURING_THE_TOUR:
        await _say(app, who, words, room)
    return app


async def _add_people(app: ChatApp) -> None:
    await app.add_teams(WEB, SEO, BRAND, SECURITY)
    for name, employee in PEOPLE.items():
        await app.add_person(
            f"{name}@{DOMAIN}",
            employee.team,
            employee.permission,
            manager_email=f"{employee.manager}@{DOMAIN}" if employee.manager else "",
            role=employee.role,
        )
    await app.add_campaign(
        "spring-launch",
        "Spring Launch",
        start=date(2026, 11, 20),
        end=date(2027, 3, 1),
        owner="p_cara",
        it_partner="p_tess",
    )
    everybody = [f"p_{name}" for name in PEOPLE]
    async with app.store.transaction() as session:
        for room, external in ((ROOM, False), (SHARED_ROOM, True)):
            place = await places.ensure(session, "console", "", room, name=room)
            await places.set_members(session, place.id, everybody, known=not external, external=external)
            await places.subscribe(session, place.id, campaigns=(), teams=(), level="all", by="", at=app.now)


async def _publish_items(app: ChatApp) -> None:
    restricted = partial(item, team="sec", visible_to=("sec",), owner="p_sid", campaigns=("spring-launch",))
    unfinished = (
        restricted("SEC-1", "Quokka vault rotation"),
        restricted("SEC-3", "Dingo plan"),
        restricted("SEC-5", "Tapir move"),
        restricted("SEC-7", "Vicuna chest"),
        item("WEB-5", "Banners", owner="p_tess", campaigns=("spring-launch",)),
        item("WEB-6", "Order form", owner="p_tess"),
    )
    await app.publish(*unfinished)
    await app.publish(
        restricted("SEC-5", "Tapir move", kind=Kind.MILESTONE, status=Status.DONE),
        item("WEB-5", "Banners", owner="p_tess", campaigns=("spring-launch",), kind=Kind.MILESTONE, status=Status.DONE),
    )


async def _say(app: ChatApp, who: str, words: str, room: str) -> None:
    reply = await app.say(f"{who}@{DOMAIN}", words, room=room)
    if reply.exit:
        raise AssertionError(f"{who}: {words}: {dict(reply.facts)}")
