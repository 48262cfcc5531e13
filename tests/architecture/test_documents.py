"""The documents say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.settings import ModelSettings, Settings, SlackSettings, TeamsSettings

ROOT = Path(__file__).parent.parent.parent
VARIABLES = {
    f"{prefix}{name.upper()}": field
    for prefix, kind in (
        ("HANDSHAKE_", Settings),
        ("SLACK_", SlackSettings),
        ("TEAMS_", TeamsSettings),
        ("OPENAI_", ModelSettings),
    )
    for name, field in kind.model_fields.items()
}


def test_the_example_lists_every_setting_with_its_default() -> None:
    example = (ROOT / ".env.example").read_text()
    listed = dict(re.findall(r"^([A-Z_]+)=(.*)$", example, re.MULTILINE))

    assert listed.keys() == VARIABLES.keys()
    for name, field in VARIABLES.items():
        default = field.default
        shown = default.get_secret_value() if hasattr(default, "get_secret_value") else str(default)
        assert listed[name] == ("" if default is False else shown)


def test_the_readme_names_every_setting() -> None:
    readme = (ROOT / "README.md").read_text()

    assert [name for name in VARIABLES if f"`{name}`" not in readme] == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_locked_versions_carry_hashes_and_no_address(name: str) -> None:
    locked = (ROOT / name).read_text()

    assert "://" not in locked
    assert "index-url" not in locked
    entries = re.split(r"\n(?=\S)", re.sub(r"(?m)^\s*#.*\n?", "", locked).strip())
    assert all("--hash=sha256:" in entry for entry in entries)


def test_every_decision_names_the_check_that_enforces_it() -> None:
    for page in (ROOT / "docs" / "decisions").glob("*.md"):
        assert "**Checked by**" in page.read_text(), page.name
