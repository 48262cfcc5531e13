"""Explanations of a round: why a person has no partner, and why two people meet again."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.shared.rules.sides import side_name
from handlers.tours.rules.cost_matrix import CostMatrix
from storage.values.tours import Explanation, Pair, PairConstraints, PairingHistory, Traveller


def why_left_out(
    matrix: CostMatrix, pairs: Sequence[tuple[int, int]], wishes: PairConstraints, max_group: int
) -> tuple[Explanation, ...]:
    """The people without a partner, by id, with the reason."""
    met_few, met_many = {one for one, _ in pairs}, {other for _, other in pairs}
    left = [
        *((traveller, matrix.many) for number, traveller in enumerate(matrix.few) if number not in met_few),
        *((traveller, matrix.few) for number, traveller in enumerate(matrix.many) if number not in met_many),
    ]
    explanations = (Explanation((who.id,), _reason(who, others, matrix, wishes, max_group)) for who, others in left)
    return tuple(sorted(explanations, key=lambda explanation: explanation.people))


def _reason(
    who: Traveller, others: Sequence[Traveller], matrix: CostMatrix, wishes: PairConstraints, max_group: int
) -> str:
    there = side_name(others[0].side)
    if all(frozenset({who.id, traveller.id}) in wishes.forbids for traveller in others):
        return f"every one of {there} is ruled out for them"
    here, counts = side_name(who.side), (len(matrix.many), len(matrix.few))
    if others is matrix.few and counts[0] > counts[1]:
        return (
            f"{counts[0]} of {here} and {counts[1]} of {there}: groups of at most {max_group}, and what each takes at "
            "once, do not hold everybody; they come first next time"
        )
    return f"everybody of {there} they may meet has a partner already, and no exchange helps; they come first next time"


def why_repeated(
    matrix: CostMatrix, pairs: Sequence[tuple[int, int]], past: PairingHistory, wishes: PairConstraints
) -> tuple[Explanation, ...]:
    """The pairs who met before, with the reason why they meet again."""
    explanations = []
    for one, other in pairs:
        few, many = matrix.few[one], matrix.many[other]
        if pair_of(few, many) in past.met:
            pinned = pair_of(few, many) in wishes.pins
            reason = "an organiser put them together" if pinned else _again(few, many, matrix, past)
            explanations.append(Explanation((few.id, many.id), reason))
    return tuple(explanations)


def _again(few: Traveller, many: Traveller, matrix: CostMatrix, past: PairingHistory) -> str:
    for who, others in ((many, matrix.few), (few, matrix.many)):
        if all(pair_of(who, traveller) in past.met for traveller in others):
            return f"{who.id} has met everybody of {side_name(others[0].side)} who takes part"
    return "whoever they have not met yet is needed elsewhere: otherwise more people would meet again or stay alone"


def pair_of(one: Traveller, other: Traveller) -> Pair:
    return frozenset({one.id, other.id})
