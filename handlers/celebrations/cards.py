"""The cards of recognition. A public one names nobody who opted out, and says why it is here and how to stop it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from handlers.celebrations.looking import Looked
from handlers.celebrations.picture import in_words
from handlers.celebrations.rules import Part, by_campaign, sides
from handlers.days import spoken
from handlers.phrases import item_name, listing, plural, team_name
from handlers.rhythms import Period
from integrations.ports.cards import (
    Block,
    Bold,
    Button,
    Buttons,
    Card,
    ChoiceField,
    Field,
    Form,
    Option,
    Span,
    Text,
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

SHOWN = 8  # items under one campaign; the rest is counted
STOP = "celebrations schedule off"
EVERY = {"weekly": "every week", "monthly": "every month", "quarterly": "every quarter", "": "never"}


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


# ── thanks ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def kudos_form(values: Sequence[str]) -> Form:
    fields: list[Field] = [
        TextField("to", "Whom do you thank?", hint="Names or e-mails, separated by semicolons", max_length=300),
        TextField("reason", "What for?", hint="What they did, and what it changed", multiline=True, max_length=600),
        TextField("campaign", "For which campaign?", optional=True, max_length=80),
    ]
    if values:
        options = tuple(Option(value, value) for value in values)
        fields.append(ChoiceField("value", "Which of our values?", options, optional=True))
    return Form("kudos", "Thank somebody", tuple(fields), submit="Thank", words="kudos @bo for …")


def given(number: int, to: Sequence[str], *, in_room: bool) -> Card:
    where = "If they like, it is shown in this room." if in_room else "If they like, it stands in recaps."
    undo = Button("Take it back", "kudos undo", str(number), f"kudos undo {number}")
    return Card(
        f"{listing(list(to))} {'is' if len(to) == 1 else 'are'} told", (text(f"Privately. {where}"), Buttons((undo,)))
    )


def thanked(found: Kudos, names: Directory) -> Card:
    """To one who is thanked."""
    number = str(found.id)
    value = f" Value: {found.value}." if found.value else ""
    where = "in the room where it was said, and in recaps" if found.place else "in recaps"
    return Card(
        f"{names.name_of(found.by) or 'Somebody who left'} thanks you",
        (
            text(f"For {found.reason}{_for_campaign(found, names)}.{value}"),
            Buttons(
                (
                    Button("Let others read it", "kudos show", number, f"kudos show {number}"),
                    Button("Keep it to myself", "kudos keep", number, f"kudos keep {number}"),
                )
            ),
            context(f"Nobody else reads it unless you say so; then it stands {where}."),
        ),
    )


def _for_campaign(found: Kudos, names: Directory) -> str:
    return f", for {names.campaign[found.campaign].name}" if found.campaign in names.campaign else ""


def kudos(found: Kudos, names: Directory) -> Card:
    """To the room where it was given."""
    who = listing([names.name_of(each) or "somebody who left" for each in found.shown])
    value = f" Value: {found.value}." if found.value else ""
    return Card(
        f"Thank you, {who}",
        (
            text(
                f"{names.name_of(found.by) or 'Somebody who left'}: for {found.reason}{_for_campaign(found, names)}.{value}"
            ),
            context(
                f"Shown because {'they' if len(found.shown) > 1 else 'that person'} said so. To take it back: kudos undo {found.id}"
            ),
        ),
    )


def opened(number: int, openness: Openness, *, in_room: bool) -> Card:
    if openness is Openness.PRIVATE:
        back = Button("Let others read it", "kudos show", str(number), f"kudos show {number}")
        return Card("Kept between you", (text("Nobody else reads it."), Buttons((back,))))
    back = Button("Keep it to myself", "kudos keep", str(number), f"kudos keep {number}")
    where = "In the room where it was said, and in recaps." if in_room else "In recaps of rooms that look back."
    return Card("Others may read it", (text(where), Buttons((back,))))


def taken_back() -> Card:
    return Card("Taken back", (text("It is removed everywhere it was posted."),))


def day_kept(wanted: Anniversary) -> Card:
    leap = " In years without a 29th it is the 28th." if (wanted.month, wanted.day) == (2, 29) else ""
    return Card(
        "I will remember",
        (
            text(f"{wanted.day} {date(2024, wanted.month, 1):%B}, in recaps of rooms you sit in.{leap}"),
            context("To stop: anniversary off"),
        ),
    )


def no_day() -> Card:
    return Card("No day of yours is remembered", (text("To begin: anniversary 1 March since=2016"),))


# ── looking back ─────────────────────────────────────────────────────────────────────────────────────────────────────


def recap(looked: Looked, rhythm: str, *, preview: bool) -> Card:
    """What was shipped together in a period, by campaign, with both sides' share."""
    title = f"Shipped together in {looked.period.words}"
    if not looked:
        return Card(
            f"{'Preview: ' if preview else ''}{title}: nothing yet",
            (text("Nothing was finished then that everybody here may see."),),
        )
    blocks: list[Block] = []
    if looked.items:
        blocks.append(text(Bold(plural(len(looked.items), "item")), f" done: {_share(looked)}."))
        blocks += [_heap(name, heap, looked.names) for name, heap in by_campaign(looked.items, looked.names)]
    blocks += [_thanks(looked)] if looked.thanks else []
    blocks += [_days(looked)] if looked.days else []
    offers = (
        (Button("Picture", "recap", f"{_said(looked.period)} png".strip(), f"recap {_said(looked.period)} png"),)
        if _said(looked.period)
        else ()
    )
    small = (
        f"This room looks back {EVERY[rhythm]}. To stop: {STOP}"
        if rhythm and not preview
        else "As everybody here may see it."
    )
    return Card(
        f"{'Preview: ' if preview else ''}{title}",
        (*blocks, *([Buttons(offers)] if offers else []), context(small)),
    )


