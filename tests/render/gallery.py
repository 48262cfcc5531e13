"""Example cards and forms for every renderer: each element once, extreme sizes, and hostile text."""

from __future__ import annotations

import importlib
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import handlers
from integrations.ports.cards import (
    Block,
    Bold,
    Button,
    Buttons,
    Card,
    ChoiceField,
    DateField,
    Divider,
    Fields,
    Form,
    Image,
    Link,
    LinkButton,
    Mention,
    Menu,
    Option,
    Spans,
    Table,
    TextField,
    When,
    context,
    text,
)

NOON = datetime(2026, 10, 9, 14, 5, tzinfo=UTC)
DAY = date(2026, 10, 9)
ARABIC = "خريطة الطريق للربع الأخير"
HEBREW = "מפת הדרכים לרבעון"
HOSTILE = (
    "<!channel> <!here> <@U0HOSTILE>",
    "<script>alert(1)</script>",
    "*bold* _it_ ~gone~ `code` ```block``` > quote",
    "[x](javascript:alert(1)) ![y](https://evil.example/p.png)",
    "</at> <at>Ana Silva</at>",
    '" onmouseover="alert(1)" x="',
    "'; DROP TABLE people; -- &amp; &lt;b&gt; &#x3C;",
    "{{DATE(2026-10-09T14:05:00Z,SHORT)}} ${secret} {0} %s",
    "# heading\n- list\n1. first\n> quote\n---\n=====",
    "a|b||c <https://evil.example|click>",
)
CONTROL = "bell\x07 null\x00 escape\x1b[31m back\x08 tab\tnew\r\nline\x85next\u2028end"
ZERO_WIDTH = "zero\u200bwidth\u200djoin\ufeffmark \u202eoverride\u202c e\u0301\u0302\u0303 👩‍👩‍👧‍👦 👍🏽 🏳️‍🌈"
LONE = "lone \ud83d surrogate \udc00"

ROADMAP = Card(
    "Roadmap R42: one date moves",
    (
        text(Bold("WEB-12"), " Spring landing page moves by nine days, to ", When(DAY), "."),
        Fields(
            (
                ("Owner", (Mention("Ana Silva", "U0ANA"),)),
                ("Campaign", ("Spring launch",)),
                ("Changed", (When(NOON),)),
                ("Why", ("The checkout test needs another week.",)),
            )
        ),
        Buttons(
            (
                Button("I have read it", "roadmap.ack", "R42", "ack R42", "primary"),
                LinkButton("Open the ticket", "https://tracker.example/WEB-12?a=1&b=2"),
            )
        ),
        context("Revision R42, signed by Marketing and IT. To stop these notices: mute roadmap"),
    ),
)
ANSWER = Card(
    "IT is working on 3 things for Spring launch",
    (
        Table(
            ("Item", "What", "Due", "Status"),
            (
                (("WEB-12",), ("Spring landing page",), (When(DAY),), ("in progress",)),
                (("CRM-7",), ("Segments for returning customers",), (When(date(2026, 11, 2)),), ("planned",)),
                (("PAY-3",), (Link("Apple Pay at the till", "https://tracker.example/PAY-3"),), (), ("blocked",)),
            ),
            more=2,
        ),
        context("From roadmap R42 of ", When(NOON), "."),
    ),
)
EVERYTHING = Card(
    "Everything once",
    (
        text("Words, ", Bold("strong words"), ", a ", Link("link", "https://example.com/a_(b)?c=d&e=f"), "."),
        text("People: ", Mention("Ana", "U0ANA"), ", ", Mention("Ana", "29:second"), ", ", Mention("Bob")),
        text("Moments: ", When(NOON), ", ", When(DAY)),
        Fields((("Label", ("value",)), ("Strong", (Bold("value"),)), ("", ("no label",)), ("No value", ()))),
        Table(("A", "B"), ((("1",), ("2",)), (("only one",),), (("1",), ("2",), ("a third",)))),
        Table(("Empty",), ()),
        Image("https://example.com/seats.png", "Six people at a round table"),
        Image("file:///etc/passwd", "A picture that has no address"),
        Divider(),
        Buttons(
            (
                Button("Default", "a.default", "1", "default 1"),
                Button("Primary", "a.primary", "2", "primary 2", "primary"),
                Button("Danger", "a.danger", "3", "danger 3", "danger"),
                Button("Without words", "a.silent"),
                LinkButton("Open", "https://example.com/"),
                LinkButton("Nowhere", "javascript:alert(1)"),
            )
        ),
        Menu("Team", "a.team", (Option("Payments", "pay"), Option("Web", "web")), "team <name>"),
        Menu("Nobody", "a.none", ()),
        context("Small print with a ", Link("link", "http://example.com"), "."),
    ),
)


