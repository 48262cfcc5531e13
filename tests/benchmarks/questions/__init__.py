"""How well plain questions are understood: three stores, three hundred questions, answers checked by explicit predicates."""
