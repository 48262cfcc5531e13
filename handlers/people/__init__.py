"""Who is who: your own row and accounts, your data, and the roles that admins give."""

from handlers.people.feature import FEATURE

__all__ = ["FEATURE"]
