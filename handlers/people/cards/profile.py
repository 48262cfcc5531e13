"""Cards about a person's profile, accounts, data and role. All are private, except teams and roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from handlers.people.rules import Holders
from handlers.shared.card_parts import buttons, item_table, revision_words, team_name
from handlers.shared.rules.phrases import join_names, plural
from handlers.shared.rules.sides import side_name
from integrations.ports.cards import (
    Block,
    Bold,
    Button,
    Card,
    Context,
    Fields,
    Link,
    Spans,
    Table,
    Text,
    When,
    context,
    text,
)
from storage.values.company import Directory, Permission, Person, Side, Team
from storage.values.roadmap import Item, Revision

PLATFORM_LABELS = {"slack": "Slack", "teams": "Teams", "console": "the console"}
PERMISSION_WORDS = {
    Permission.VIEWER: "read, ask, acknowledge",
    Permission.CONTRIBUTOR: "also edit your own team's items and subscribe your rooms",
    Permission.PUBLISHER: "also publish, and approve for your side",
    Permission.ADMIN: "everything, roles included",
}
SHOWN = 15  # items in a list; the rest is counted
CONFIRMED = "yes"  # the button's value, the same as --yes

AccountKey = tuple[str, str, str]  # platform, workspace, account id


def platform_name(platform: str) -> str:
    return PLATFORM_LABELS.get(platform, platform)


def account_facts(account: AccountKey) -> dict[str, str]:
    platform, workspace, external_id = account
    return {"platform": platform, "workspace": workspace, "account": external_id}


def me(
    person: Person, names: Directory, accounts: Sequence[AccountKey], acknowledged: int, newest: int, *, bridge: bool
) -> Card:
    """The reader's profile. *acknowledged* and *newest* are revision numbers, 0 for none."""
    side = side_name(names.side_of(person), "Neither side")
    linked = join_names([f"{platform_name(platform)} ({account})" for platform, _, account in accounts])
    pairs: list[tuple[str, Spans]] = [
        ("E-mail", (person.email,)),
        ("Team", (f"{team_name(person.team, names)} ({side})" if person.team else "none yet",)),
        ("May", (f"{person.permission}: {PERMISSION_WORDS[person.permission]}",)),
        ("Accounts", (linked or "none linked",)),
        ("Version", (_version(acknowledged, newest),)),
        ("On cards that others read", ("named" if person.named_publicly else "“a colleague”",)),
    ]
    if person.role:
        pairs.insert(2, ("Role", (person.role,)))
    if bridge:
        pairs.append(("Bridge", ("you connect the sides and get the questions that nobody owns",)))
    return Card(
        f"You are {person.name or person.email}",
        (Fields(tuple(pairs)), _my_buttons(person, behind=acknowledged < newest)),
    )


def _version(acknowledged: int, newest: int) -> str:
    if not newest:
        return "nothing has been published yet"
    if acknowledged >= newest:
        return f"you have R{newest}, the current one"
    had = f"you said you have R{acknowledged}" if acknowledged else "you have not said yet that you have one"
    return f"{had}; R{newest} is current"


def _my_buttons(person: Person, *, behind: bool) -> Block:
    hiding = (
        Button("Do not name me", "me hide", words="me hide")
        if person.named_publicly
        else Button("Name me again", "me show", words="me show")
    )
    catching_up = [Button("What is new for me", "catchup", words="catchup", style="primary")] if behind else []
    return buttons(
        *catching_up,
        Button("Link another account", "me link", words="me link"),
        hiding,
        Button("My data", "me export", words="me export"),
        Button("Forget me", "me forget", words="me forget"),
    )


def my_items(items: Sequence[Item], total: int, names: Directory, revision: Revision | None) -> Card:
    """The reader's open items; *total* includes those that are not shown."""
    if not items:
        return Card("Your items", (text("No open item names you as its owner."), context(revision_words(revision))))
    head = text(Bold(plural(total, "open item")), ", the next due date first.")
    return Card("Your items", (head, item_table(items, names, total), context(revision_words(revision))))


