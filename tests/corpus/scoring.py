"""How well questions are read: `python -m tests.corpus.scoring train|sealed [--wrong]`, by kind and by author."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from handlers.questions.rules.phrase_roles import phrase_roles
from handlers.questions.rules.reading import understand
from handlers.questions.rules.roles import NOTHING, RoleGuess, RoleTagger, roles_of, word_of
from handlers.questions.rules.tagged_text import Chunk
from handlers.questions.rules.understanding import (
    NotUnderstood,
    OtherFeature,
    Requested,
    SmallTalk,
    Unclear,
    Understanding,
    Understood,
    UnknownName,
)
from storage.values.questions import AnswerType
from tests.corpus.labels import gold, golds
from tests.corpus.questions import LabelledQuestion, questions
from tests.corpus.training import marked_roles, titled_words
from tests.features.questions.gold import titles_in
from tests.features.questions.reference_executor import matching

_ABOUT_ITEMS = frozenset(AnswerType) - {
    AnswerType.CAMPAIGN,
    AnswerType.HEALTH,
    AnswerType.CHANGES,
    AnswerType.REASONS,
}
Reader = Callable[[LabelledQuestion], Understanding]


@dataclass(frozen=True)
class Judged:
    """A question, how it was read, and how that compares with its label."""

    question: LabelledQuestion
    read: Understanding

    @property
    def outcome(self) -> str:
        return str(self.question.label["outcome"])

    @cached_property
    def gold(self) -> frozenset[str]:
        return gold(self.question.label, self.question.store) if self.outcome == "items" else frozenset()

    @cached_property
    def golds(self) -> tuple[frozenset[str], ...]:
        return golds(self.question.label, self.question.store)

    @cached_property
    def keys(self) -> frozenset[str]:
        if isinstance(self.read, Understood) and self.read.plan.wanted in _ABOUT_ITEMS:
            return frozenset(item.key for item in matching(self.read.plan, self.question.store.items))
        return frozenset()

    @property
    def refused(self) -> bool:
        """An item question that was not answered as one."""
        return self.outcome == "items" and not self._answers_items

    @property
    def _answers_items(self) -> bool:
        return isinstance(self.read, Understood) and self.read.plan.wanted in _ABOUT_ITEMS

    @property
    def right(self) -> bool:
        if self.outcome == "items":
            return self._answers_items and self.keys in self.golds
        return _right_otherwise(self.question, self.read)

    @property
    def wrong_with_confidence(self) -> bool:
        return isinstance(self.read, Understood) and not self.right

    @property
    def dropped_condition(self) -> bool:
        """More items than there should be: a condition was left out."""
        return self._answers_items and not self.right and self.outcome == "items" and self.gold < self.keys

    @property
    def f1(self) -> float:
        return 2 * len(self.gold & self.keys) / (len(self.gold) + len(self.keys)) if self.gold | self.keys else 1.0


def _right_otherwise(question: LabelledQuestion, read: Understanding) -> bool:
    label = question.label
    plan = read.plan if isinstance(read, Understood) else None
    match label["outcome"]:
        case "campaign":
            return (
                isinstance(read, Understood)
                and read.plan.wanted is AnswerType.CAMPAIGN
                and set(read.plan.campaigns) == set(label.get("campaign", ()))
                and (read.aspect == label.get("aspect") or "dates" in (read.aspect, label.get("aspect")))
            )
        case "health":
            campaigns = set(label.get("campaign", ()))
            return plan is not None and plan.wanted is AnswerType.HEALTH and set(plan.campaigns) == campaigns
        case "changes":
            since = plan.changed.first.isoformat() if plan and plan.changed and plan.changed.first else None
            return plan is not None and plan.wanted is AnswerType.CHANGES and since == label.get("since")
        case "why":
            return plan is not None and plan.wanted is AnswerType.REASONS
        case "feature":
            return isinstance(read, OtherFeature)
        case "offer":
            return isinstance(read, Requested)
        case "chat":
            return isinstance(read, SmallTalk)
        case "cannot":
            return isinstance(read, NotUnderstood | SmallTalk)
        case "unknown":
            return isinstance(read, UnknownName)
        case "clarify":
            return isinstance(read, Unclear)
    raise ValueError(f"{label['outcome']} is no outcome of a label")


def read_by_program(question: LabelledQuestion, tagger: RoleTagger = roles_of) -> Understanding:
    store = question.store
    return understand(
        question.ask,
        store.names,
        asker=store.asker,
        today=store.today,
        titles=titles_in(question.ask, store.titles),
        titled=titled_words(question),
        tagger=tagger,
    )


def read_by_marks(question: LabelledQuestion) -> Understanding:
    """Read with the author's marks in place of the model's roles: what is wrong then is the fault of the rules."""

    def marks(chunks: Sequence[Chunk], _text: str, _titled: frozenset[str]) -> list[RoleGuess]:
        return [RoleGuess(role, 1.0) for role in marked_roles(question, chunks)]

    store = question.store
    return understand(question.ask, store.names, asker=store.asker, today=store.today, tagger=marks)


_KINDS = {"C": "campaign", "T": "team", "S": "side", "P": "person", "K": "key", "D": "date"}


def read_by_phrases(question: LabelledQuestion) -> Understanding:
    """Read with the list of phrases as the only source of roles: the alternative that the model is compared with."""

    def phrases(chunks: Sequence[Chunk], _text: str, _titled: frozenset[str]) -> list[RoleGuess]:
        words = [word_of(chunk) for chunk in chunks]
        known = phrase_roles(words)
        roles = [_KINDS.get(word) or (known[place] or (NOTHING,))[0] for place, word in enumerate(words)]
        return [RoleGuess(role, 1.0) for role in roles]

    store = question.store
    return understand(question.ask, store.names, asker=store.asker, today=store.today, tagger=phrases)


def judge(lines: Iterable[LabelledQuestion], reader: Reader = read_by_program) -> list[Judged]:
    return [Judged(question, reader(question)) for question in lines]


def figures(judged: Sequence[Judged]) -> str:
    """One line: how many item questions find exactly their items, and the other figures that docs/questions.md gives."""
    items = [line for line in judged if line.outcome == "items"]
    full = [line for line in items if line.gold]
    others = [line for line in judged if line.outcome not in {"items", "campaign", "health", "changes", "why"}]
    about = [line for line in judged if line.outcome in {"campaign", "health", "changes", "why"}]
    return (
        f"{len(judged):5} questions | exact, non-empty {share(line.right for line in full)} | "
        f"F1 {sum(line.f1 for line in full) / max(len(full), 1):.3f} | dropped {share(line.dropped_condition for line in items)} | "
        f"wrong {share(line.wrong_with_confidence for line in judged)} | refused {share(line.refused for line in items)} | "
        f"others {share(line.right for line in others)} | campaigns, changes {share(line.right for line in about)}"
    )


def share(values: Iterable[bool]) -> str:
    all_values = list(values)
    return f"{sum(all_values) / max(len(all_values), 1):.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.corpus.scoring", description=__doc__)
    parser.add_argument("part", choices=["train", "sealed"])
    parser.add_argument("--wrong", action="store_true", help="print every question that was read wrongly")
    parser.add_argument("--marks", action="store_true", help="take the marked roles instead of the model's")
    parser.add_argument("--rules", action="store_true", help="take the known phrases instead of the model's roles")
    chosen = parser.parse_args()
    reader = read_by_marks if chosen.marks else read_by_phrases if chosen.rules else read_by_program
    judged = judge([line for line in questions(chosen.part) if not line.author.endswith("-gold")], reader)
    for author in sorted({line.question.author for line in judged}):
        print(f"{author:18}", figures([line for line in judged if line.question.author == author]))
    print(f"{'all':18}", figures(judged))
    if chosen.wrong:
        for line in judged:
            if not line.right:
                print(f"{line.question.author}: {line.question.ask}\n    {line.question.label}\n    {line.read}")


if __name__ == "__main__":
    main()
