"""Finished items as a timeline picture, by campaign and side. `alt_text` describes it in words.

The background is transparent and the grey is readable on white and on black; sides differ in shape as well as colour.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from handlers.celebrations.rules.recognition import by_campaign, counts_by_side, side_of
from handlers.shared.rules.periods import CalendarPeriod
from handlers.shared.rules.phrases import join_names, plural
from storage.values.company import Directory, Side
from storage.values.roadmap import Item

SIDE_MARKERS = {
    Side.MARKETING: ("o", "#d1495b", "Marketing"),
    Side.IT: ("s", "#2a7fba", "IT"),
    Side.OTHER: ("^", "#8a8a8a", "Others"),
}
INK = "#7d7d7d"  # contrast 4.1 on white, 4.2 on Slack's dark grey: enough at this font size
MOST_LANES = 12
LONGEST = 40  # characters of a campaign's name
APART = 0.018  # of the period; markers closer than this would overlap
STEP = 0.34  # of a lane's height, between stacked markers
HIGHEST = 6  # stacked markers; the number beside the campaign counts all items


@dataclass(frozen=True, slots=True)
class Marker:
    """Where an item is drawn: how far along the period (0 to 1), and at which height of the stack."""

    item: Item
    along: float
    above: int


def markers_in(items: Sequence[Item], period: CalendarPeriod) -> tuple[Marker, ...]:
    """The markers of one lane by day; those that would overlap are stacked."""
    days = max(1, (period.last - period.first).days)
    dated = sorted((item.finished_on, item.key, item) for item in items if item.finished_on)
    markers: list[Marker] = []
    for day, _, item in dated:
        along = min(1.0, max(0.0, (day - period.first).days / days))
        taken = {marker.above for marker in markers if along - marker.along < APART}
        above = min(set(range(len(taken) + 1)) - taken)
        if above < HIGHEST:
            markers.append(Marker(item, along, above))
    return tuple(markers)


def lanes(items: Sequence[Item], names: Directory) -> list[tuple[str, list[Item]]]:
    """The campaigns with their items, at most a dozen lanes; the last lane collects the rest."""
    whole = by_campaign(items, names)
    if len(whole) <= MOST_LANES:
        return whole
    rest = whole[MOST_LANES - 1 :]
    return [*whole[: MOST_LANES - 1], (f"{len(rest)} more campaigns", [item for _, lane in rest for item in lane])]


def timeline_png(items: Sequence[Item], period: CalendarPeriod, names: Directory) -> bytes:
    """A PNG with a transparent background."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    rows = lanes(items, names)
    placed = [markers_in(lane, period) for _, lane in rows]
    heights = [1 + STEP * max((marker.above for marker in lane), default=0) for lane in placed]
    bottoms = [sum(heights[: row + 1]) - 0.5 for row in range(len(rows))]
    figure = Figure(figsize=(9, 1.7 + 0.42 * max(1.0, sum(heights))), dpi=150, facecolor="none")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot(facecolor="none")
    for bottom, lane in zip(bottoms, placed, strict=True):
        axes.axhline(bottom, color=INK, linewidth=0.6, alpha=0.35)
        for marker in lane:
            shape, colour, _ = SIDE_MARKERS[side_of(marker.item, names)]
            at = (
                _at(period.first) + marker.along * (_at(period.last) - _at(period.first)),
                bottom - marker.above * STEP,
            )
            axes.plot([at[0]], [at[1]], marker=shape, color=colour, markersize=9, markeredgecolor="white", linestyle="")
    labels = [f"{drawable_name(name, _key_of(name, lane, names))}  {len(lane)}" for name, lane in rows]
    _frame(axes, period, labels, bottoms, max(1.0, sum(heights)))
    written = io.BytesIO()
    figure.savefig(written, format="png", bbox_inches="tight", transparent=True, metadata={"Software": "Handshake"})
    return written.getvalue()


def _frame(axes: Any, period: CalendarPeriod, labels: Sequence[str], bottoms: Sequence[float], height: float) -> None:
    """Draw lane names, dates, legend and title. User text is never parsed as a formula."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    axes.set_yticks(bottoms, labels)
    for label in axes.get_yticklabels():
        label.set_parse_math(False)
    axes.set_xlim(_at(period.first) - 1, _at(period.last) + 1)
    axes.set_ylim(height - 0.2, -0.4)
    locator = AutoDateLocator(maxticks=8)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))  # type: ignore[no-untyped-call]
    axes.tick_params(colors=INK, length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    for shape, colour, label in SIDE_MARKERS.values():
        axes.plot([], [], marker=shape, color=colour, linestyle="", label=label)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1 - 0.3 / height), ncols=3, frameon=False, labelcolor=INK)
    axes.set_title(f"Shipped together, {period.words}", color=INK, parse_math=False)


def _key_of(name: str, lane: Sequence[Item], names: Directory) -> str:
    """The key of the campaign with that *name*."""
    keys = (key for item in lane for key in item.campaigns if key in names.campaign)
    return next((key for key in keys if names.campaign[key].name == name), "")


def drawable_name(name: str, key: str) -> str:
    """*name* with letters the font lacks replaced; the *key* if that is most of them."""
    letters = _letters()
    drawable = "".join(letter if ord(letter) in letters else "·" for letter in name[:LONGEST])
    if drawable.count("·") - name.count("·") > len(drawable) / 2 and key:
        return "".join(letter if ord(letter) in letters else "·" for letter in key[:LONGEST])
    return drawable


@lru_cache(maxsize=1)
def _letters() -> frozenset[int]:
    """The characters that the bundled font can draw."""
    from matplotlib.font_manager import findfont, get_font

    return frozenset(get_font(findfont("DejaVu Sans")).get_charmap())


def _at(day: date) -> float:
    """A day as a matplotlib date number."""
    from matplotlib.dates import date2num

    return float(date2num(day))  # type: ignore[no-untyped-call]


def alt_text(items: Sequence[Item], period: CalendarPeriod, names: Directory) -> str:
    """What the picture shows, in words."""
    counts = counts_by_side(items, names)
    shares = join_names(
        [f"{counts[side]} by {label}" for side, (_, _, label) in SIDE_MARKERS.items() if side in counts]
    )
    counted = "; ".join(f"{name}: {len(lane)}" for name, lane in lanes(items, names))
    whole = f"Timeline of {plural(len(items), 'item')} finished in {period.words}, by campaign"
    return f"{whole}. {shares}. {counted}." if items else f"{whole}. None."
