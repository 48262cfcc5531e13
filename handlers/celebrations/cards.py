"""The cards of recognition. A public one names nobody who opted out, and says why it is here and how to stop it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from handlers.celebrations import recap_cards, thanks_cards
from handlers.celebrations.looking import Looked
from handlers.celebrations.rules import Part
from handlers.days import spoken
from handlers.phrases import item_name, listing, plural, team_name
from handlers.rhythms import Period
from integrations.ports.cards import (
    Block,
    Bold,
    Button,
    Buttons,
    Card,
    Form,
    TextField,
    context,
    text,
)
from storage.values import (
    Anniversary,
    Campaign,
    Celebration,
    CelebrationState,
    Directory,
    Item,
    Kind,
    Kudos,
    Openness,
    Person,
    Side,
    Status,
    Team,
)


def _people(found: Sequence[Part], names: Directory) -> str:
    """ "Ana Lima (owned it) and a colleague (helped)"."""
    said = [f"{names.name_of(part.person) or 'somebody who left'} ({part.role})" for part in found]
    return listing(said)


def _campaigns(item: Item, names: Directory) -> str:
    return listing([names.campaign[key].name for key in item.campaigns if key in names.campaign])


def _delivered(item: Item, names: Directory) -> list[Block]:
    since = f", begun on {spoken(item.start)}" if item.start else ""
    on = f" on {spoken(item.finished_on)}" if item.finished_on else ""
    campaigns = _campaigns(item, names)
    what = f" for {campaigns}" if campaigns else ""
    return [text(*item_name(item), f" was finished{on}{what}{since}. It was {team_name(item.team, names)}'s.")]


# ── drafts ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def draft(found: Celebration, item: Item, people: Sequence[Part], names: Directory, *, again: bool) -> Card:
    """To whoever decides."""
    number = str(found.id)
    offers = (
        Button("Post it", "celebrations post", number, f"celebrations post {number}", "primary"),
        Button("Edit", "celebrations edit", number, f'celebrations edit {number} text="…"', asks=True),
        Button("On Monday", "celebrations later", f"{number} Monday", f"celebrations later {number} Monday"),
        Button("Skip", "celebrations skip", number, f"celebrations skip {number}"),
    )
    thanks = [text("It would thank ", Bold(_people(people, names)), ".")] if people else []
    own = [text("Your words: ", found.text)] if found.text else []
    return Card(
        f"{'Still waiting: ' if again else ''}{item.title} is done. Say so?",
        (
            *_delivered(item, names),
            *thanks,
            *own,
            Buttons(offers),
            context(
                "Only you see this. Nothing is public before you say so; after two working days I remind you once."
            ),
        ),
    )


def celebration(found: Celebration, item: Item, people: Sequence[Part], names: Directory) -> Card:
    """To a room."""
    kind = "A milestone" if item.kind is Kind.MILESTONE else "It"
    thanks = [text("Thank you, ", Bold(_people(people, names)), ".")] if people else []
    own: list[Block] = [text(found.text)] if found.text else []
    undo = f"To take it back: celebrations undo {found.id}"
    return Card(
        f"Done: {item.title}",
        (
            *([text(f"{kind} is reached.")] if item.kind is Kind.MILESTONE else []),
            *_delivered(item, names),
            *own,
            *thanks,
            context(f"Here because this room follows it. {undo}. To stop: unsubscribe"),
        ),
    )


def waiting(rows: Sequence[tuple[Celebration, Item]]) -> Card:
    if not rows:
        return Card(
            "Nothing waits for your word", (text("When something you own is finished, I ask you whether to say so."),)
        )
    blocks: list[Block] = []
    for found, item in rows[:10]:
        number = str(found.id)
        when = f", to be posted on {spoken(found.due_at.date())}" if found.due_at else ""
        blocks.append(text(*item_name(item), f": celebration {number}{when}."))
        blocks.append(
            Buttons(
                (
                    Button("Post it", "celebrations post", number, f"celebrations post {number}", "primary"),
                    Button("Skip", "celebrations skip", number, f"celebrations skip {number}"),
                )
            )
        )
    return Card(f"{plural(len(rows), 'thing')} of yours {'is' if len(rows) == 1 else 'are'} done", tuple(blocks))


def finished(item: Item, made: int | None, waits: int, thanks: Sequence[str]) -> Card:
    """What `milestone done` answers."""
    who = f" {listing(list(thanks))} will be thanked." if thanks else ""
    if made:
        said = f"It was published as done already.{who}"
        button = Button("Post it", "celebrations post", str(made), f"celebrations post {made}", "primary")
        return Card(f"{item.key} is done", (text(said), Buttons((button,))))
    publish = Button("Publish", "publish", "", "publish")
    said = f"In the shared draft, {plural(waits, 'change')} there now.{who} Once it is published, I ask whoever owns it whether to say so."
    return Card(f"{item.key} is marked as done", (text(said), Buttons((publish,))))


def posted(found: Celebration, item: Item, rooms: int) -> Card:
    undo = Button("Take it back", "celebrations undo", str(found.id), f"celebrations undo {found.id}")
    return Card(
        f"Said in {plural(rooms, 'room')}",
        (text(f"{item.title}: each room reads it in its own hours."), Buttons((undo,))),
    )


def scheduled(found: Celebration, item: Item, day: date) -> Card:
    return Card(
        f"On {spoken(day)}, at nine your time", (text(f"{item.title}. To post it now: celebrations post {found.id}"),)
    )


def edited(found: Celebration, item: Item, changed: int) -> Card:
    said = f"{plural(changed, 'card')} will change in place." if changed else "It is not posted yet."
    button = Button("Post it", "celebrations post", str(found.id), f"celebrations post {found.id}", "primary")
    return Card(f"Noted for {item.title}", (text(said), *([] if changed else [Buttons((button,))])))


def skipped(item: Item) -> Card:
    return Card(f"Nothing is said about {item.title}", (text("It still stands in recaps of rooms that look back."),))


def undone(item: Item, count: int) -> Card:
    return Card("Taken back", (text(f"{item.title}: removed from {plural(count, 'room')}."),))


def edit_form(found: Celebration, item: Item, names: Directory) -> Form:
    people = "; ".join(names.person[each].email for each in found.thanks if each in names.person)
    return Form(
        "celebrations edit",
        f"Celebrate {item.key}",
        (
            TextField("text", "In your own words", found.text, "What was it for, and what was hard?", multiline=True, optional=True, max_length=600),
            TextField("thanks", "Who helped", people, "Names or e-mails, separated by semicolons", optional=True, max_length=600),
        ),
        value=str(found.id),
        submit="Save",
        words=f'celebrations edit {found.id} text="…" thanks="@a @b"',
    )  # fmt: skip


def form_opened(form: Form) -> Card:
    return Card(form.title, (text(f"Say: {form.words}"),))


def uncelebrated(rows: Sequence[tuple[Celebration, Item]]) -> Card:
    """To a lead."""
    blocks: list[Block] = []
    for found, item in rows[:10]:
        number = str(found.id)
        blocks.append(text(*item_name(item), " was finished two weeks ago or more."))
        blocks.append(
            Buttons(
                (
                    Button("Post it", "celebrations post", number, f"celebrations post {number}"),
                    Button("Skip", "celebrations skip", number, f"celebrations skip {number}"),
                )
            )
        )
    return Card(
        f"{plural(len(rows), 'thing')} shipped and nobody said so",
        (*blocks, context("Only you read this, as their lead.")),
    )


def unthanked(team: str) -> Card:
    button = Button("Thank somebody", "kudos", "", "kudos @somebody for …", asks=True)
    return Card(
        f"Nobody of {team} was thanked this quarter",
        (
            text("Something they did will come to mind."),
            Buttons((button,)),
            context("Only you read this, as their lead; nothing is counted by person."),
        ),
    )


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
_FOUND = Celebration(
    id=12,
    item="WEB-12",
    revision=7,
    state=CelebrationState.DRAFT,
    asked="p_bo",
    asked_at=_AT,
    made_at=_AT,
    text="Hard, and *worth* it.",
    due_at=_AT,
)
_PARTS = (Part("p_bo", "owned it"), Part("p_ana", "runs Spring Launch"))
_KUDOS = Kudos(
    id=3,
    by="p_bo",
    to=("p_ana",),
    openness=(Openness.PUBLIC,),
    reason="the night <shift>",
    value="care",
    campaign="spring",
    place=1,
    at=_AT,
)
_LOOKED = Looked(
    Period(date(2026, 10, 1), date(2026, 12, 31), "Q4 2026"),
    (_ITEM,) * 10,
    (_KUDOS,),
    ((Anniversary("p_ana", 29, 2, 2016), date(2027, 2, 28)),),
    _NAMES,
)
_NOTHING = Looked(_LOOKED.period, (), (), (), _NAMES)

EXAMPLES = (
    draft(_FOUND, _ITEM, _PARTS, _NAMES, again=False),
    draft(_FOUND, _ITEM, (), _NAMES, again=True),
    celebration(_FOUND, _ITEM, _PARTS, _NAMES),
    waiting(((_FOUND, _ITEM),)),
    waiting(()),
    finished(_ITEM, None, 3, ("Ana", "Bo")),
    finished(_ITEM, 12, 0, ()),
    posted(_FOUND, _ITEM, 3),
    scheduled(_FOUND, _ITEM, date(2026, 11, 23)),
    edited(_FOUND, _ITEM, 2),
    skipped(_ITEM),
    undone(_ITEM, 2),
    thanks_cards.given(3, ("Ana",), in_room=True),
    thanks_cards.thanked(_KUDOS, _NAMES),
    thanks_cards.kudos(_KUDOS, _NAMES),
    thanks_cards.opened(3, Openness.PRIVATE, in_room=True),
    thanks_cards.opened(3, Openness.PUBLIC, in_room=False),
    thanks_cards.taken_back(),
    thanks_cards.day_kept(Anniversary("p_ana", 29, 2)),
    thanks_cards.no_day(),
    recap_cards.recap(_LOOKED, "quarterly", preview=False),
    recap_cards.recap(_NOTHING, "weekly", preview=True),
    recap_cards.recap_scheduled("weekly"),
    recap_cards.recap_scheduled(""),
    recap_cards.automatic(on=True),
    recap_cards.recap_paused(date(2027, 1, 4)),
    recap_cards.recap_skipped(),
    uncelebrated(((_FOUND, _ITEM),)),
    unthanked("SEO"),
)
EDIT_FORM = edit_form(_FOUND, _ITEM, _NAMES)
KUDOS_FORM = thanks_cards.kudos_form(("courage", "care"))
