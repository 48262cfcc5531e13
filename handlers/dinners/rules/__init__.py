"""What is decided about a dinner: its day, who has a seat, who sits where, what is due. Pure.

Nothing is imported here: seating needs libraries that take half a second to load, and few commands seat anybody.
"""