def link_code(code: str, until: datetime) -> Card:
    return Card(
        "Your code",
        (
            text(Bold(code)),
            text("On the other platform, in a direct conversation with me, type: ", Bold(f"me link {code}")),
            context("Good once, until ", When(until), ". Give it to nobody: whoever types it becomes you here."),
        ),
    )


def linked(owner: Person, platform: str, *, already: bool = False) -> Card:
    title = "Linked already" if already else "Linked"
    state = "is yours already" if already else "is yours now"
    return Card(
        title,
        (
            text(f"This {platform_name(platform)} account {state}, ", Bold(owner.name or owner.email), "."),
            context(f"Not you? Type: me unlink {platform}"),
        ),
    )


def unlinked(platform: str, count: int) -> Card:
    return Card(
        "Unlinked",
        (
            text(f"I forgot {plural(count, 'account')} of yours on {platform_name(platform)}."),
            context("Where the platform confirms your e-mail, saying something to me there links it again."),
        ),
    )


def first_admin(person: Person) -> Card:
    return Card(
        "You are the first admin",
        (
            text(Bold(person.name or person.email), " may now give roles, import people and teams, and run rounds."),
            buttons(Button("Who may do what", "roles", words="roles"), Button("Help", "help", words="help")),
        ),
    )


def visibility_changed(*, named: bool) -> Card:
    if named:
        return Card("You are named again", (text("Cards that others read say your name from now on."),))
    sentence = "Cards that others read call you “a colleague” from now on. Celebrations, thanks and recaps that stand already change within half an hour; other cards stay as they are."
    return Card(
        "You are not named any more", (text(sentence), buttons(Button("Name me again", "me show", words="me show")))
    )


def colleagues(team: Team, members: Sequence[Person]) -> Card:
    """The members of a team; only names and roles, because others may read it."""
    head = f"{plural(len(members), 'person', 'people')}, {side_name(team.side, 'Neither side')}"
    rows = tuple(((person.name or "–",), (person.role or "–",)) for person in members)
    return Card(team.name, (text(f"{head}."), *([Table(("Name", "Role"), rows)] if rows else [])))


def roles(sides: Mapping[Side, Holders]) -> Card:
    """Admins, publishers and bridges, by side."""
    titles = {"admins": "Admins", "publishers": "Publishers", "bridge": "Bridge"}
    shown = [side for side in Side if side is not Side.OTHER or any(sides[side].values())]
    blocks: list[Block] = []
    for side in shown:
        lines: list[Any] = [Bold(side_name(side, "Neither side"))]
        for role, title in titles.items():
            lines.append(f"\n• {title}: {join_names([holder.name for holder in sides[side][role]]) or 'nobody yet'}")
        blocks.append(Text(tuple(lines)))
    return Card("Who may do what", (*blocks, _roles_note(sides)))


def _roles_note(sides: Mapping[Side, Holders]) -> Context:
    if not any(roles["admins"] for roles in sides.values()):
        return context(
            "There is no admin yet: whoever runs Handshake gets a code for the first one from: handshake doctor"
        )
    return context("Admins publish too, and change this with: roles grant PERSON publisher")


def granted(person: Person, permission: Permission, before: Permission) -> Card:
    name = person.name or person.email
    if permission is before:
        return Card("Nothing changed", (text(Bold(name), f" ({person.email}) is a {permission} already."),))
    blocks: list[Block] = [text(Bold(name), f" ({person.email}) is a {permission} now; before, a {before}.")]
    if permission is Permission.PUBLISHER and not person.team:
        blocks.append(text("They belong to no team, and so to no side: they cannot give a side's key."))
    undo = f"roles grant {person.email} {before}"
    blocks.append(buttons(Button("Undo", "roles grant", f"{person.email} {before}", words=undo)))
    return Card("Role changed", tuple(blocks))


def bridge(person: Person, *, bridge: bool, by_role: bool) -> Card:
    name = Bold(person.name or person.email)
    if bridge:
        words = f"roles unbridge {person.email}"
        undo = buttons(Button("Undo", "roles unbridge", person.email, words=words))
        return Card("Bridge named", (text(name, " connects the sides now."), undo))
    if by_role:
        sentence = f" stays a bridge person all the same: their role is “{person.role}”."
        return Card("Bridge by role", (text(name, sentence),))
    return Card("Bridge no longer", (text(name, " does not connect the sides any more."),))


