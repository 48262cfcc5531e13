"""A language model's part played from its recorded prompts.

`python -m tests.corpus.model_replay prompts FILE` writes the prompts of 300 sealed questions, one a line; the person who
plays the model adds its `arguments` to each line; `... score FILE` says how well the
questions are then read, and `--poor` how well with a model that is wrong in a tenth of its plans and invents names.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from handlers.questions.rules.agreement import Agreement, agree
from handlers.questions.rules.masking import mask_for, restricted_index
from handlers.questions.rules.model_plan import BadPlan, ModelReading, reading_from_model
from handlers.questions.rules.understanding import Understanding, Understood
from handlers.questions.workflow.llm import AskedQuestion, query_prompt
from integrations.openai import tools
from tests.corpus.questions import LabelledQuestion, questions
from tests.corpus.scoring import Judged, figures, read_by_program

QUESTIONS = 300


@dataclass(frozen=True)
class Replayed:
    """A question with our reading, the model's, and what came of both."""

    question: LabelledQuestion
    ours: Understanding
    model: ModelReading | None
    agreement: Agreement

    @property
    def answered(self) -> Judged:
        return Judged(self.question, self.agreement.understanding)

    @property
    def differs(self) -> bool:
        return bool(self.agreement.others) or self.agreement.asks_back

    @property
    def right(self) -> bool:
        """Right alone, or asked back with the right reading among the buttons."""
        if not self.agreement.asks_back:
            return self.answered.right
        return any(Judged(self.question, reading).right for reading in self._offered)

    @property
    def wrong_with_confidence(self) -> bool:
        return not self.agreement.asks_back and self.answered.wrong_with_confidence

    @property
    def _offered(self) -> Sequence[Understanding]:
        return (self.agreement.understanding, *self.agreement.others)


def sample() -> list[LabelledQuestion]:
    """The same 300 of the sealed questions each time, spread over all authors."""
    sealed = questions("sealed")
    return sealed[:: max(1, len(sealed) // QUESTIONS)][:QUESTIONS]


def replayed(question: LabelledQuestion, arguments: Mapping[str, Any] | None) -> Replayed:
    """*question* read by us and, from its *arguments*, by the model. None stands for a model that failed."""
    ours = read_by_program(question)
    asked = _asked(question, ours)
    model = None
    if arguments is not None:
        try:
            said = asked.mask.restore_arguments(arguments)
            model = reading_from_model(said, asked.company, asked.ours, question.ask)
        except BadPlan:
            model = None
    return Replayed(question, ours, model, agree(ours, model, question.ask))


def _asked(question: LabelledQuestion, ours: Understanding | None = None) -> AskedQuestion:
    store = question.store
    tags = tuple(sorted({tag for item in store.items for tag in item.tags}))
    mask = mask_for(store.names, restricted_index(()))
    plan = ours.plan if isinstance(ours, Understood) else None
    return AskedQuestion(question.ask, store.names, store.asker, store.today, mask, tags, plan)


def poor(arguments: Sequence[Mapping[str, Any]], random: Random) -> list[Mapping[str, Any]]:
    """*arguments* with a tenth exchanged for those of other questions, or with an invented campaign."""
    changed = list(arguments)
    for place in random.sample(range(len(changed)), len(changed) // 10):
        other = random.choice(arguments)
        changed[place] = other if random.random() < 0.5 else {**changed[place], "campaigns": ["Aurora Winter Push"]}
    return changed


def report(lines: Sequence[Replayed]) -> str:
    """The figures: alone, together, and who was right where the two differ."""
    items = [line for line in lines if line.question.label["outcome"] == "items" and line.answered.gold]
    differ = [line for line in lines if line.differs]
    who = Counter(
        (Judged(line.question, line.ours).right, _model_is_right(line)) for line in lines if line.model is not None
    )
    return "\n".join(
        [
            f"rules alone: {figures([Judged(line.question, line.ours) for line in lines])}",
            f"together:    {figures([line.answered for line in lines])}",
            f"right or asked back with the right reading: {sum(line.right for line in items) / len(items):.3f} of items",
            f"wrong with confidence: {sum(line.wrong_with_confidence for line in lines) / len(lines):.3f}",
            f"another reading offered or asked back: {len(differ)}",
            f"(we are right, the model is right): {dict(who)}",
        ]
    )


def _model_is_right(line: Replayed) -> bool:
    result = line.model.result if line.model else None
    return result is not None and Judged(line.question, result).right


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", choices=["prompts", "score"])
    parser.add_argument("file", type=Path)
    parser.add_argument("--poor", action="store_true")
    options = parser.parse_args()
    if options.task == "prompts":
        lines = [_prompt(question) for question in sample()]
        options.file.write_text(
            "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines), encoding="utf-8"
        )
        return
    answers = [json.loads(line) for line in options.file.read_text(encoding="utf-8").splitlines() if line.strip()]
    arguments = [answer["arguments"] for answer in answers]
    asked = {(question.author, question.ask): question for question in questions("sealed")}
    said = [asked[answer["author"], answer["ask"]] for answer in answers]
    played = poor(arguments, Random(17)) if options.poor else arguments
    print(report([replayed(question, given) for question, given in zip(said, played, strict=True)]))


def _prompt(question: LabelledQuestion) -> dict[str, Any]:
    prompt = query_prompt(_asked(question))
    instructions, given = tools.query_prompt(prompt)
    return {"author": question.author, "ask": question.ask, "instructions": instructions, "input": given}


if __name__ == "__main__":
    main()
