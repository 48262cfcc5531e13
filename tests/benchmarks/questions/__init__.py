"""How well plain questions are understood: three stores, three hundred questions, right answers by explicit predicates."""
