"""A newcomer finds the place: one role, one file name; one word, one meaning."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from handlers.catalogue import FEATURES
from tests.architecture.figures import FRAME, ROLES, ROOT, in_slices, lines_of, modules, public_classes, role_of, slices

# Words of an earlier, private vocabulary: a standard term has taken the place of each.
PRIVATE_WORDS = re.compile(
    r"\b(desk|ears|errands?|backstage|postman|toolbox|notebook|alarm clock|neighbours?|whomever|hitherto|thereof)\b",
    re.IGNORECASE,
)
MOST_WORDS = 40
# Names that tell of the loop or of the act and not of the thing: `for person in people`, `match`, `typed`.
EMPTY_NAMES = frozenset({"each", "found", "said"})


@pytest.mark.parametrize("path", in_slices(), ids=str)
def test_a_slice_has_the_fixed_files_alone(path: Path) -> None:
    assert role_of(path) in ROLES


def test_the_root_of_handlers_is_the_frame() -> None:
    assert {path.stem for path in (ROOT / "handlers").glob("*.py")} == FRAME


@pytest.mark.parametrize("folder", slices(), ids=lambda folder: folder.name)
def test_a_slice_opens_with_its_feature(folder: Path) -> None:
    text = (folder / "__init__.py").read_text()

    assert "FEATURE" in text or folder.name in {"help", "operations"}  # these two are made from all the others


def test_a_feature_is_named_as_its_package() -> None:
    """So are its jobs, which operators see: `jobs run subscriptions.digest`."""
    packages = {folder.name for folder in slices()}

    assert {feature.name for feature in FEATURES} == packages
    assert [
        job.name for feature in FEATURES for job in feature.jobs if not job.name.startswith(f"{feature.name}.")
    ] == []


def test_no_two_modules_have_a_public_class_of_one_name() -> None:
    assert {name: where for name, where in public_classes().items() if len(where) > 1} == {}


def test_no_module_is_longer_than_four_hundred_lines() -> None:
    # The first migration is one list of tables; a reader looks one up and does not read it through.
    code = [path for path in modules() if path.parent.name != "versions"]

    assert [str(path) for path in code if lines_of(path) > 400] == []


@pytest.mark.parametrize("path", list(modules()), ids=str)
def test_a_module_speaks_the_fields_own_words(path: Path) -> None:
    text = (ROOT / path).read_text()

    assert PRIVATE_WORDS.findall(" ".join(prose_and_names(text))) == []
    assert "TODO" not in text


@pytest.mark.parametrize("path", list(modules()), ids=str)
def test_a_variable_is_named_for_the_thing(path: Path) -> None:
    named = [name for name in bound_names(ast.parse((ROOT / path).read_text())) if name in EMPTY_NAMES]

    assert named == []


def bound_names(tree: ast.AST) -> Iterator[str]:
    """The arguments, variables, loop names and captures of patterns."""
    for node in ast.walk(tree):
        match node:
            case ast.arg(arg=str(name)) | ast.MatchAs(name=str(name)) | ast.ExceptHandler(name=str(name)):
                yield name
            case ast.Name(id=name, ctx=ast.Store()):
                yield name


def prose_and_names(text: str) -> Iterator[str]:
    """The names, comments and docstrings of a module; not what its other strings say to people."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.string
        elif token.type == tokenize.NAME:
            yield token.string.replace("_", " ")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.get_docstring(node) or ""


def glossary() -> dict[str, str]:
    """Word -> what it means, as docs/glossary.md has it."""
    rows = re.findall(r"^\| ([^|]+?) \| (.+?) \|$", (ROOT / "docs" / "glossary.md").read_text(), re.MULTILINE)
    return {word: meaning for word, meaning in rows if word not in {"word", "---"}}


def test_the_glossary_is_short() -> None:
    assert 0 < len(glossary()) <= MOST_WORDS


@pytest.mark.parametrize("word", sorted(glossary()))
def test_a_word_of_the_glossary_is_used(word: str) -> None:
    pattern = re.compile(rf"\b{re.escape(word)}", re.IGNORECASE)

    assert any(pattern.search((ROOT / path).read_text()) for path in modules())
