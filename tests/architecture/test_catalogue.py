"""Checks that hold for the commands and cards of every feature."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import pytest

import handlers
from handlers import grammar
from handlers.catalogue import FEATURES
from handlers.feature import Command
from integrations.ports.cards import Button, Buttons, Card, Menu

COMMANDS = {command.words: command for feature in FEATURES for command in feature.commands}


def lazy_functions() -> Iterator[str]:
    """Every function that a feature names and loads later, as "module:function"."""
    for feature in FEATURES:
        hooks = (feature.on_published, feature.export_person, feature.forget_person)
        for function in (*(c.run for c in feature.commands), *(job.run for job in feature.jobs), *hooks):
            if function is not None and ":" in function.__qualname__:
                yield function.__qualname__


@pytest.mark.parametrize("name", sorted(set(lazy_functions())))
def test_a_function_that_is_loaded_later_exists(name: str) -> None:
    module, _, function = name.partition(":")

    assert inspect.iscoroutinefunction(getattr(importlib.import_module(module), function))


def test_no_two_features_claim_the_same_words() -> None:
    assert len(COMMANDS) == sum(len(feature.commands) for feature in FEATURES)


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS.keys())
def test_the_examples_of_a_command_are_that_command(command: Command) -> None:
    """Help prints them, so they must work as printed."""
    for example in command.examples:
        found = grammar.find_command(grammar.normalise(example), list(COMMANDS.values()))
        if found is None:
            assert command.words == "ask", f"“{example}” is no command"
            continue
        spec, rest = found
        assert spec.words == command.words
        if command.words != "ask":
            taken = grammar.parse_arguments(spec, rest)
            assert len(taken.positional) <= command.takes


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS.keys())
def test_a_command_says_what_it_does_in_a_sentence(command: Command) -> None:
    assert command.does.endswith(".")
    assert command.usage.startswith(command.words) or not command.words
    assert command.examples


def example_cards() -> Iterator[tuple[str, Card]]:
    for package in pkgutil.iter_modules(handlers.__path__, "handlers."):
        if package.ispkg:
            try:
                module = importlib.import_module(f"{package.name}.cards")
            except ModuleNotFoundError:
                continue
            for number, card in enumerate(module.EXAMPLES):
                yield f"{package.name}.{number}", card


CARDS = dict(example_cards())


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS.keys())
def test_every_button_is_a_command_that_can_also_be_typed(card: Card) -> None:
    for block in card.blocks:
        match block:
            case Buttons(buttons):
                pressed = [(b.action, b.words) for b in buttons if isinstance(b, Button)]
            case Menu(_, action, _, words):
                pressed = [(action, words)]
            case _:
                continue
        for action, words in pressed:
            assert action in COMMANDS, f"the button “{action}” is no command"
            # Words that are no command are a question, so a question prints itself.
            assert action == "ask" or words.startswith(action), f"“{action}” prints other words: “{words}”"
