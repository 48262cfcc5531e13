"""The seating chart as a picture: round tables with names around them, hosts in bold. Takes half a second."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from math import ceil, cos, pi, sin
from typing import TYPE_CHECKING

from handlers.dinners.rules.views import TableView
from handlers.shared.card_parts import person_name
from storage.values.company import Directory

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ACROSS = 4  # tables in one row, at most
ROOM = 3.4  # inches for one table
LONGEST = 18  # characters of a name
INK, CLOTH, EDGE = "#1d2733", "#e7eef6", "#4a6785"


def seating_chart_png(tables: Sequence[TableView], names: Directory, title: str) -> bytes:
    """A PNG. `tables.picture_alt_text` describes it in words."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # slow to import, so only when a picture is drawn
    from matplotlib.figure import Figure

    across = min(ACROSS, max(1, len(tables)))
    down = max(1, ceil(len(tables) / across))
    figure = Figure(figsize=(across * ROOM, down * ROOM + 0.6), dpi=100, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, down * ROOM / (down * ROOM + 0.6)))
    axes.set_xlim(0, across * 2)
    axes.set_ylim(-down * 2, 0)
    axes.set_aspect("equal")
    axes.axis("off")
    figure.suptitle(_letters(title, 60), fontsize=14, color=INK, parse_math=False)
    for number, table in enumerate(tables):
        _draw(axes, table, names, (number % across * 2 + 1.0, -(number // across) * 2 - 1.0))
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a letter that the font lacks is drawn as a box
        figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


def _draw(axes: Axes, table: TableView, names: Directory, middle: tuple[float, float]) -> None:
    from matplotlib.patches import Circle

    x, y = middle
    axes.add_patch(Circle(middle, 0.38, facecolor=CLOTH, edgecolor=EDGE, linewidth=1.5))
    axes.text(x, y, str(table.number), ha="center", va="center", fontsize=18, color=INK)
    people = [table.host, *(person_id for person_id in table.people if person_id != table.host)]
    for number, person in enumerate(people):
        angle = pi / 2 - 2 * pi * number / len(people)
        hosts = person == table.host
        label = _letters(person_name(person, names), LONGEST)
        axes.text(
            x + 0.68 * cos(angle),
            y + 0.68 * sin(angle),
            f"{label}\n(host)" if hosts else label,
            ha="center",
            va="center",
            fontsize=8,
            color=INK,
            fontweight="bold" if hosts else "normal",
            parse_math=False,
        )


def _letters(words: str, most: int) -> str:
    """*words* on at most two short lines, without unprintable characters."""
    plain = "".join(letter if letter.isprintable() else " " for letter in words)
    first, _, rest = plain.partition(" ")
    lines = [part if len(part) <= most else f"{part[: most - 1]}…" for part in (first, rest)]
    if most > LONGEST:
        return plain if len(plain) <= most else f"{plain[: most - 1]}…"
    return "\n".join(part for part in lines if part)