def _said(period: Period) -> str:
    """The words that mean a whole quarter; "" for anything shorter."""
    return period.words if period.words.startswith("Q") else ""


def _share(looked: Looked) -> str:
    counts = sides(looked.items, looked.names)
    labels = ((Side.MARKETING, "Marketing"), (Side.IT, "IT"), (Side.OTHER, "others"))
    return listing([f"{counts[side]} by {label}" for side, label in labels if side in counts])


def _heap(name: str, heap: Sequence[Item], names: Directory) -> Text:
    spans: list[Span] = [Bold(f"{name} ({len(heap)})")]
    for item in heap[:SHOWN]:
        on = f", {spoken(item.finished_on)}" if item.finished_on else ""
        spans += ["\n• ", *item_name(item), f" – {team_name(item.team, names)}{on}"]
    if len(heap) > SHOWN:
        spans.append(f"\n… and {len(heap) - SHOWN} more")
    return Text(tuple(spans))


def _thanks(looked: Looked) -> Text:
    spans: list[Span] = [Bold("Thanks")]
    for found in looked.thanks[:SHOWN]:
        who = listing([looked.names.name_of(each) or "somebody who left" for each in found.shown])
        by = looked.names.name_of(found.by) or "somebody who left"
        spans.append(f"\n• {by} to {who}: {found.reason}")
    if len(looked.thanks) > SHOWN:
        spans.append(f"\n… and {len(looked.thanks) - SHOWN} more")
    return Text(tuple(spans))


def _days(looked: Looked) -> Text:
    spans: list[Span] = [Bold("Days to remember")]
    for each, day in looked.days:
        years = f", {day.year - each.since} years" if each.since and day.year > each.since else ""
        words = f": {each.words}" if each.words else ""
        spans.append(f"\n• {looked.names.name_of(each.person) or 'a colleague'}, {spoken(day)}{years}{words}")
    return Text(tuple(spans))


def markdown(looked: Looked) -> str:
    """The same as a page to take along."""
    lines = [
        f"# Shipped together in {looked.period.words}",
        "",
        f"{plural(len(looked.items), 'item')} done: {_share(looked) or 'nothing'}.",
        "",
    ]
    for name, heap in by_campaign(looked.items, looked.names):
        lines += [f"## {_plain(name)}", ""]
        lines += [
            f"- **{_plain(item.key)}** {_plain(item.title)} ({_plain(team_name(item.team, looked.names))}, {item.finished_on or 'no date'})"
            for item in heap
        ]
        lines.append("")
    if looked.thanks:
        lines += ["## Thanks", ""]
        for found in looked.thanks:
            who = listing([looked.names.name_of(each) for each in found.shown])
            lines.append(f"- {_plain(looked.names.name_of(found.by))} to {_plain(who)}: {_plain(found.reason)}")
        lines.append("")
    lines += [f"_{in_words(looked.items, looked.period, looked.names)}_", ""]
    return "\n".join(lines)


def _plain(words: str) -> str:
    """User text is text: what Markdown would read as markup is marked."""
    return "".join(f"\\{each}" if each in "\\`*_{}[]<>#|!" else each for each in words.replace("\n", " "))


def recap_scheduled(rhythm: str) -> Card:
    if not rhythm:
        return Card("This room no longer looks back", (text("To begin again: celebrations schedule weekly"),))
    begins = {"weekly": "week", "monthly": "month", "quarterly": "quarter"}[rhythm]
    preview = Button("Preview", "celebrations preview", "", "celebrations preview")
    return Card(
        f"This room looks back {EVERY[rhythm]}",
        (
            text(f"On the first working day of a {begins}, in this room's own hours, on what everybody here may see."),
            Buttons((preview,)),
            context(f"To stop: {STOP}"),
        ),
    )


def automatic(*, on: bool) -> Card:
    said = (
        "What ships is posted here as soon as it is published." if on else "Whoever shipped something is asked first."
    )
    return Card(f"Automatic celebrations are {'on' if on else 'off'} here", (text(said),))


def recap_paused(until: date) -> Card:
    return Card(f"No recap here before {spoken(until)}", (text("It goes on by itself after that."),))


def recap_skipped() -> Card:
    return Card("The next recap is left out", (text("The one after it comes as usual."),))


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
    given(3, ("Ana",), in_room=True),
    thanked(_KUDOS, _NAMES),
    kudos(_KUDOS, _NAMES),
    opened(3, Openness.PRIVATE, in_room=True),
    opened(3, Openness.PUBLIC, in_room=False),
    taken_back(),
    day_kept(Anniversary("p_ana", 29, 2)),
    no_day(),
    recap(_LOOKED, "quarterly", preview=False),
    recap(_NOTHING, "weekly", preview=True),
    recap_scheduled("weekly"),
    recap_scheduled(""),
    automatic(on=True),
    recap_paused(date(2027, 1, 4)),
    recap_skipped(),
    uncelebrated(((_FOUND, _ITEM),)),
    unthanked("SEO"),
)
EDIT_FORM = edit_form(_FOUND, _ITEM, _NAMES)
KUDOS_FORM = kudos_form(("courage", "care"))
