"""The recap cards: what both sides finished in a period, and the settings of a room's recap."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from handlers.celebrations.cards.picture import alt_text
from handlers.celebrations.rules.recognition import RecapContent, by_campaign, counts_by_side
from handlers.shared.card_parts import item_name, person_name, team_name
from handlers.shared.rules.dates import format_day
from handlers.shared.rules.periods import CalendarPeriod, next_period
from handlers.shared.rules.phrases import join_names, plural
from integrations.ports.cards import (
    Block,
    Bold,
    Button,
    Buttons,
    Card,
    Span,
    Text,
    context,
    text,
)
from storage.values.company import Directory, Side
from storage.values.roadmap import Item

SHOWN = 8  # items under one campaign; the rest is counted
STOP = "celebrations schedule off"
EVERY = {"weekly": "every week", "monthly": "every month", "quarterly": "every quarter", "": "never"}


def recap(content: RecapContent, rhythm: str, *, preview: bool) -> Card:
    """The finished items of a period by campaign, with each side's share, thanks and anniversaries."""
    title = _title(content)
    if not content:
        return Card(
            f"{'Preview: ' if preview else ''}{title}: nothing",
            (text("Nothing that everybody here may see was finished then, and there are no public thanks."),),
        )
    blocks: list[Block] = []
    if content.items:
        blocks.append(text(Bold(plural(len(content.items), "item")), f" done: {_share(content)}."))
        blocks += [
            _campaign_section(name, finished, content.names)
            for name, finished in by_campaign(content.items, content.names)
        ]
    blocks += [_thanks(content)] if content.thanks else []
    blocks += [_days(content)] if content.days else []
    offers = (
        (
            Button(
                "Picture",
                "recap",
                f"{_quarter_words(content.period)} png".strip(),
                f"recap {_quarter_words(content.period)} png",
            ),
        )
        if _quarter_words(content.period)
        else ()
    )
    small = (
        f"This room looks back {EVERY[rhythm]}. To stop: {STOP}"
        if rhythm and not preview
        else "As everybody here may see it."
    )
    return Card(
        f"{'Preview: ' if preview else ''}{title}",
        (*blocks, *([Buttons(offers)] if offers else []), context(small)),
    )


def _title(content: RecapContent) -> str:
    """The title. In some weeks nothing shipped, but somebody was thanked or has an anniversary."""
    if content.items or not content:
        return f"Shipped together in {content.period.words}"
    return f"Thanks in {content.period.words}" if content.thanks else f"In {next_period(content.period).words}"


def _quarter_words(period: CalendarPeriod) -> str:
    """The words of *period* if it is a quarter, else ""."""
    return period.words if period.words.startswith("Q") else ""


def _share(content: RecapContent) -> str:
    counts = counts_by_side(content.items, content.names)
    labels = ((Side.MARKETING, "Marketing"), (Side.IT, "IT"), (Side.OTHER, "others"))
    return join_names([f"{counts[side]} by {label}" for side, label in labels if side in counts])


def _campaign_section(name: str, finished: Sequence[Item], names: Directory) -> Text:
    spans: list[Span] = [Bold(f"{name} ({len(finished)})")]
    for item in finished[:SHOWN]:
        on = f", {format_day(item.finished_on)}" if item.finished_on else ""
        spans += ["\n• ", *item_name(item), f" – {team_name(item.team, names)}{on}"]
    if len(finished) > SHOWN:
        spans.append(f"\n… and {len(finished) - SHOWN} more")
    return Text(tuple(spans))


def _thanks(content: RecapContent) -> Text:
    spans: list[Span] = [Bold("Thanks")]
    for kudos in content.thanks[:SHOWN]:
        who = join_names([person_name(person_id, content.names) for person_id in kudos.public_recipients])
        by = person_name(kudos.by, content.names)
        spans.append(f"\n• {by} to {who}: {kudos.reason}")
    if len(content.thanks) > SHOWN:
        spans.append(f"\n… and {len(content.thanks) - SHOWN} more")
    return Text(tuple(spans))


def _days(content: RecapContent) -> Text:
    spans: list[Span] = [Bold("Days to remember")]
    for anniversary, day in content.days:
        years = f", {day.year - anniversary.since} years" if anniversary.since and day.year > anniversary.since else ""
        words = f": {anniversary.words}" if anniversary.words else ""
        spans.append(
            f"\n• {content.names.name_of(anniversary.person) or 'a colleague'}, {format_day(day)}{years}{words}"
        )
    return Text(tuple(spans))


def markdown(content: RecapContent) -> str:
    """The recap as a Markdown page."""
    lines = [
        f"# Shipped together in {content.period.words}",
        "",
        f"{plural(len(content.items), 'item')} done: {_share(content) or 'nothing'}.",
        "",
    ]
    for name, finished in by_campaign(content.items, content.names):
        lines += [f"## {_plain(name)}", ""]
        lines += [
            f"- **{_plain(item.key)}** {_plain(item.title)} ({_plain(team_name(item.team, content.names))}, {item.finished_on or 'no date'})"
            for item in finished
        ]
        lines.append("")
    if content.thanks:
        lines += ["## Thanks", ""]
        for kudos in content.thanks:
            who = join_names([content.names.name_of(person_id) for person_id in kudos.public_recipients])
            lines.append(f"- {_plain(content.names.name_of(kudos.by))} to {_plain(who)}: {_plain(kudos.reason)}")
        lines.append("")
    lines += [f"_{alt_text(content.items, content.period, content.names)}_", ""]
    return "\n".join(lines)


def _plain(words: str) -> str:
    """Escape what Markdown would read as markup."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]<>#|!" else letter for letter in words.replace("\n", " "))


def recap_scheduled(rhythm: str) -> Card:
    if not rhythm:
        return Card("This room no longer looks back", (text("To begin again: celebrations schedule weekly"),))
    begins = {"weekly": "week", "monthly": "month", "quarterly": "quarter"}[rhythm]
    preview = Button("Preview", "celebrations preview", "", "celebrations preview")
    return Card(
        f"This room looks back {EVERY[rhythm]}",
        (
            text(f"On the first working day of a {begins}, in this room's own hours, on what everybody here may see."),
            Buttons((preview,)),
            context(f"To stop: {STOP}"),
        ),
    )


def automatic(*, on: bool) -> Card:
    sentence = (
        "What ships is posted here as soon as it is published." if on else "Whoever shipped something is asked first."
    )
    return Card(f"Automatic celebrations are {'on' if on else 'off'} here", (text(sentence),))


def recap_paused(until: date) -> Card:
    return Card(f"No recap here before {format_day(until)}", (text("It goes on by itself after that."),))


def recap_skipped() -> Card:
    return Card("The next recap is left out", (text("The one after it comes as usual."),))
