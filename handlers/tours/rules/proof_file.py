"""The proof of a round as a JSON file, which `docs/check_tours.py` checks without any code of Handshake."""

from __future__ import annotations

import json

from handlers.tours.rules.proof import Proof
from storage.values.company import Directory
from storage.values.tours import RoundSolution


def proof_json(proof: Proof, solved: RoundSolution, number: int, names: Directory) -> bytes:
    """JSON with people by e-mail, the cost matrix, the prices and the chosen cells."""
    name = {
        person_id: names.email_of(person_id) or person_id for person_id in (*proof.rows, *proof.columns) if person_id
    }
    document = {
        "round": number,
        "pairs": [[name[person_id] for person_id in group.people] for group in solved.groups],
        "left_out": [name[explanation.people[0]] for explanation in solved.left_out if explanation.people[0] in name],
        "score": solved.score,
        "bound": solved.bound,
        "rows": [name.get(person_id, "") for person_id in proof.rows],
        "columns": [name.get(person_id, "") for person_id in proof.columns],
        "chosen": list(proof.chosen),
        "row_prices": list(proof.row_prices),
        "column_prices": list(proof.column_prices),
        "levels": proof.weights,
        "costs": list(proof.costs()),
    }
    return json.dumps(document, ensure_ascii=False).encode()
