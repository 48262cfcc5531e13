"""What a command declares, its code reads; and what an error suggests to type is a command with arguments it takes."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import CodeType, ModuleType

import pytest

import handlers
from handlers import grammar
from handlers.catalogue import FEATURES
from handlers.feature import Command

COMMANDS = {command.words: command for feature in FEATURES for command in feature.commands}
ROOT = Path(handlers.__file__).parent
ERRORS = frozenset({"Refusal", "NotFound", "NotAllowed", "BadInput", "_change_refused"})


def function_of(command: Command) -> object:
    module, _, name = command.run.__qualname__.partition(":")
    return getattr(importlib.import_module(module), name)


def strings_in(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case tuple() | list() | frozenset() | set() | dict():
            for part in value:
                yield from strings_in(part)
        case _:
            return


@cache
def strings_reached_from(function: object) -> frozenset[str]:
    """The texts in a function of ours, and in every function and constant of ours that it names."""
    reached: set[str] = set()
    waiting, done = [function], set[object]()
    while waiting:
        named = waiting.pop()
        current = inspect.unwrap(named) if inspect.isfunction(named) else named
        if not inspect.isfunction(current) or current in done or not current.__module__.startswith("handlers."):
            continue
        done.add(current)
        for code in codes_in(current.__code__):
            reached.update(text for constant in code.co_consts for text in strings_in(constant))
            for value in named_values(code, current.__globals__):
                reached.update(strings_in(value))
                waiting.append(value)
    return frozenset(reached)


def codes_in(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from codes_in(constant)


def named_values(code: CodeType, namespace: dict[str, object]) -> Iterator[object]:
    """What the names in *code* stand for: globals, and attributes of the modules among them."""
    values = [namespace[name] for name in code.co_names if name in namespace]
    modules = [value for value in values if isinstance(value, ModuleType)]
    for module in modules:  # a package of modules: `cards.planning.plan`
        modules += [
            part
            for name in code.co_names
            if isinstance(part := vars(module).get(name), ModuleType) and part not in modules
        ]
    yield from values
    yield from (vars(module)[name] for module in modules for name in code.co_names if name in vars(module))


@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda command: command.words)
def test_what_a_command_declares_it_reads(command: Command) -> None:
    declared = {*command.options, *command.switches, *(command.named or ())}

    assert declared <= strings_reached_from(function_of(command))
    assert {*command.people, *command.clears} <= declared or command.named is None


@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda command: command.words)
def test_what_a_command_does_not_know_is_refused(command: Command) -> None:
    """A flag or key that would be ignored is named, and so is one without a value, or given twice."""
    refused = ["--nonsense", "--nonsense=1"]
    refused += [f'--{option} ""' for option in command.options if option not in command.clears]
    refused += [f"--{option} a --{option} b" for option in command.options]
    refused += [f"--{switch}=no" for switch in command.switches] + [
        f"--{switch} --{switch}" for switch in command.switches
    ]
    refused += [f"{key}=a {key}=b" for key in command.named or ()]
    refused += [f"{key}=" for key in command.named or () if key not in command.clears]
    refused += ["nonsense=1"] if command.writes and command.takes < grammar.PROSE and command.named is not None else []

    for words in refused:
        with pytest.raises(grammar.UsageError):
            grammar.parse_arguments(command, words)


def suggestions() -> Iterator[tuple[str, str]]:
    """Every text that an error of ours suggests, as "file:line" and words; what is only known later is "X1"."""
    for path in sorted(ROOT.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ERRORS:
                for argument in call.args[1:]:
                    for words in texts_of(argument):
                        yield f"{path.relative_to(ROOT)}:{call.lineno}", words


def texts_of(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(words)):
            yield words
        case ast.JoinedStr(values=parts):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "X1" for part in parts)
        case ast.Starred(value=ast.GeneratorExp(elt=element)):
            yield from texts_of(element)
        case ast.IfExp(body=body, orelse=orelse):
            yield from texts_of(body)
            yield from texts_of(orelse)
        case _:
            return


SUGGESTED = dict.fromkeys(suggestions())


def test_there_are_suggestions() -> None:
    assert len(SUGGESTED) > 100


@pytest.mark.parametrize("words", sorted({words for _, words in SUGGESTED}))
def test_what_an_error_suggests_can_be_typed(words: str) -> None:
    where = [place for place, text in SUGGESTED if text == words]
    if words.startswith("X1 "):  # the command that was typed
        return
    found = grammar.find_command(grammar.normalise(words), COMMANDS.values())

    assert found, where
    command = COMMANDS[found[0].words]
    given = grammar.parse_arguments(command, found[1])
    assert len(given.positional) <= command.takes, where
