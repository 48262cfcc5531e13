"""Fill a store with the sample company, through the same functions that real files and people use."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.app import App, build_app
from bot.delivery.factory import build_delivery
from bot.delivery.sqlite_worker import deliver_due
from bot.demo.company import SampleCompany, SampleRevision
from handlers.importing.rules.report import FileKind, Importer, ImportOptions
from handlers.importing.workflow.files import import_file
from integrations.ports.clock import FixedClock
from integrations.ports.inbound import Account, CommandText, ConversationRef
from storage import acknowledgements
from storage.directory import directory
from storage.values.acknowledgements import Acknowledgement
from storage.values.company import Directory, Side

# Rooms subscribe before the last two revisions: each shows the newest notice, and the one before it as superseded.
REVISIONS_FOLLOWED = 2
# The platform recorded for each side's acknowledgements.
_PLATFORM = {Side.MARKETING: "slack", Side.IT: "teams", Side.OTHER: "slack"}


class BrokenSample(Exception):
    """The sample company does not fit this program; the text says which part."""


async def build_sample(app: App, company: SampleCompany) -> None:
    """Fill an empty store with *company* as of the app's clock.

    Past revisions are published at their own dates, so that questions about history work.
    """
    await _replay_year(app, company)
    _, deliverer = build_delivery(app)
    await deliver_due(app.store, deliverer.deliver, app.ctx.clock)


async def _replay_year(app: App, company: SampleCompany) -> None:
    start = _app_at(app, company.revisions[0].at - timedelta(days=1))
    await _import(start, "teams", company.teams, ImportOptions(), Importer())
    await _import(start, "people", company.people, ImportOptions(), Importer())
    await _import(start, "campaigns", company.campaigns, ImportOptions(), Importer())
    async with app.store.reading() as session:
        names = await directory(session)
    for number, revision in enumerate(company.revisions, start=1):
        if number == len(company.revisions) - REVISIONS_FOLLOWED + 1:
            await _subscribe(_app_at(app, revision.at - timedelta(hours=1)), company)
        await _publish(_app_at(app, revision.at), revision, names)
    await _acknowledge(app, company, names)
    for edit in company.draft:
        value = f'"{edit.value}"' if " " in edit.value else edit.value
        await _say(app, edit.author, f'item edit {edit.key} {edit.field}={value} --why "{edit.why}"')


def _app_at(app: App, moment: datetime) -> App:
    return build_app(app.settings, app.store, FixedClock(moment))


async def _import(app: App, what: FileKind, text: str, options: ImportOptions, by: Importer) -> None:
    report = await import_file(app.ctx, what, text.encode(), options, by)
    if report.errors:
        raise BrokenSample(f"{what}: {report.errors[0]}")


async def _publish(app: App, revision: SampleRevision, names: Directory) -> None:
    options = ImportOptions(publish=True, reason=revision.reason)
    await _import(app, "roadmap", revision.roadmap, options, Importer(person=names.by_email[revision.author].id))


async def _subscribe(app: App, company: SampleCompany) -> None:
    for room in company.rooms:
        words = f"subscribe roadmap {room.subscription}".strip()
        await _say(app, "greta.sandoval@example.com", words, room.name)


async def _say(app: App, email: str, words: str, room: str = "") -> None:
    place = ConversationRef("console", room or f"@{email}", name=room, direct=not room)
    reply = await app.dispatch(
        CommandText(account=Account("console", email, email=email), conversation=place, words=words)
    )
    if reply.exit:
        raise BrokenSample(f"“{words}” by {email}: {reply.facts.get('error')}")


async def _acknowledge(app: App, company: SampleCompany, names: Directory) -> None:
    published = company.revisions[-1].at
    async with app.store.transaction() as session:
        for minutes, (email, number) in enumerate(company.acknowledged.items()):
            person = names.by_email[email]
            acknowledgement = Acknowledgement(
                person.id, number, published + timedelta(minutes=minutes), _PLATFORM[names.side_of(person)], email
            )
            await acknowledgements.acknowledge(session, acknowledgement)
