"""Everything a command may load, for the process that the command line's tests are forked from."""

from __future__ import annotations

from bot.preloading import preload

preload()
