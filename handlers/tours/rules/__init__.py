"""Who visits whom: exact, provable, and the same for the same people whatever order they come in. Pure."""

from handlers.tours.rules.proof import Proof
from handlers.tours.rules.rounds import price_of_pin, solved

__all__ = ["Proof", "price_of_pin", "solved"]
