"""The import contracts of pyproject.toml hold, and each of them notices an import that breaks it.

The packages are read once; a violation is planted in that graph, not in a file.
"""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from grimp import ImportGraph, build_graph
from importlinter.application import use_cases
from importlinter.application.user_options import UserOptions
from importlinter.configuration import configure
from importlinter.domain.contract import registry

ROOT = Path(__file__).parent.parent.parent

# Contract -> an import that it must refuse.
PLANTED = {
    "bot, then handlers, then storage and integrations": [
        ("storage.roadmap", "handlers.errors"),
        ("handlers.roadmap.commands", "bot.app"),
        ("integrations.slack.send", "storage.places"),
    ],
    "Inside handlers: dispatch, catalogue, slices, publishing, shared, frame; no slice knows another": [
        ("handlers.tours.notices", "handlers.dinners.notices"),
        ("handlers.shared.lookup", "handlers.roadmap.cards"),
        ("handlers.errors", "handlers.shared.lookup"),
        ("handlers.publishing", "handlers.subscriptions.hooks"),
    ],
    "Rules are pure: values, value-like ports and other rules only": [
        ("handlers.roadmap.rules", "storage.roadmap"),
        ("handlers.tours.rules.fit", "handlers.context"),
        ("handlers.questions.rules", "handlers.catalogue"),
    ],
    "Handlers use ports, never a vendor, a terminal or a renderer": [("handlers.board.commands", "openai")],
    "Values rest on the standard library": [("storage.values.roadmap", "sqlmodel")],
    "Ports rest on the standard library": [("integrations.ports.chat", "httpx")],
    "Vendors do not know each other": [("integrations.slack.send", "integrations.teams.limits")],
    "SQL only in storage": [("bot.app", "sqlalchemy"), ("handlers.people.queries", "sqlmodel")],
    "The archived bot SDK stays in the one file that adapts it": [("integrations.teams.listeners", "botbuilder")],
}


@pytest.fixture(scope="module")
def options() -> UserOptions:
    configure()
    return use_cases.read_user_options(config_filename=str(ROOT / "pyproject.toml"))


@pytest.fixture(scope="module")
def graph() -> ImportGraph:
    return build_graph("bot", "handlers", "integrations", "storage", include_external_packages=True, cache_dir=None)


def is_kept(options: UserOptions, graph: ImportGraph, name: str) -> bool:
    use_cases._register_contract_types(options)
    [chosen] = [each for each in options.contracts_options if each["name"] == name]
    settings: dict[str, Any] = {key: value for key, value in chosen.items() if key not in {"name", "type"}}
    contract = registry.get_contract_class(chosen["type"])(name, dict(options.session_options), settings)
    return bool(contract.check(deepcopy(graph), verbose=False).kept)


def test_every_contract_has_a_planted_violation(options: UserOptions) -> None:
    assert {each["name"] for each in options.contracts_options} == PLANTED.keys()


@pytest.mark.parametrize("name", PLANTED)
def test_a_contract_holds(options: UserOptions, graph: ImportGraph, name: str) -> None:
    assert is_kept(options, graph, name)


@pytest.mark.parametrize(
    ("name", "importer", "imported"), [(n, a, b) for n, pairs in PLANTED.items() for a, b in pairs]
)
def test_a_planted_violation_is_noticed(
    options: UserOptions, graph: ImportGraph, name: str, importer: str, imported: str
) -> None:
    broken = deepcopy(graph)
    for module in (importer, imported):
        if module not in broken.modules:
            broken.add_module(
                module, is_squashed=module.split(".")[0] not in {"bot", "handlers", "integrations", "storage"}
            )
    broken.add_import(importer=importer, imported=imported)

    assert not is_kept(options, broken, name)