def calendar(address: str) -> Card:
    """The address of the reader's calendar."""
    return Card(
        "Your dinners and tours, in your calendar",
        (
            text("Subscribe to this address in your calendar program: ", Link("your calendar", address)),
            text(address),
            context("Anybody who has the address can read your calendar, so keep it to yourself."),
            buttons(
                Button("New address", "me calendar new", words="me calendar new"),
                Button("Turn it off", "me calendar off", words="me calendar off"),
            ),
        ),
    )


def calendar_is_off() -> Card:
    return Card(
        "Your calendar is off",
        (
            text("No address of it works. Dinners and tours still come with calendar files."),
            buttons(Button("New address", "me calendar new", words="me calendar new")),
        ),
    )


def exported(data: Mapping[str, Any], file_name: str) -> Card:
    """The reply beside the exported file: how much of what it holds."""
    profile = data["profile"]
    counts = ", ".join(
        plural(len(data[part]), one, many)
        for part, one, many in (
            ("accounts", "account", ""),
            ("acknowledgements", "acknowledgement", ""),
            ("items_owned", "item", ""),
            ("campaigns", "campaign", ""),
            ("revisions", "signed revision", ""),
            ("rooms_subscribed", "room you subscribed", "rooms you subscribed"),
            ("audit", "line of the audit", "lines of the audit"),
        )
    )
    return Card(
        "Everything I know about you",
        (
            Fields(
                (("Name", (profile["name"],)), ("E-mail", (profile["email"],)), ("Team", (profile["team"] or "none",)))
            ),
            text(f"Besides your profile: {counts}."),
            context(f"All of it is in {file_name}. To have it removed: me forget"),
        ),
    )


FORGOTTEN_DATA = (
    "your row: name, e-mail, team, role, skills, diet",
    "your accounts, codes and the rooms you sit in",
    "where you did things from",
    "reasons of revisions that you wrote, and reasons that name you",
    "cards and files in my own ledger and rooms that name you",
    "questions you asked, those of others that name you and their answers, and which items you follow",
)
KEPT_DATA = (
    "what you did, under an opaque id that names nobody, so that history can still be proved",
    "items you own, with nobody's name on them",
    "answers you gave to questions, with nobody's name on them",
    "what an item's own title or summary says; edit that first",
    "what I posted in Slack or Teams and they keep; it can be deleted there",
)


def forget(owned: Sequence[str], *, last_admin: bool, by_settings: bool) -> Card:
    """What forgetting means, with the button that does it."""
    blocks: list[Block] = [_bullets("Goes", FORGOTTEN_DATA), _bullets("Stays", KEPT_DATA)]
    if owned:
        keys = join_names(owned[:5]) if len(owned) <= 5 else f"{', '.join(owned[:5])} and {len(owned) - 5} more"
        blocks.append(text(f"You own {keys}. Hand over what is still open first."))
    if last_admin:
        blocks.append(text("You are the last admin: name another one first, or nobody can give roles."))
    if by_settings:
        blocks.append(text("HANDSHAKE_ADMINS names you: until it no longer does, your next word makes a new row."))
    blocks.append(buttons(Button("Forget me", "me forget", CONFIRMED, words="me forget --yes", style="danger")))
    blocks.append(context("This cannot be undone. If people.csv still lists you, the next import brings you back."))
    return Card("Forget me", tuple(blocks))


def _bullets(title: str, lines: Sequence[str]) -> Text:
    return Text((Bold(title), *[f"\n• {line}" for line in lines]))


def forgotten(reasons: int, whys: int, cards: int) -> Card:
    lost = [
        plural(count, one) for count, one in ((reasons, "revision"), (whys, "waiting edit"), (cards, "card")) if count
    ]
    also = f"{join_names(lost)} lost the words about you." if lost else "No free text named you."
    return Card("Forgotten", (text("I do not know you any more. ", also),))
