"""Who is who: your own row and accounts, your data, and the roles that admins give."""

from handlers.people.commands import FEATURE
from handlers.people.feeding import FEED
from handlers.people.linking import make_admin_code

__all__ = ["FEATURE", "FEED", "make_admin_code"]
