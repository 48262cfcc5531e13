"""Check the proof of a round of tours: python check_tours.py tours-tours-round-3.json

Whatever plan somebody proposes, it costs at least the sum of all prices, for no cell costs less than its two prices
together. If the published plan costs just that, there is no better one. No solver has to be trusted.
"""

import json
import sys


def check(told):
    rows, columns, costs, chosen = told["rows"], told["columns"], told["costs"], told["chosen"]
    u, v, size = told["row_prices"], told["column_prices"], len(told["costs"])
    assert sorted(chosen) == list(range(size)), "every column is chosen once"
    assert all(u[i] + v[j] <= costs[i][j] for i in range(size) for j in range(size)), (
        "no cell is cheaper than its prices"
    )
    score, bound = sum(costs[i][chosen[i]] for i in range(size)), sum(u) + sum(v)
    assert score == bound == told["score"] == told["bound"], f"the plan costs {score}, the least possible is {bound}"
    met = {frozenset((rows[i], columns[chosen[i]])) for i in range(size) if rows[i] and columns[chosen[i]]}
    heads = {}
    for group in told["pairs"]:
        centre = [one for one in group if all(frozenset((one, other)) in met for other in group if other != one)]
        assert centre, f"{group} is not what was chosen"
        heads.update({frozenset((centre[0], other)): group for other in group if other != centre[0]})
    alone = {one for pair in met - set(heads) for one in pair} - {one for group in told["pairs"] for one in group}
    assert alone <= set(told["left_out"]), "somebody was chosen and is in no pair"
    return f"Round {told['round']}: {len(told['pairs'])} tours, cost {score}, and nothing costs less."


if __name__ == "__main__":
    print(check(json.load(open(sys.argv[1], encoding="utf-8"))))
