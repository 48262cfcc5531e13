"""Files in: teams, people, campaigns and the roadmap, checked as a whole before anything is written."""

from handlers.importing.feature import FEATURE

__all__ = ["FEATURE"]