def _rows(count: int) -> tuple[tuple[Spans, ...], ...]:
    return tuple(((f"IT-{n}",), (f"Thing number {n}",), (When(DAY + timedelta(days=n)),)) for n in range(count))


def _buttons(count: int) -> Buttons:
    return Buttons(tuple(Button(f"Press {n}", "press", str(n), f"press {n}") for n in range(count)))


def _options(count: int) -> tuple[Option, ...]:
    return tuple(Option(f"Choice {n}", f"c{n}") for n in range(count))


def card_filled_with(words: str) -> Card:
    """A card with *words* in every place that can contain user text."""
    option = Option(words, "id")
    spans: Spans = (words, Bold(words), Link(words, "https://example.com/"), Mention(words), Mention(words, "U0ANA"))
    blocks: tuple[Block, ...] = (
        text(words),
        text(*spans),
        text("At ", When(NOON), " ", words),
        Fields(((words, spans),)),
        Table((words,), ((spans,), ((words,),))),
        Image("https://example.com/p.png", words),
        Image(words, words),
        Buttons(
            (Button(words, "act", "id", words), LinkButton(words, words), LinkButton(words, "https://example.com/"))
        ),
        Menu(words, "pick", (option,), words),
        context(*spans),
    )
    return Card(words, blocks)


EXAMPLES: tuple[tuple[str, Card], ...] = (
    ("roadmap", ROADMAP),
    ("answer", ANSWER),
    ("everything", EVERYTHING),
    ("title-only", Card("Nothing else to say")),
    ("no-title", Card("", (text("Words without a title."),))),
    ("blank", Card(" \n ", (text(" "), text(), Fields(()), Buttons(()), Table((), ()), Divider(), context("")))),
    ("long-title", Card("Titel " * 1_667, (text("Short."),))),
    ("long-text", Card("Long text", (text("word " * 2_000), text(Bold("loud " * 2_000)), context("The end.")))),
    ("one-long-word", Card("Long word", (text("x" * 10_000), text("👍🏽" * 4_000), text("&" * 9_000)))),
    ("long-table", Card("All of it", (Table(("Item", "What", "Due"), _rows(300), more=5), _buttons(2), context("End.")))),
    ("long-cells", Card("Wide", (Table(("A", "B"), ((("a" * 5_000,), ("b " * 4_000,)),)), context("End.")))),
    ("many-columns", Card("Columns", (Table(tuple(f"C{n}" for n in range(30)), ((("x",),) * 30,) * 3),))),
    ("many-blocks", Card("Sixty", (*(text(f"Paragraph {n}.") for n in range(58)), _buttons(3), context("End.")))),
    ("many-long-blocks", Card("Sixty", (*(text(f"{n} " * 400) for n in range(58)), _buttons(3), context("End.")))),
    ("many-buttons", Card("Forty", (_buttons(40), context("End.")))),
    ("too-many-buttons", Card("Four hundred", tuple(_buttons(100) for _ in range(4)))),
    ("many-options", Card("Menu", (Menu("Which?", "pick", _options(150), "pick <name>"), context("End.")))),
    ("many-menus", Card("Menus", tuple(Menu(f"Menu {n}", f"pick{n}", _options(150)) for n in range(20)))),
    ("many-fields", Card("Twenty", (Fields(tuple((f"Label {n}", (f"value {n}",)) for n in range(20))),))),
    ("long-field", Card("Field", (Fields((("Story", ("once " * 1_000,)), ("Short", ("yes",)))),))),
    ("long-context", Card("Context", (context("small " * 2_000), context("End.")))),
    ("long-url", Card("Address", (text(Link("here", "https://example.com/" + "a" * 4_000)), Image("https://e.x/" + "i" * 4_000, "Pic")))),
    ("long-value", Card("Value", (Buttons((Button("Long", "act", "v" * 3_000, "long"), Button("Fine", "act", "v"))),))),
    ("odd-options", Card("Odd", (Menu("M", "m", (Option("", ""), Option("A", "a"), Option("B", "a"), Option("C", "c" * 200))),))),
    ("bad-links", Card("Links", tuple(text(Link("words", url)) for url in ("javascript:alert(1)", "", "http://[", "https:// a", "//x.y")))),
    ("right-to-left", card_filled_with(f"{ARABIC} {HEBREW} 2026")),
    ("wide-characters", Card("予定表", (Table(("項目", "期日"), ((("春のページ",), ("10月",)), (("ab",), ("é̂",)))),))),
    ("moments", Card("Moments", tuple(text("At ", When(at)) for at in (
        datetime.min, datetime.max,  # noqa: DTZ901 - naive on purpose
        NOON.replace(tzinfo=None), datetime(1969, 7, 20, tzinfo=UTC), date.min, date.max,
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-14))), datetime(2026, 3, 29, 2, 30, tzinfo=timezone(timedelta(hours=2))),
    )))),
    ("zero-width", card_filled_with(ZERO_WIDTH)),
    ("control", card_filled_with(CONTROL)),
    ("lone-surrogates", card_filled_with(LONE)),
    *((f"hostile-{number}", card_filled_with(words)) for number, words in enumerate(HOSTILE)),
)  # fmt: skip

