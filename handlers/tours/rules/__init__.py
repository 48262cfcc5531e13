"""Matching the travellers of a round: exact, provable, independent of their order. Pure.

Nothing is imported here, because the solver takes half a second to load and few commands need it.
"""
