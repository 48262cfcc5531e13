"""Who visits whom: exact, provable, and the same for the same people whatever order they come in. Pure.

Nothing is imported here: a round is solved with libraries that take half a second to load, and few commands solve one.
"""