PROPOSE = Form(
    "roadmap.propose",
    "Propose a change",
    (
        TextField("title", "What changes?", "Spring landing page", "One sentence that a colleague understands."),
        TextField("why", "Why?", "", "", multiline=True, optional=True, max_length=500),
        DateField("due", "New date", DAY),
        ChoiceField("owner", "Owner", (Option("Ana Silva", "p1"), Option("Bob Meyer", "p2")), ("p2",)),
        ChoiceField(
            "teams", "Teams", (Option("Payments", "pay"), Option("Web", "web")), ("web",), "Who is told.", many=True
        ),
    ),
    "WEB-12",
    "Propose",
    ("Both sides sign before anything is published. ", Link("How it works", "https://example.com/how")),
    "roadmap propose WEB-12 due=2026-10-09",
)

FORMS: tuple[tuple[str, Form], ...] = (
    ("propose", PROPOSE),
    (
        "with-errors",
        Form("f", "Again", PROPOSE.fields, "v", words="again", errors=(("title", "Say a little more."), ("", "Not saved."))),
    ),
    ("no-fields", Form("f", "Nothing", ())),
    ("no-options", Form("f", "Nothing", (ChoiceField("c", "Choose", ()), ChoiceField("m", "Many", (), many=True)))),
    ("no-moment", Form("f", "No date yet", (DateField("d", "When?", None, optional=True),))),
    ("many-fields", Form("f", "Many", tuple(TextField(f"f{n}", f"Question {n}") for n in range(150)))),
    (
        "many-options",
        Form("f", "Many", tuple(ChoiceField(f"f{n}", f"Pick {n}", _options(150), ("c7",), many=n % 2 == 0) for n in range(30))),
    ),
    ("long", Form("f", "Title " * 40, tuple(TextField(f"f{n}", "L" * 5_000, "i" * 9_000, "h" * 5_000) for n in range(20)), "v" * 5_000)),
    *(
        (
            f"hostile-{number}",
            Form(
                "f",
                words,
                (
                    TextField("t", words, words, words),
                    TextField("m", words, words, words, multiline=True),
                    ChoiceField("c", words, (Option(words, "id"),), ("id",), words),
                    ChoiceField("n", words, (Option(words, "id,1"),), ("id,1",), words, many=True),
                ),
                "id",
                words,
                (words,),
                words,
                (("t", words), ("n", words)),
            ),
        )
        for number, words in enumerate((*HOSTILE, CONTROL, ZERO_WIDTH, LONE, ARABIC))
    ),
)  # fmt: skip


def features() -> tuple[str, ...]:
    """The names of the features with cards, found without importing them."""
    folders = [folder for path in handlers.__path__ for folder in Path(path).iterdir()]
    return tuple(
        sorted(folder.name for folder in folders if (folder / "cards").is_dir() or (folder / "cards.py").is_file())
    )


def examples_of(feature: str) -> tuple[Card, ...]:
    """The feature's example cards."""
    examples: tuple[Card, ...] = importlib.import_module(f"handlers.{feature}.cards").EXAMPLES
    return examples
