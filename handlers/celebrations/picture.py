"""What was shipped, as a timeline by campaign and side. Good on light and on dark; the card's words say the same."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

from handlers.celebrations.rules import by_campaign
from handlers.rhythms import Period
from storage.values import Directory, Item, Side

# Told apart by shape as well as by colour; both stand out from white and from black.
LOOKS = {
    Side.MARKETING: ("o", "#d1495b", "Marketing"),
    Side.IT: ("s", "#2a7fba", "IT"),
    Side.OTHER: ("^", "#8a8a8a", "Others"),
}
INK = "#808080"
MOST_LANES = 12


def timeline(items: Sequence[Item], period: Period, names: Directory) -> bytes:
    """A PNG with a clear background."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
    from matplotlib.figure import Figure

    lanes = by_campaign(items, names)[:MOST_LANES]
    figure = Figure(figsize=(9, 1.6 + 0.42 * max(1, len(lanes))), dpi=150, facecolor="none")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot(facecolor="none")
    for row, (_, heap) in enumerate(lanes):
        axes.axhline(row, color=INK, linewidth=0.6, alpha=0.35)
        for item in heap:
            side = names.team[item.team].side if item.team in names.team else Side.OTHER
            shape, colour, _ = LOOKS[side]
            axes.plot(
                [_at(item.finished_on)],
                [row],
                marker=shape,
                color=colour,
                markersize=9,
                markeredgecolor="white",
                linestyle="",
            )
    axes.set_yticks(range(len(lanes)), [name[:40] for name, _ in lanes])
    axes.set_xlim(_at(period.first), _at(period.last))
    axes.set_ylim(len(lanes) - 0.5, -0.7)
    locator = AutoDateLocator()  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))  # type: ignore[no-untyped-call]
    axes.tick_params(colors=INK, length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    for shape, colour, label in LOOKS.values():
        axes.plot([], [], marker=shape, color=colour, linestyle="", label=label)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=3, frameon=False, labelcolor=INK)
    axes.set_title(f"Shipped together, {period.words}", color=INK)
    written = io.BytesIO()
    figure.savefig(written, format="png", bbox_inches="tight", transparent=True, metadata={"Software": "Handshake"})
    return written.getvalue()


def _at(day: date | None) -> float:
    """A day as matplotlib counts it."""
    from matplotlib.dates import date2num

    return float(date2num(day)) if day else 0.0  # type: ignore[no-untyped-call]


def in_words(items: Sequence[Item], period: Period, names: Directory) -> str:
    """What the picture shows, for who does not see it."""
    lanes = "; ".join(f"{name}: {len(heap)}" for name, heap in by_campaign(items, names)[:MOST_LANES])
    return f"Timeline of {len(items)} items finished in {period.words}, by campaign. {lanes}."
