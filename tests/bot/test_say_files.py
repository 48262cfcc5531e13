"""`handshake say` when the reply has a file: it is saved only on request, and the output says where or why not."""

from __future__ import annotations

import json
import stat
from contextlib import chdir
from pathlib import Path

import pytest

from bot.app import App, build_app
from bot.commands.say import SayRequest, run_one
from bot.settings import Settings
from handlers.errors import BadInput
from storage.store import Store
from tests.app import ChatApp, item

ADA = "ada@example.com"
EXPORT = SayRequest("me export", ADA)


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*"))


@pytest.fixture
async def app(sqlite_store: Store) -> App:
    """Somebody at a terminal, and one published item."""
    app = ChatApp(sqlite_store, ())
    await app.add_teams()
    await app.add_person(ADA, "web")
    await app.publish(item("WEB-1"))
    return build_app(Settings(), sqlite_store)


@pytest.mark.parametrize(
    ("words", "name"), [("me export", "handshake-about-me.json"), ("export roadmap", "roadmap-R1")]
)
async def test_a_file_that_nobody_asked_to_save_is_said_not_to_be_written(
    app: App, words: str, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files_in(tmp_path)

    with chdir(tmp_path):
        status = await run_one(app, SayRequest(words, ADA), account="root", as_json=False)

    last = capsys.readouterr().out.splitlines()[-1]
    assert status == 0
    assert last.startswith(name)
    assert "was written nowhere" in last
    assert "--save FILE" in last
    assert files_in(tmp_path) == before


async def test_a_file_is_saved_where_it_was_asked_for_and_for_its_owner_alone(
    app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = tmp_path / "mine.json"

    await run_one(app, EXPORT, account="root", as_json=False, save=wanted)

    assert f"Saved as {wanted}" in capsys.readouterr().out
    assert json.loads(wanted.read_bytes())["profile"]["email"] == ADA
    assert stat.S_IMODE(wanted.stat().st_mode) == 0o600


async def test_a_folder_gets_the_file_under_its_own_name(app: App, tmp_path: Path) -> None:
    await run_one(app, SayRequest("export roadmap", ADA), account="root", as_json=False, save=tmp_path)

    assert (tmp_path / "roadmap-R1.csv").read_text().startswith("key,title")


async def test_json_says_where_the_file_is(app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    await run_one(app, EXPORT, account="root", as_json=True)
    await run_one(app, EXPORT, account="root", as_json=True, save=tmp_path / "mine.json")

    told = [json.loads(line)["file"] for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    assert told == [
        {"name": "handshake-about-me.json", "saved": ""},
        {"name": "handshake-about-me.json", "saved": str(tmp_path / "mine.json")},
    ]


async def test_an_answer_without_a_file_is_shown_and_its_absence_said(
    app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = await run_one(app, SayRequest("current", ADA), account="root", as_json=False, save=tmp_path / "x")

    told = capsys.readouterr()
    assert "R1" in told.out
    assert told.err == "That answer has no file, so nothing was saved.\n"
    assert status == 1


async def test_a_place_that_cannot_be_written_to_is_named(app: App, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="nowhere"):
        await run_one(app, EXPORT, account="root", as_json=False, save=tmp_path / "nowhere" / "x")
