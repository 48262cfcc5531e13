"""What dinners decide: the day, the seats, the tables, what is due. Pure.

Nothing is imported here, because the libraries of the seating take half a second to load and few commands need them.
"""
