"""The shape of the code in figures: `python -m tests.architecture.figures`, and the data of test_structure."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("bot", "handlers", "integrations", "storage")
ROLES = frozenset({"__init__", "cards", "commands", "hooks", "jobs", "notices", "queries", "rules", "workflow"})
FRAME = frozenset({"__init__", "catalogue", "context", "dispatch", "errors", "feature", "grammar", "publishing"})


def modules() -> Iterator[Path]:
    """Every module of the program, relative to the root."""
    for package in PACKAGES:
        yield from (path.relative_to(ROOT) for path in sorted((ROOT / package).rglob("*.py")))


def slices() -> list[Path]:
    """The folders of `handlers` that are slices."""
    folders = [path.parent for path in sorted((ROOT / "handlers").glob("*/__init__.py"))]
    return [folder for folder in folders if folder.name != "shared"]


def role_of(path: Path) -> str:
    """The role of a module in its slice: its own name, or that of the package it lies in."""
    return path.parts[2].removesuffix(".py")


def in_slices() -> list[Path]:
    return [
        path for path in modules() if path.parts[0] == "handlers" and len(path.parts) > 2 and path.parts[1] != "shared"
    ]


def public_classes() -> Mapping[str, list[Path]]:
    """Name of a public class -> the modules that define one."""
    found: dict[str, list[Path]] = defaultdict(list)
    for path in modules():
        for statement in ast.parse((ROOT / path).read_text()).body:
            if isinstance(statement, ast.ClassDef) and not statement.name.startswith("_"):
                found[statement.name].append(path)
    return found


def lines_of(path: Path) -> int:
    return (ROOT / path).read_text().count("\n")


def function_lengths() -> list[int]:
    """The lines of every function and method, without its decorators."""
    lengths: list[int] = []
    for path in modules():
        nodes = ast.walk(ast.parse((ROOT / path).read_text()))
        functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        lengths.extend((node.end_lineno or node.lineno) - node.lineno + 1 for node in functions)
    return lengths


def main() -> None:
    paths, inside, lengths = list(modules()), in_slices(), function_lengths()
    fitting = [path for path in inside if role_of(path) in ROLES]
    small = [path for path in paths if lines_of(path) < 40 and path.stem not in {"__init__", "hooks"}]
    doubled = {name: where for name, where in public_classes().items() if len(where) > 1}
    print(f"modules {len(paths)}, lines {sum(map(lines_of, paths))}")
    print(f"handler files with a fixed name or in such a package: {len(fitting)} of {len(inside)}")
    print(f"public class names in several modules: {len(doubled)} {sorted(doubled)}")
    print(f"functions: median {median(lengths)}, p90 {quantiles(lengths, n=10)[-1]:.0f}, longest {max(lengths)}")
    print(f"files over 400 lines: {[str(path) for path in paths if lines_of(path) > 400]}")
    print(f"files under 40 lines: {len(small)}")


if __name__ == "__main__":
    main()
