"""Nobody reads what they may not: no planted word in any reply, card, fact, error, log line, or notice that follows."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.delivery.calls import stored_card
from handlers.catalogue import FEATURES
from integrations.plain.render import card_text
from integrations.ports.cards import Card, to_json
from integrations.ports.inbound import Reply
from storage import deliveries, places
from storage.store import Store
from storage.values.deliveries import Delivery, DeliveryKind
from tests.app import ChatApp
from tests.confidentiality.company import KNOWN_TO, build
from tests.confidentiality.matrix import SPEAKERS, Cell, cells, forbidden_words, told_on_purpose

SAMPLE_STEP = 251  # a prime, so that the sample meets every speaker, place and command


class Company:
    """The company of the matrix: built once, and put back after everything that changed it."""

    def __init__(self, folder: Path, empty: Path) -> None:
        self._built, self._used = folder / "built.db", folder / "used.db"
        shutil.copy(empty, self._used)
        self.store = Store(f"sqlite:///{self._used}")
        self.app: ChatApp | None = None

    async def build(self) -> None:
        self.app = await build(self.store)
        async with self.store.reading() as session:
            self._newest_delivery = await deliveries.newest(session)
        await self.store.close()
        shutil.copy(self._used, self._built)

    async def restore(self) -> None:
        await self.store.close()
        shutil.copy(self._built, self._used)

    async def leaks_of(self, every_cell: Iterable[Cell]) -> list[str]:
        """What people learned that they may not know, a line each."""
        assert self.app is not None
        leaks = []
        for number, cell in enumerate(every_cell):
            with capture_logs() as logs:
                reply = await self.app.dispatch(cell.event(number))
            reader = cell.speaker if reply.private else cell.room
            words = forbidden_words(reader, cell.words) & planted_words(*_shown(reply), repr(logs))
            if words:
                leaks.append(f"{cell.speaker} in {cell.place}: {cell.words!r} tells {sorted(words)}")
            if reply.exit == 0:
                leaks += [f"{cell.speaker} in {cell.place}: {cell.words!r} {leak}" for leak in await self._told(cell)]
                await self.restore()
        return leaks

    async def _told(self, cell: Cell) -> list[str]:
        """What the notices tell that *cell* led to."""
        async with self.store.reading() as session:
            queued = await deliveries.after(session, self._newest_delivery, limit=500)
        leaks = []
        for delivery in queued:
            card = await self._card_of(delivery)
            reader = (
                delivery.place.conversation.removeprefix("@").split("@")[0]
                if delivery.place.direct
                else delivery.place.conversation
            )
            words = forbidden_words(reader, cell.words) & planted_words(*_shown(Reply(card)) if card else ())
            words -= told_on_purpose(cell)
            if words:
                leaks.append(f"tells {delivery.place.conversation} by {delivery.notice.kind} {sorted(words)}")
        return leaks

    async def _card_of(self, delivery: Delivery) -> Card | None:
        assert self.app is not None
        if delivery.kind is DeliveryKind.DELETE:
            return None
        composers = {kind: compose for feature in FEATURES for kind, compose in feature.notices().items()}
        async with self.store.reading() as session:
            audience = await places.audience(session, delivery.place)
            if delivery.notice.kind not in composers:
                return await stored_card(session, delivery, audience)
            return await composers[delivery.notice.kind](self.app.ctx, session, delivery, audience)


def _shown(reply: Reply) -> Iterator[str]:
    """Everything of *reply* that a person or a program sees."""
    yield card_text(reply.card)
    yield json.dumps(to_json(reply.card), ensure_ascii=False)
    yield json.dumps(reply.facts, default=str, ensure_ascii=False)
    if reply.form is not None:
        yield json.dumps(to_json(reply.form), ensure_ascii=False)
    if reply.file is not None:
        yield reply.file.content.decode(errors="replace")


def planted_words(*texts: str) -> frozenset[str]:
    """The planted words in *texts*."""
    everything = " ".join(texts).casefold()
    return frozenset(word for word in KNOWN_TO if word in everything)


@pytest.fixture
async def company(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Company]:
    made = Company(tmp_path, sqlite_template)
    await made.build()
    yield made
    await made.store.close()


async def test_a_sample_of_everything_said_by_everybody_everywhere_tells_nothing(company: Company) -> None:
    assert await company.leaks_of(list(cells(FEATURES))[::SAMPLE_STEP]) == []


@pytest.mark.proof
@pytest.mark.parametrize("speaker", SPEAKERS)
async def test_everything_said_by_one_person_everywhere_tells_nothing(company: Company, speaker: str) -> None:
    assert await company.leaks_of(cell for cell in cells(FEATURES) if cell.speaker == speaker) == []
