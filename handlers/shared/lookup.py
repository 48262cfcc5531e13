"""Find the revision, item key or person that typed words mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from handlers.context import Request
from handlers.errors import NotFound
from handlers.shared.rules.dates import end_of_day, format_day, parse_day, parse_revision
from handlers.shared.rules.names import (
    NoSuchName,
    check_named_exactly,
    find_person,
    mentioned_accounts,
)
from handlers.shared.rules.people_lists import find_one_person, find_people
from handlers.shared.rules.similarity import most_similar
from storage import item_queries, people, revisions, roadmap
from storage.store import Session
from storage.values.company import Audience, Directory, Person
from storage.values.questions import Plan, SortOrder
from storage.values.roadmap import Item, Revision, RevisionState

PERSON_ID = "p_"  # what ids of people begin with


async def revision_as_of(session: Session, words: str, today: date) -> Revision:
    """The published revision that *words* name: `R41`, a moment, or a day, which means its end in UTC.

    Raises NotFound if nothing was published by then, BadInput for anything else.
    """
    number = parse_revision(words)
    if number is not None:
        return await published_revision(session, number)
    moment = _parse_moment(words)
    day = moment.date() if moment else parse_day(words, today=today, past=True)
    return await revision_at(session, moment or end_of_day(day), format_day(day))


async def revision_at(session: Session, moment: datetime, typed: str) -> Revision:
    """The revision that was current at *moment*; *typed* names that moment in the error. Raises NotFound."""
    revision = await revisions.current_at(session, moment)
    if revision is None:
        raise NotFound(f"Nothing had been published by {typed} yet.", "current")
    return revision


async def published_revision(session: Session, number: int) -> Revision:
    """The published revision with that number. Raises NotFound, with what happened to it."""
    revision = await revisions.numbered(session, number)
    newest = await revisions.latest(session)
    if revision is None:
        until = f"The current version is {newest.name}." if newest else "Nothing has been published yet."
        raise NotFound(f"There is no R{number}. {until}", "current")
    if revision.state is RevisionState.PROPOSED:
        raise NotFound(f"{revision.name} waits for approval and is not a version of the roadmap yet.", "draft show")
    if revision.state is not RevisionState.PUBLISHED:
        raise NotFound(f"{revision.name} was {revision.state} and never became a version of the roadmap.", "current")
    return revision


async def current_revision(session: Session) -> Revision:
    """The current revision. Raises NotFound if nothing was published yet."""
    newest = await revisions.latest(session)
    if newest is None:
        raise NotFound(
            "Nothing has been published yet. An admin can import a roadmap: handshake import roadmap FILE --publish"
        )
    return newest


async def revision_to_read(session: Session, words: str, today: date) -> tuple[Revision, int | None]:
    """The revision to read and its number for a query; the number is None for the current one, which is read faster."""
    newest = await current_revision(session)
    if not words:
        return newest, None
    wanted = await revision_as_of(session, words, today)
    return wanted, None if wanted.number == newest.number else wanted.number


def _parse_moment(words: str) -> datetime | None:
    if "T" not in words and ":" not in words:
        return None
    try:
        at = datetime.fromisoformat(words)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


async def item_named(session: Session, key: str, audience: Audience, command: str, revision: int | None = None) -> Item:
    """The item that has or had that key, in any case, as *audience* may see it.

    Raises NotFound, in the same words for a key that no item has and for the key of a hidden item. The suggested keys
    are shown after *command*.
    """
    item = await roadmap.item(session, key, audience, revision)
    if item is None:
        raise await no_such_item(session, key, audience, command)
    return item


async def no_such_item(session: Session, key: str, audience: Audience, command: str, rest: str = "") -> NotFound:
    """What to raise when *audience* may know of no item *key*, with similar keys that they may."""
    similar = await suggest_keys(session, key, audience)
    return NotFound(f"There is no item {key} that you can see.", *(f"{command} {near}{rest}" for near in similar))


async def suggest_keys(session: Session, typed: str, audience: Audience, *, most: int = 3) -> tuple[str, ...]:
    """Keys similar to *typed* that *audience* may see, the most similar first; then items that mention it."""
    keys = (await item_queries.matching(session, Plan(order=SortOrder.KEY), audience, show=0)).keys
    alike = most_similar(typed.casefold(), {key: key.casefold() for key in keys}, most=most)
    mentioning = [item.key for item in await item_queries.search_items(session, typed, audience)]
    return tuple(dict.fromkeys([*alike, *mentioning]))[:most]


async def people_named(session: Session, request: Request, names: Directory, *typed: str) -> tuple[Person, ...]:
    """The people that *typed* names, each once; one string may name many. Raises NotFound, BadInput for nobody."""
    accounts = await _mentioned_people(session, request, typed)
    return find_people(names, typed, accounts=accounts, asker=names.person.get(request.person.id))


async def person_named(session: Session, request: Request, names: Directory, *typed: str) -> Person:
    """The one person that *typed* names. Raises NotFound, BadInput for nobody or several."""
    accounts = await _mentioned_people(session, request, typed)
    return find_one_person(names, typed, accounts=accounts, asker=names.person.get(request.person.id))


async def person_id_of(session: Session, request: Request, names: Directory, typed: str) -> str:
    """The id of the person that *typed* names, also of one who left: a name, an e-mail, a mention or the id itself.

    Buttons give the id, which stays good for a person who was forgotten. Raises NotFound.
    """
    if typed.startswith(PERSON_ID) and "@" not in typed:
        return typed
    return find_person(names, typed, accounts=await _mentioned_people(session, request, [typed]), also_former=True).id


async def person_named_exactly(session: Session, request: Request, names: Directory, typed: str) -> Person:
    """The person that *typed* names without any doubt: a mention, an e-mail or the full name. Raises NotFound, BadInput.

    For what gives or takes rights: a first name that fits one person today may fit another one tomorrow.
    """
    accounts = await _mentioned_people(session, request, [typed])
    try:
        person = find_one_person(names, [typed], accounts=accounts)
    except NoSuchName:  # perhaps somebody who left
        person = find_person(names, typed.strip(" \"'"), accounts=accounts, also_former=True)
    check_named_exactly([person], typed, names.former_emails)
    return person


async def _mentioned_people(session: Session, request: Request, typed: Sequence[str]) -> Mapping[str, str]:
    mentioned = mentioned_accounts(" ".join(typed))
    return await people.ids_of_accounts(session, request.account.platform, request.account.workspace, mentioned)
