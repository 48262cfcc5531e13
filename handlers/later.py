"""Functions that are loaded when they are first called, so that one command does not load every slice.

A slice's table names its functions; the modules behind them bring SQL tables, cards and solvers, a second of work in all.
Write the import for the type checker and the name for the run side by side:

    if TYPE_CHECKING:
        from handlers.tours import planning
    else:
        planning = later("handlers.tours.planning")

A process that serves people loads all of them before it answers (`load_all`), so that nobody waits for one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any

_modules: list[str] = []


class _LazyModule:
    """A module of asynchronous functions that is loaded when one of them is called."""

    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        async def load_and_call(*args: Any) -> Any:
            return await getattr(import_module(self._module), name)(*args)

        return load_and_call


def lazy_module(module: str) -> Any:
    """The functions of *module*, which is loaded when one of them is first called."""
    _modules.append(module)
    return _LazyModule(module)


def load_lazy_modules() -> None:
    """Load every module that was put off."""
    for module in _modules:
        import_module(module)
