"""The documents agree with the code: settings, locked versions, and the checks that decisions name."""

from __future__ import annotations

import re
import tomllib
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


CHECK = re.compile(
    r"`(?P<file>[\w./-]+/[\w.-]+)`"  # a test or a document, from the root of the repository
    r"|`make (?P<target>\w+)`"
    r"|\"(?P<contract>[^\"]+)\""  # the name of an import contract
)
TARGETS = frozenset(re.findall(r"(?m)^(\w+):", (ROOT / "Makefile").read_text()))
CONTRACTS = frozenset(
    contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
)


def unresolved_checks(paragraph: str) -> list[str]:
    """What a "Checked by" names and the repository does not have; the paragraph itself if it names nothing."""
    checks = [match.groupdict() for match in CHECK.finditer(" ".join(paragraph.split()))]
    missing = [
        check["file"] or check["target"] or check["contract"]
        for check in checks
        if not (
            (check["file"] and (ROOT / check["file"]).is_file())
            or check["target"] in TARGETS
            or check["contract"] in CONTRACTS
        )
    ]
    return missing if checks else [paragraph]


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "decisions").glob("*.md")), ids=lambda page: page.stem)
def test_every_decision_names_checks_that_exist(page: Path) -> None:
    paragraphs = page.read_text().split("\n\n")
    checked_by = [paragraph for paragraph in paragraphs if paragraph.startswith("**Checked by**")]

    assert [unresolved_checks(paragraph) for paragraph in checked_by] == [[]]


@pytest.mark.parametrize("invented", ["`tests/gone/test_x.py`", "`make coffee`", '"No such contract"', "good will"])
def test_a_check_that_does_not_exist_is_noticed(invented: str) -> None:
    assert unresolved_checks(f"**Checked by** {invented}") != []


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "decisions").glob("*.md")), ids=lambda page: page.stem)
def test_a_decision_cites_only_code_that_exists(page: Path) -> None:
    cited = re.findall(r"`((?:bot|handlers|integrations|storage|tests|docs)/[\w./-]+)`", page.read_text())

    assert [path for path in cited if not (ROOT / path).exists()] == []
